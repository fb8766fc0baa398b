/* SPDX-License-Identifier: BSD-3-Clause */
/* DS9 region files: parsed to outlines, outlines to pixels. */
#ifndef SOCCA_IMAGE_REGIONS_H
#define SOCCA_IMAGE_REGIONS_H
#include "sky.h"

enum region_frame {
  REGION_IMAGE,    /* FITS pixels */
  REGION_PHYSICAL, /* through LTMi_j, LTVi; as DETECTOR DTMi_j, DTVi; AMPLIFIER ATMi_j, ATVi */
  REGION_DETECTOR,
  REGION_AMPLIFIER,
  REGION_SKY /* of `sky` */
};

typedef struct region_length {
  double value;
  char unit; /* 0: the frame's own (deg or pixels), 'd' deg (" ' r converted), 'i' 'p' pixels */
} region_length;

enum region_outline { REGION_ELLIPSE, REGION_BOX, REGION_POLYGON };

/* The area between two similar outlines, or a sector of it; a polygon. */
typedef struct region {
  int line, exclude;
  enum region_outline outline;
  enum region_frame frame;
  enum image_frame sky;
  double center[2];                 /* deg or pixels (FITS) */
  region_length inner[2], outer[2]; /* semi-axes; of boxes half the sides */
  int hollow;                       /* there is an inner outline */
  double angle;                     /* deg, counter-clockwise from the frame's +x (the sky: West) */
  int sector;                       /* only between these angles, on top of `angle` */
  double from, to;
  double (*vertex)[2]; /* deg or pixels */
  size_t nvertex;
} region;

typedef struct region_list {
  region *shape;
  size_t n, room;
  size_t bare; /* points, lines, text and the like, which cover nothing */
} region_list;

/* 0, or -1 with the reason, which begins with the line's number. */
int region_parse(const char *text, size_t n, region_list *out, char why[IMAGE_WHY]);
void region_free(region_list *);
/* Sets covered[] to 1 where pixel centres lie inside. The header gives LTM and LTV. -1 with the
 * reason: a sky position on an image without one, or an unknown frame. */
int region_cover(const region_list *, image_wcs *, const char *header, size_t nx, size_t ny,
                 unsigned char *covered, char why[IMAGE_WHY]);
#endif
