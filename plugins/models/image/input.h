/* SPDX-License-Identifier: BSD-3-Clause */
/* The `image:` block while and after it is read: the data of data.h and what only messages, masks and
 * output need. */
#ifndef SOCCA_IMAGE_INPUT_H
#define SOCCA_IMAGE_INPUT_H
#include "fits.h"
#include "read.h"
#include "sky.h"

enum { IMAGE_CAUSES = 64 };

typedef struct image_cause { /* why pixels are excluded */
  char name[64];
  size_t covers, excludes; /* all that it names; those that no earlier cause had excluded */
  const char *advice;      /* the opposite convention, for the warning; NULL: none */
} image_cause;

typedef struct image_input {
  image_data data;
  char name[96]; /* "m13.fits[1]"; "grid" */
  char *header;  /* NULL: a grid without a file */
  int axis[2], hdu;
  long plane, planes;
  size_t full_nx, full_ny, x0, y0; /* of the file's image, and where the cut-out begins */
  double *pixels;                  /* as read, cut; NULL: a grid */
  int has_center;                  /* a cut-out with this centre */
  double center[2];
  image_cause cause[IMAGE_CAUSES];
  size_t ncause;
  char noise[64]; /* "MAD", "sigma", "weight map": for users */
  const socca_node *at;
} image_input;

/* document.c: the whole block. SOCCA_E_INPUT after recording all errors found. A block that fails
 * leaves a small stand-in in `data`, so that the components can still be checked. */
socca_status image_read(socca_load *, const socca_node *document, image_input *);
void image_input_free(image_input *);

/* Marks pixels as excluded; bad[i] != 0 names pixel i. */
void image_exclude(image_input *, const char *name, const unsigned char *bad, const char *advice);
/* The window of a map of the file's shape, or a map of the cut-out's shape as it is. -1: neither. */
int image_cut_map(const image_input *, const image_fits *, double *out);
/* A map (exposure, noise) on the image's grid, malloc; NULL after recording an error, and when there
 * is no image to compare with (in->data.n == 0). */
double *image_read_map(socca_load *, const socca_node *, const image_input *);

socca_status image_read_cutout(socca_load *, const socca_node *, image_input *); /* cutout.c */
socca_status image_read_masks(socca_load *, const socca_node *, image_input *);  /* mask.c */
socca_status image_read_noise(socca_load *, const socca_node *, image_input *);  /* noise_read.c */
socca_status image_read_psf(socca_load *, const socca_node *, image_input *);    /* kernel_read.c */
/* grid: {size, center, scale} */
socca_status image_read_grid(socca_load *, const socca_node *, image_input *);
/* judge.c: exclusion, exposure and values, once all is read */
socca_status image_judge(socca_load *, const socca_node *block, const image_input *);
/* Above zero, and both its square and the square's inverse are numbers */
int image_usable_sigma(double);
socca_status image_read_compat(socca_load *, const socca_node *, image_input *);
/* The original's reference pixel (IMAGE_B03), once everything else is known. */
void image_rereference(socca_load *, image_input *);

/* identity.c */
socca_status image_identity(const image_input *, socca_result *, const socca_host *);
/* noise_read.c: sorts v; n > 0 */
double image_median(double *v, size_t n);
/* facts.c */
socca_status image_facts(const image_input *, socca_result *, const socca_host *);
socca_status image_say_text(socca_result *, const socca_host *, const char *name, const char *fmt,
                            ...) __attribute__((format(printf, 4, 5)));
#endif
