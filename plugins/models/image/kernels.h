/* SPDX-License-Identifier: BSD-3-Clause */
/* Inner loops, compiled once per instruction-set level: SOCCA_DISPATCH(isa, image_...)(...).
 * Counts are multiples of 8 where not said otherwise; sums run over 8 lanes in a fixed order. */
#ifndef IMAGE_KERNELS_H
#define IMAGE_KERNELS_H
#include <numeric/level.h>
#include "convolve.h"
#include "geometry.h"
#include "integrate.h"
#include "profile.h"

/* arrays of vectors become registers only where their loops are unrolled */
#ifdef __clang__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

#define IMAGE_KERNEL(type, name, ...)                                                              \
  type name##_v1(__VA_ARGS__);                                                                     \
  type name##_v3(__VA_ARGS__);                                                                     \
  type name##_v4(__VA_ARGS__)

/* profile_kernels.c */
IMAGE_KERNEL(void, image_profile, const struct profile *, size_t n, const double *r2, double *out);
IMAGE_KERNEL(void, image_edge, const struct profile *, size_t n, const double *r2, double *value);
IMAGE_KERNEL(void, image_sqrt, size_t n, const double *x, double *out);
/* squared radii, none below `low`; NaN stays */
IMAGE_KERNEL(void, image_radius, const struct ellipse *, double low, size_t n, const double *lon,
             const double *lat, double *r2);
/* least of n numbers, any n */
IMAGE_KERNEL(double, image_least, size_t n, const double *x);

/* integrate_kernels.c */
/* out[i] = sum of a[k] x[i + k], k = 0..6; n + 6 numbers are read */
IMAGE_KERNEL(void, image_stencil_across, size_t n, const double *x, double *out);
IMAGE_KERNEL(void, image_stencil_down, size_t n, const double *const *row, double *out);
struct gauss_block { /* pixels: u, v at the centre and their growth per pixel */
  double u[GAUSS_BLOCK], v[GAUSS_BLOCK];
  double ux[GAUSS_BLOCK], uy[GAUSS_BLOCK], vx[GAUSS_BLOCK], vy[GAUSS_BLOCK];
};
/* r2[k * m + i]: point k of pixel i; out[i]: their weighted mean */
IMAGE_KERNEL(void, image_gauss_radii, const struct gauss_block *, double power, double low,
             size_t m, double *r2);
IMAGE_KERNEL(void, image_gauss_mean, size_t m, const double *value, double *out);
/* polar angles of both ends, and the 4-point integral of F(d / cos phi) between them */
IMAGE_KERNEL(void, image_edge_angles, size_t n, double tiny, const double *d, const double *t1,
             const double *t2, double *phi1, double *phi2);
IMAGE_KERNEL(void, image_edge_short, const struct radial_table *, size_t n, double tiny,
             const double *d, const double *phi1, const double *phi2, double *out);
struct piece_block { /* pieces of long edges: 6 points each */
  size_t n;
  double d[64], from[64], to[64];
  double nu[64], nv[64], tu[64], tv[64]; /* normal and direction of the edge: superellipses */
  uint32_t edge[64];
};
IMAGE_KERNEL(void, image_edge_pieces, const struct radial_table *, double power,
             const struct piece_block *, size_t n, double *out);

/* render_kernels.c */
IMAGE_KERNEL(void, image_dirichlet, size_t n, double start, double part, double m, double sign,
             double *out);
IMAGE_KERNEL(void, image_rotate, size_t n, size_t k, double *x); /* any n */
IMAGE_KERNEL(void, image_add, size_t n, const double *x, const double *factor, double *out);
IMAGE_KERNEL(void, image_add_scaled, size_t n, const double *x, double factor, double *out);
IMAGE_KERNEL(void, image_scale, size_t n, double factor, double *out);
IMAGE_KERNEL(void, image_times, size_t n, const double *factor, double *out);
IMAGE_KERNEL(void, image_polynomial, size_t n, const double *c, double scale, const double *east,
             const double *north, double *out);
IMAGE_KERNEL(void, image_chi2, size_t n, const double *model, const double *exposure,
             const double *background, const double *data, const double *weight, double lane[8]);

/* transform_kernels.c */
IMAGE_KERNEL(void, image_lines, const struct transform *, size_t n, const double *re,
             const double *im, double *x, double *out);
IMAGE_KERNEL(void, image_columns, const struct convolver *, const double *sky, double *x,
             double *re, double *im);
IMAGE_KERNEL(void, image_rows, const struct convolver *, int extended, size_t n,
             const double *across, const double *up, double *x, double *re, double *im);
IMAGE_KERNEL(void, image_columns_back, const struct convolver *, const double *re, const double *im,
             double *x, double *sky);
#endif
