/* SPDX-License-Identifier: BSD-3-Clause */
/* Where profiles are sampled: world coordinates of pixel centres with a rim around the image (for
 * integration), or of subgrid x subgrid points in every pixel, one layer each. */
#ifndef IMAGE_GRID_H
#define IMAGE_GRID_H
#include "data.h"

enum { GRID_RIM = 3 };
struct grid {
  size_t nx, ny, out;       /* image; row length of maps: nx rounded up to 8 */
  size_t rim, rows, stride; /* rows and row length (a multiple of 8) of a layer */
  size_t layers;
  double *lon, *lat; /* layers x rows x stride, deg; padding repeats a row's last point */
  double lon_range[2];
  double *east, *north; /* rows x stride: deg from the field's centre, mean of the layers */
};
static inline size_t grid_pad(size_t n)
{
  return (n + 7) & ~(size_t)7;
}

/* SOCCA_E_NOMEM */
socca_status grid_make(struct grid *, const struct image_data *);
void grid_clear(struct grid *);
#endif
