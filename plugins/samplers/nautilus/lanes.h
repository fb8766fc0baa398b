/* SPDX-License-Identifier: BSD-3-Clause */
/* Geometry of blocks of points, compiled once per instruction-set level. Points stand in columns: column
 * k holds coordinate k of BLOCK points, so that lanes are points and no point depends on its
 * neighbours. n points are worked on, rounded up to whole vectors; what lies beyond is ignored. */
#ifndef NAUTILUS_LANES_H
#define NAUTILUS_LANES_H
#include <numeric/level.h>
#include <stddef.h>

enum { BLOCK = 1024 }; /* points per block, and the stride of columns */

#define LANES_DECLARE(v)                                                                           \
  /* y: uniform in the d-dimensional unit ball, from lanes_ball_columns(d) columns of uniforms */  \
  void lanes_ball_##v(size_t n, size_t d, const double *u, double *y);                             \
  /* x = c + l y, l lower triangular */                                                            \
  void lanes_global_##v(size_t n, size_t d, const double *c, const double *l, const double *y,     \
                        double *x);                                                                \
  /* y = li (x - c) unless y is NULL, r2 = |li (x - c)|^2 */                                       \
  void lanes_local_##v(size_t n, size_t d, const double *c, const double *li, const double *x,     \
                       double *y, double *r2);                                                     \
  /* a_0 + sum_k (a_k + sum_{j <= k} a_kj y_j) y_k, the coefficients in that order */              \
  void lanes_quadratic_##v(size_t n, size_t d, const double *a, const double *y, double *out);
LANES_DECLARE(v1)
#if SOCCA_X86_LEVELS
LANES_DECLARE(v3)
LANES_DECLARE(v4)
#endif

static inline size_t lanes_ball_columns(size_t d)
{
  return (d + 1) / 2 * 2 + 1;
}
static inline size_t lanes_quadratic_terms(size_t d)
{
  return 1 + d + d * (d + 1) / 2;
}
#endif
