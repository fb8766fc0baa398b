/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "lanes.h"
#include <numeric/vmath.h>

/* Normals by Box and Muller, pairs of columns at a time; of the d + 2 normals that make a point of the
 * ball, the last two only enter by the sum of their squares, which is exponential. */
void SOCCA_LEVEL(lanes_ball)(size_t n, size_t d, const double *u, double *y)
{
  const double two_pi = 0x1.921fb54442d18p2;
  size_t pairs = (d + 1) / 2;
  for (size_t i = 0; i < n; i += VD) {
    vdouble sum = -2.0 * v_log_normal(v_load(u + 2 * pairs * BLOCK + i));
    for (size_t p = 0; p < pairs; p++) {
      vdouble sine, cosine, r;
      r = v_sqrt(-2.0 * v_log_normal(v_load(u + 2 * p * BLOCK + i)));
      v_sincos(two_pi * v_load(u + (2 * p + 1) * BLOCK + i), &sine, &cosine);
      vdouble a = r * cosine, b = r * sine;
      v_store(y + 2 * p * BLOCK + i, a);
      sum += a * a;
      if (2 * p + 1 == d) continue;
      v_store(y + (2 * p + 1) * BLOCK + i, b);
      sum += b * b;
    }
    vdouble scale = 1.0 / v_sqrt(sum);
    for (size_t k = 0; k < d; k++) v_store(y + k * BLOCK + i, v_load(y + k * BLOCK + i) * scale);
  }
}

void SOCCA_LEVEL(lanes_global)(size_t n, size_t d, const double *c, const double *l,
                               const double *y, double *x)
{
  for (size_t i = 0; i < n; i += VD)
    for (size_t j = 0; j < d; j++) {
      vdouble s = v_set(0);
      for (size_t k = 0; k <= j; k++) s += l[j * d + k] * v_load(y + k * BLOCK + i);
      v_store(x + j * BLOCK + i, c[j] + s);
    }
}

void SOCCA_LEVEL(lanes_local)(size_t n, size_t d, const double *c, const double *li,
                              const double *x, double *y, double *r2)
{
  for (size_t i = 0; i < n; i += VD) {
    vdouble sum = v_set(0);
    for (size_t j = 0; j < d; j++) {
      vdouble s = v_set(0);
      for (size_t k = 0; k <= j; k++) s += li[j * d + k] * (v_load(x + k * BLOCK + i) - c[k]);
      sum += s * s;
      if (y) v_store(y + j * BLOCK + i, s);
    }
    v_store(r2 + i, sum);
  }
}

void SOCCA_LEVEL(lanes_quadratic)(size_t n, size_t d, const double *a, const double *y, double *out)
{
  for (size_t i = 0; i < n; i += VD) {
    vdouble sum = v_set(a[0]);
    const double *at = a + 1;
    for (size_t k = 0; k < d; k++) {
      vdouble s = v_set(*at++);
      for (size_t j = 0; j <= k; j++) s += *at++ * v_load(y + j * BLOCK + i);
      sum += s * v_load(y + k * BLOCK + i);
    }
    v_store(out + i, sum);
  }
}
