/* SPDX-License-Identifier: BSD-3-Clause */
/* World coordinates through WCSLIB: what the data side needs beyond data.h. */
#ifndef SOCCA_IMAGE_SKY_H
#define SOCCA_IMAGE_SKY_H
#include "data.h"
#include "fits.h"
#include <wcslib/wcs.h>

enum image_frame {
  IMAGE_FK5, /* with an equinox; ICRS counts as J2000: they differ by 0.02 arcsec */
  IMAGE_FK4,
  IMAGE_GALACTIC,
  IMAGE_ECLIPTIC,
  IMAGE_OTHER
};

struct image_wcs {
  int celestial;
  double x0, y0; /* first pixel of the cut-out in the file's image, from 0 */
  struct wcsprm prm;
  enum image_frame frame;
  double equinox;
  char name[32]; /* "ICRS", "FK5 J2000", "galactic": for users */
};

/* Pixels only. NULL: no memory. */
image_wcs *image_wcs_plain(void);
/* The WCS of a header, plain if it has no celestial one. NULL after recording an error. Notices are
 * given unless `quiet`. */
image_wcs *image_wcs_read(socca_load *, const socca_node *, const image_fits *, int quiet);
/* TAN, north up, east left, for images made from nothing. */
image_wcs *image_wcs_tan(const double center[2], double scale, size_t nx, size_t ny);
/* Moves the reference point (IMAGE_B03): x, y from 0. -1: not possible (distortion). */
int image_wcs_reference(image_wcs *, double x, double y, const double world[2]);
/* Square root of the pixel's area in deg, and the sign of the matrix: from the linear part. */
void image_wcs_scale(const image_wcs *, double *scale, int *parity);
/* Effective reference pixel, value and steps in the cut-out's pixels. */
void image_wcs_linear(const image_wcs *, const char *header, double crpix[2], double crval[2],
                      double cdelt[2]);
/* A box of longitudes and latitudes around nx x ny pixels; low == high where there is none. Longitudes in any turn. */
void image_wcs_extent(image_wcs *, size_t nx, size_t ny, double low[2], double high[2]);
/* The linear part, deg per pixel, by world axis and pixel axis. */
void image_wcs_matrix(const image_wcs *, double m[4]);
/* Calls add() with the bytes that define it. */
void image_wcs_identity(const image_wcs *, void (*add)(void *, const void *, size_t), void *arg);
/* Cards of 80 characters for images on this grid: those of `header` that concern coordinates (and
 * the unit), or a new set. malloc; NULL: no memory. */
char *image_wcs_cards(const image_wcs *, const char *header, const int axis[2]);

/* The cards of a header that concern coordinates on two axes (from 1). malloc; NULL: no memory. */
char *image_wcs_own_cards(const char *header, const int axis[2], int *n);

/* wcs_quirks.c: headers that WCSLIB would refuse or misread, put right in place; `warn` gets one
 * line each. Axes from 1. */
void image_wcs_mend(char *header, const int axis[2],
                    void (*warn)(void *arg, int level, const char *text), void *arg);
/* Frame of the celestial axes. */
void image_wcs_frame(image_wcs *);
#endif
