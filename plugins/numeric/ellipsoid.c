/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <numeric/dense.h>
#include <numeric/ellipsoid.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 8 };
typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));

double numeric_ball_lnv(size_t d)
{
  return 0.5 * (double)d * log(M_PI) - lgamma(0.5 * (double)d + 1);
}

int numeric_ellipsoid_alloc(numeric_ellipsoid *e, size_t d)
{
  e->d = (uint32_t)d;
  e->lnv = 0;
  e->c = calloc(d + 2 * d * d, sizeof *e->c);
  e->l = e->c ? e->c + d : NULL;
  e->li = e->c ? e->l + d * d : NULL;
  return e->c ? 0 : -1;
}

void numeric_ellipsoid_free(numeric_ellipsoid *e)
{
  free(e->c);
  e->c = e->l = e->li = NULL;
}

int numeric_ellipsoid_copy(numeric_ellipsoid *to, const numeric_ellipsoid *from)
{
  size_t d = from->d;
  if (numeric_ellipsoid_alloc(to, d)) return -1;
  memcpy(to->c, from->c, (d + 2 * d * d) * sizeof *to->c);
  to->lnv = from->lnv;
  return 0;
}

int numeric_ellipsoid_fit(numeric_ellipsoid *e, uint32_t isa, size_t d, size_t n, const double *x,
                          double enlarge)
{
  double far = 0, r2[64];
  if (n <= d) return -2;
  if (numeric_ellipsoid_alloc(e, d)) return -1;
  int status = numeric_mvee(isa, d, n, x, e->c, e->l);
  if (status) {
    numeric_ellipsoid_free(e);
    return status;
  }
  numeric_lower_inverse(d, e->l, e->li);
  for (size_t i = 0; i < n; i += 64) {
    size_t m = n - i < 64 ? n - i : 64;
    numeric_ellipsoid_local(e, m, x + i * d, d, NULL, r2);
    for (size_t k = 0; k < m; k++) far = r2[k] > far ? r2[k] : far;
  }
  /* the farthest point must lie inside in spite of rounding */
  double scale = sqrt(far) * enlarge * (1 + 1e-10);
  for (size_t i = 0; i < d * d; i++) e->l[i] *= scale;
  for (size_t i = 0; i < d * d; i++) e->li[i] /= scale;
  e->lnv = numeric_log_diagonal(d, e->l) + numeric_ball_lnv(d);
  if (isfinite(e->lnv)) return 0;
  numeric_ellipsoid_free(e);
  return -2;
}

/* Eight points at a time, so that lanes are points and sums run in ascending order. */
static void local_lanes(const numeric_ellipsoid *e, size_t n, const double *x, size_t stride,
                        double *y, double *r2)
{
  size_t d = e->d;
  lanes sum = { 0 }, z[128];
  for (size_t k = 0; k < d; k++)
    for (size_t i = 0; i < LANES; i++) z[k][i] = x[(i < n ? i : 0) * stride + k] - e->c[k];
  for (size_t j = d; j-- > 0;) {
    const double *row = e->li + j * d;
    lanes s = { 0 };
    for (size_t k = 0; k <= j; k++) s += row[k] * z[k];
    z[j] = s;
  }
  for (size_t j = 0; j < d; j++) sum += z[j] * z[j];
  for (size_t i = 0; i < n && r2; i++) r2[i] = sum[i];
  for (size_t i = 0; i < n && y; i++)
    for (size_t k = 0; k < d; k++) y[i * d + k] = z[k][i];
}

void numeric_ellipsoid_local(const numeric_ellipsoid *e, size_t n, const double *x, size_t stride,
                             double *y, double *r2)
{
  for (size_t i = 0; i < n; i += LANES)
    local_lanes(e, n - i < LANES ? n - i : LANES, x + i * stride, stride, y ? y + i * e->d : NULL,
                r2 ? r2 + i : NULL);
}

void numeric_ellipsoid_global(const numeric_ellipsoid *e, size_t n, const double *y, double *x)
{
  size_t d = e->d;
  for (size_t i = 0; i < n; i++)
    for (size_t j = d; j-- > 0;) {
      double s = 0;
      for (size_t k = 0; k <= j; k++) s += e->l[j * d + k] * y[i * d + k];
      x[i * d + j] = e->c[j] + s;
    }
}

int numeric_ellipsoid_contains(const numeric_ellipsoid *e, const double *x)
{
  size_t d = e->d;
  double sum = 0;
  for (size_t j = 0; j < d; j++) {
    double s = 0;
    for (size_t k = 0; k <= j; k++) s += e->li[j * d + k] * (x[k] - e->c[k]);
    sum += s * s;
    if (!(sum < 1)) return 0;
  }
  return 1;
}

size_t numeric_ellipsoid_overlap_work(size_t d)
{
  return 4 * d * d + 3 * d;
}

/* In the frame of a, b is v + T ball with T T^T = Q diag(w) Q^T. They overlap unless some s in (0,1)
 * has sum_i v_i^2 s (1-s) / (s + w_i (1-s)) >= 1: the objective is concave in s, and its greatest
 * value is found by section. */
static double separation(size_t d, const double *v2, const double *w, double s)
{
  double sum = 0;
  for (size_t i = 0; i < d; i++) sum += v2[i] * s * (1 - s) / (s * w[i] + (1 - s));
  return sum;
}

int numeric_ellipsoid_overlap(const numeric_ellipsoid *a, const numeric_ellipsoid *b, double *work)
{
  size_t d = a->d;
  double *t = work, *m = t + d * d, *q = m + d * d, *w = q + d * d, *v = w + d, *v2 = v + d;
  double lo = 1e-9, hi = 1 - 1e-9, golden = 0.5 * (sqrt(5) - 1);
  for (size_t i = 0; i < d; i++)
    for (size_t j = 0; j < d; j++) {
      double s = 0;
      for (size_t k = j; k <= i; k++) s += a->li[i * d + k] * b->l[k * d + j];
      t[i * d + j] = s;
    }
  for (size_t i = 0; i < d; i++)
    for (size_t j = 0; j < d; j++) {
      double s = 0;
      for (size_t k = 0; k < d; k++) s += t[i * d + k] * t[j * d + k];
      m[i * d + j] = s;
    }
  numeric_symmetric_eigen(d, m, w, q);
  for (size_t k = 0; k < d; k++) v[k] = b->c[k] - a->c[k];
  for (size_t i = d; i-- > 0;) {
    double s = 0;
    for (size_t k = 0; k <= i; k++) s += a->li[i * d + k] * v[k];
    v[i] = s;
  }
  for (size_t i = 0; i < d; i++) {
    double s = 0;
    for (size_t k = 0; k < d; k++) s += q[i * d + k] * v[k];
    v2[i] = s * s;
  }
  double x = hi - golden * (hi - lo), y = lo + golden * (hi - lo);
  double fx = separation(d, v2, w, x), fy = separation(d, v2, w, y);
  for (int it = 0; it < 80; it++) {
    if (fx >= 1 || fy >= 1) return 0;
    if (fx > fy) {
      hi = y;
      y = x;
      fy = fx;
      fx = separation(d, v2, w, x = hi - golden * (hi - lo));
    } else {
      lo = x;
      x = y;
      fx = fy;
      fy = separation(d, v2, w, y = lo + golden * (hi - lo));
    }
  }
  return 1;
}
