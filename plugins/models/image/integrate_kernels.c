/* SPDX-License-Identifier: BSD-3-Clause */
/* Inner loops of pixel integration, compiled once per instruction-set level. */
#include "config.h"
#include "kernels.h"
#include <numeric/vmath.h>

/* 1 + d^2/24 - 17 d^4/5760 + 367 d^6/967680 in central differences d: the mean over a pixel of what
 * the samples interpolate, to order 8 */
#define A3 (367.0 / 967680.0)
#define A2 (-17.0 / 5760.0 - 6.0 * A3)
#define A1 (1.0 / 24.0 + 4.0 * 17.0 / 5760.0 + 15.0 * A3)
#define A0 (1.0 - 2.0 / 24.0 - 6.0 * 17.0 / 5760.0 - 20.0 * A3)

void SOCCA_LEVEL(image_stencil_across)(size_t n, const double *x, double *out)
{
  for (size_t i = 0; i < n; i += VD) {
    const double *p = x + i;
    vdouble s = A0 * v_load(p + 3) + A1 * (v_load(p + 2) + v_load(p + 4));
    s = s + A2 * (v_load(p + 1) + v_load(p + 5)) + A3 * (v_load(p) + v_load(p + 6));
    v_store(out + i, s);
  }
}

void SOCCA_LEVEL(image_stencil_down)(size_t n, const double *const *row, double *out)
{
  for (size_t i = 0; i < n; i += VD) {
    vdouble s = A0 * v_load(row[3] + i) + A1 * (v_load(row[2] + i) + v_load(row[4] + i));
    s = s + A2 * (v_load(row[1] + i) + v_load(row[5] + i)) +
        A3 * (v_load(row[0] + i) + v_load(row[6] + i));
    v_store(out + i, s);
  }
}

static const double gauss4_at[4] = { -0.86113631159405258, -0.33998104358485626,
                                     0.33998104358485626, 0.86113631159405258 };
static const double gauss4_weight[4] = { 0.34785484513745386, 0.65214515486254614,
                                         0.65214515486254614, 0.34785484513745386 };

void SOCCA_LEVEL(image_gauss_radii)(const struct gauss_block *b, double power, double low, size_t m,
                                    double *r2)
{
  for (size_t k = 0; k < GAUSS_POINTS; k++) {
    double x = 0.5 * gauss4_at[k % 4], y = 0.5 * gauss4_at[k / 4];
    for (size_t i = 0; i < m; i += VD) {
      vdouble u = v_load(b->u + i) + x * v_load(b->ux + i) + y * v_load(b->uy + i);
      vdouble v = v_load(b->v + i) + x * v_load(b->vx + i) + y * v_load(b->vy + i);
      if (power == 2.0) {
        v_store(r2 + k * m + i, v_max(v_set(low), u * u + v * v));
        continue;
      }
      vdouble s = v_exp(power * v_log(v_abs(u))) + v_exp(power * v_log(v_abs(v)));
      v_store(r2 + k * m + i, v_max(v_set(low), v_exp(2.0 / power * v_log(s))));
    }
  }
}

void SOCCA_LEVEL(image_gauss_mean)(size_t m, const double *value, double *out)
{
  for (size_t i = 0; i < m; i += VD) {
    vdouble s = v_set(0.0);
    UNROLL for (size_t k = 0; k < GAUSS_POINTS; k++) s =
        s + (0.25 * gauss4_weight[k % 4] * gauss4_weight[k / 4]) * v_load(value + k * m + i);
    v_store(out + i, s);
  }
}

/* F at squared radius r2: panel of x = (r2/R^2)^(1/8), constant from R on */
static inline vdouble radial_integral(const struct radial_table *table, vdouble r2)
{
  vdouble y = v_min(r2 * table->inverse, v_set(1.0));
  vdouble k = v_sqrt(v_sqrt(v_sqrt(y))) * (double)POLAR_PANELS;
  const double *row[VD];
  vdouble t = k, c[7];
  UNROLL for (size_t j = 0; j < VD; j++)
  {
    int a = k[j] < POLAR_PANELS - 1.0 ? (int)k[j] : POLAR_PANELS - 1;
    t[j] = 2.0 * (k[j] - a) - 1.0;
    row[j] = table->coef[a];
  }
  UNROLL for (size_t q = 0; q < 7; q++)
  {
    vdouble column = t;
    UNROLL for (size_t j = 0; j < VD; j++) column[j] = row[j][q];
    c[q] = column;
  }
  return c[0] + t * (c[1] + t * (c[2] + t * (c[3] + t * (c[4] + t * (c[5] + t * c[6])))));
}

void SOCCA_LEVEL(image_edge_angles)(size_t n, double tiny, const double *d, const double *t1,
                                    const double *t2, double *phi1, double *phi2)
{
  for (size_t i = 0; i < n; i += VD) {
    vdouble at = v_abs(v_load(d + i)) + tiny;
    v_store(phi1 + i, v_atan2(v_load(t1 + i), at));
    v_store(phi2 + i, v_atan2(v_load(t2 + i), at));
  }
}

void SOCCA_LEVEL(image_edge_short)(const struct radial_table *table, size_t n, double tiny,
                                   const double *d, const double *phi1, const double *phi2,
                                   double *out)
{
  for (size_t i = 0; i < n; i += VD) {
    vdouble at = v_abs(v_load(d + i)) + tiny, d2 = at * at, sum = v_set(0.0);
    vdouble a = v_load(phi1 + i), b = v_load(phi2 + i), half = 0.5 * (b - a), mid = 0.5 * (a + b);
    UNROLL for (size_t k = 0; k < 4; k++)
    {
      vdouble s, c;
      v_sincos(mid + gauss4_at[k] * half, &s, &c);
      sum = sum + gauss4_weight[k] * radial_integral(table, d2 / (c * c));
    }
    v_store(out + i, sum * half);
  }
}

void SOCCA_LEVEL(image_edge_pieces)(const struct radial_table *table, double power,
                                    const struct piece_block *b, size_t n, double *out)
{
  static const double at6[6] = { -0.93246951420315203, -0.66120938646626451, -0.23861918608319691,
                                 0.23861918608319691,  0.66120938646626451,  0.93246951420315203 };
  static const double weight6[6] = {
    0.17132449237917035, 0.36076157304813861, 0.46791393457269105,
    0.46791393457269105, 0.36076157304813861, 0.17132449237917035
  };
  for (size_t i = 0; i < n; i += VD) {
    vdouble d = v_load(b->d + i), d2 = d * d, sum = v_set(0.0);
    vdouble from = v_load(b->from + i), to = v_load(b->to + i);
    vdouble half = 0.5 * (to - from), mid = 0.5 * (from + to);
    for (size_t k = 0; k < 6; k++) {
      vdouble s, c, g = v_set(1.0);
      v_sincos(mid + at6[k] * half, &s, &c);
      if (power != 2.0) { /* r^2 of the superellipse over u^2 + v^2 along this ray */
        vdouble u = v_abs(c * v_load(b->nu + i) + s * v_load(b->tu + i));
        vdouble v = v_abs(c * v_load(b->nv + i) + s * v_load(b->tv + i));
        g = v_exp(2.0 / power * v_log(v_exp(power * v_log(u)) + v_exp(power * v_log(v))));
      }
      sum = sum + weight6[k] * radial_integral(table, d2 / (c * c) * g) / g;
    }
    v_store(out + i, sum * half);
  }
}
