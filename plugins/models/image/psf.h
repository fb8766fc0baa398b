/* SPDX-License-Identifier: BSD-3-Clause */
/* The point-spread function as it is applied: normalised, cropped, centred. */
#ifndef IMAGE_PSF_H
#define IMAGE_PSF_H
#include "data.h"

struct psf {
  size_t nx, ny;     /* 0: none */
  size_t x0, y0;     /* the pixel that stands for the source's position */
  double *value;     /* ny x nx: out[j][i] = sum value[b][a] in[j + y0 - b][i + x0 - a] */
  double lost;       /* share of the sum that was cut away around a shifted kernel */
  struct psf *whole; /* that kernel before the cut; NULL: nothing was cut */
  char text[200];
};

/* Notices and warnings go to the kernel's node. */
socca_status psf_make(socca_load *, const struct image_data *, struct psf *);
void psf_clear(struct psf *);

/* ---- parts ---- */
/* Is the kernel point-symmetric about a pixel's centre, edge or corner (twice that point in
 * centre2), to 1e-6 of its peak, with a transform nowhere below -1e-6 of its sum? */
int psf_symmetric(size_t nx, size_t ny, const double *value, long centre2[2]);
/* All phases dropped, on the circular grid of mx x my pixels; wide: columns of the result (mx, or one
 * less where the original's defect is asked for). *out: my x wide, zero offset at its middle. */
socca_status psf_zero_phase(size_t nx, size_t ny, const double *value, size_t mx, size_t my,
                            size_t wide, double *out);
/* Moves the kernel by (dx, dy) pixels on a circular grid of mx x my, pixel (0, 0) onto (x0, y0) */
socca_status psf_shift(size_t nx, size_t ny, const double *value, double dx, double dy, size_t mx,
                       size_t my, double *out);
#endif
