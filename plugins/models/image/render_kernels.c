/* SPDX-License-Identifier: BSD-3-Clause */
/* Inner loops over maps and spectra, compiled once per instruction-set level. */
#include "config.h"
#include "kernels.h"
#include <numeric/vmath.h>

#define PI 3.14159265358979323846

void SOCCA_LEVEL(image_dirichlet)(size_t n, double start, double part, double m, double sign,
                                  double *out)
{
  double index[8] = { 0, 1, 2, 3, 4, 5, 6, 7 }, turn[8] = { 1, -1, 1, -1, 1, -1, 1, -1 };
  for (size_t i = 0; i < n; i += VD) {
    vdouble d = start + ((double)i + v_load(index)), s, c;
    v_sincos((d - part) * (PI / m), &s, &c);
    v_store(out + i, sign * v_load(turn) / s);
  }
}

static void swap(size_t from, size_t to, double *x)
{
  for (; from + 1 < to; from++, to--) {
    double t = x[from];
    x[from] = x[to - 1];
    x[to - 1] = t;
  }
}

/* x turned to the left by k places */
void SOCCA_LEVEL(image_rotate)(size_t n, size_t k, double *x)
{
  swap(0, k, x);
  swap(k, n, x);
  swap(0, n, x);
}

/* ---- maps ---- */

void SOCCA_LEVEL(image_add)(size_t n, const double *x, const double *factor, double *out)
{
  if (factor)
    for (size_t i = 0; i < n; i += VD)
      v_store(out + i, v_load(out + i) + v_load(x + i) * v_load(factor + i));
  else
    for (size_t i = 0; i < n; i += VD) v_store(out + i, v_load(out + i) + v_load(x + i));
}

void SOCCA_LEVEL(image_add_scaled)(size_t n, const double *x, double factor, double *out)
{
  for (size_t i = 0; i < n; i += VD) v_store(out + i, v_load(out + i) + v_load(x + i) * factor);
}

void SOCCA_LEVEL(image_scale)(size_t n, double factor, double *out)
{
  for (size_t i = 0; i < n; i += VD) v_store(out + i, v_load(out + i) * factor);
}

void SOCCA_LEVEL(image_times)(size_t n, const double *factor, double *out)
{
  for (size_t i = 0; i < n; i += VD) v_store(out + i, v_load(out + i) * v_load(factor + i));
}

/* a0 + ... of the cubic polynomial; c: a0 a1x a1y a2xx a2xy a2yy a3xxx a3xxy a3xyy a3yyy */
void SOCCA_LEVEL(image_polynomial)(size_t n, const double *c, double scale, const double *east,
                                   const double *north, double *out)
{
  for (size_t i = 0; i < n; i += VD) {
    vdouble x = v_load(east + i) * scale, y = v_load(north + i) * scale;
    vdouble line = c[0] + c[1] * x + c[2] * y;
    vdouble square = c[4] * (x * y) + c[3] * (x * x) + c[5] * (y * y);
    vdouble cube =
        c[6] * (x * x * x) + c[9] * (y * y * y) + c[7] * (x * x * y) + c[8] * (x * y * y);
    v_store(out + i, line + square + cube);
  }
}

/* Sum of ((m e + b - d) w)^2 over a row, into 8 lanes; w = 0 excludes whatever m is. exposure and
 * background may be NULL. */
void SOCCA_LEVEL(image_chi2)(size_t n, const double *model, const double *exposure,
                             const double *background, const double *data, const double *weight,
                             double lane[8])
{
  vdouble sum[8 / VD];
  for (size_t k = 0; k < 8 / VD; k++) sum[k] = v_load(lane + k * VD);
  for (size_t i = 0; i < n; i += 8)
    for (size_t k = 0; k < 8 / VD; k++) {
      size_t at = i + k * VD;
      vdouble m = v_load(model + at), w = v_load(weight + at);
      if (exposure) m = m * v_load(exposure + at);
      if (background) m = m + v_load(background + at);
      vdouble r = (m - v_load(data + at)) * w;
      sum[k] = sum[k] + (vdouble)((vlong)(r * r) & (w != 0.0));
    }
  for (size_t k = 0; k < 8 / VD; k++) v_store(lane + k * VD, sum[k]);
}
