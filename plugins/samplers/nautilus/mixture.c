/* SPDX-License-Identifier: BSD-3-Clause */
/* A piece of an envelope around a set of points: which coordinates belong to its ellipsoid. */
#include "config.h"
#include "envelope.h"
#include <numeric/dense.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct fit {
  uint32_t isa, d;
  size_t n;
  const double *x;
  double enlarge;
  double *sub;    /* points in a choice of coordinates */
  uint32_t *axis; /* the present choice, n_axis of them */
  uint32_t n_axis;
  numeric_ellipsoid e;
} fit;

static socca_status status_of(int code)
{
  return code == 0 ? SOCCA_OK : code == -1 ? SOCCA_E_NOMEM : SOCCA_E_NUMERIC;
}

static socca_status ellipsoid_over(const fit *f, uint32_t n_axis, const uint32_t *axis,
                                   numeric_ellipsoid *e)
{
  if (n_axis == f->d)
    return status_of(numeric_ellipsoid_fit(e, f->isa, f->d, f->n, f->x, f->enlarge));
  for (size_t i = 0; i < f->n; i++)
    for (uint32_t k = 0; k < n_axis; k++) f->sub[i * n_axis + k] = f->x[i * f->d + axis[k]];
  return status_of(numeric_ellipsoid_fit(e, f->isa, n_axis, f->n, f->sub, f->enlarge));
}

/* For each coordinate of the present ellipsoid: log-volume, without enlargement, of an ellipsoid
 * around all points over the others, from the shape of the present one. With v = A (x - c), leaving
 * out i lowers a point's squared distance by v_i^2 / A_ii and the shape's determinant by 1 / A_ii.
 * Returns the place with the least volume. */
static uint32_t rank_axes(const fit *f, double *work, double *least)
{
  uint32_t d = f->n_axis, best = 0;
  double *a = work, *far = a + d * d, *y = far + d, *v = y + d, *x = v + d;
  numeric_inverse_from_lower(d, f->e.li, a);
  memset(far, 0, d * sizeof *far);
  for (size_t i = 0; i < f->n; i++) {
    double r2;
    for (uint32_t k = 0; k < d; k++) x[k] = f->x[i * f->d + f->axis[k]];
    numeric_ellipsoid_local(&f->e, 1, x, d, y, &r2);
    for (uint32_t k = 0; k < d; k++) {
      double s = 0;
      for (uint32_t j = k; j < d; j++) s += f->e.li[j * d + k] * y[j];
      far[k] = fmax(far[k], r2 - s * s / a[k * d + k]);
    }
  }
  *least = INFINITY;
  double lndet = numeric_log_diagonal(d, f->e.l), dim = (double)d - 1;
  for (uint32_t k = 0; k < d; k++) {
    double lnv =
        lndet + 0.5 * log(a[k * d + k]) + 0.5 * dim * log(far[k]) + numeric_ball_lnv(d - 1);
    if (!(lnv < *least)) continue;
    *least = lnv;
    best = k;
  }
  *least += dim * log(f->enlarge);
  return best;
}

/* Moves coordinates to the cube one by one while the volume falls. */
static socca_status shed(fit *f, double *work, uint32_t *axis)
{
  while (f->n_axis > 1) {
    numeric_ellipsoid e;
    double least;
    uint32_t out = rank_axes(f, work, &least);
    /* the smallest ellipsoid is rarely much smaller than the ranking's: save the fit */
    if (least > f->e.lnv + 1) return SOCCA_OK;
    for (uint32_t k = 0, m = 0; k < f->n_axis; k++)
      if (k != out) axis[m++] = f->axis[k];
    socca_status st = ellipsoid_over(f, f->n_axis - 1, axis, &e);
    if (st) return st;
    if (!(e.lnv < f->e.lnv)) {
      numeric_ellipsoid_free(&e);
      return SOCCA_OK;
    }
    numeric_ellipsoid_free(&f->e);
    f->e = e;
    memcpy(f->axis, axis, --f->n_axis * sizeof *axis);
  }
  return SOCCA_OK;
}

/* Larger than the cube: starts from the cube and takes in coordinates that make it smaller. */
static socca_status rescue(fit *f, uint32_t *axis, unsigned char *tested)
{
  double lnv = 0;
  int again = 1;
  numeric_ellipsoid_free(&f->e);
  f->n_axis = 0;
  f->e.d = 0;
  memset(tested, 0, f->d);
  while (again) {
    again = 0;
    for (uint32_t i = 0; i < f->d; i++) {
      numeric_ellipsoid e;
      uint32_t m = 0, at = 0;
      if (tested[i]) continue;
      tested[i] = 1;
      while (at < f->n_axis && f->axis[at] < i) axis[m++] = f->axis[at++];
      axis[m++] = i;
      while (at < f->n_axis) axis[m++] = f->axis[at++];
      socca_status st = ellipsoid_over(f, m, axis, &e);
      if (st) return st;
      if (!(e.lnv < lnv)) {
        numeric_ellipsoid_free(&e);
        continue;
      }
      if (f->n_axis) numeric_ellipsoid_free(&f->e);
      f->e = e;
      lnv = e.lnv;
      memcpy(f->axis, axis, m * sizeof *axis);
      f->n_axis = m;
      memset(tested, 0, f->d);
      for (uint32_t k = 0; k < m; k++) tested[axis[k]] = 1;
      again = 1;
    }
  }
  return SOCCA_OK;
}

socca_status piece_fit(piece *p, uint32_t isa, uint32_t d, size_t n, const double *x,
                       double enlarge, const numeric_ellipsoid *all)
{
  fit f = { .isa = isa, .d = d, .n = n, .x = x, .enlarge = enlarge, .n_axis = d };
  double *work = calloc((size_t)d * d + 4 * (size_t)d, sizeof *work);
  uint32_t *axis = calloc(d, sizeof *axis);
  unsigned char *tested = calloc(d, 1);
  socca_status st = SOCCA_E_NOMEM;
  *p = (piece){ 0 };
  f.sub = calloc(n * d, sizeof *f.sub);
  f.axis = calloc(d, sizeof *f.axis);
  if (work && axis && tested && f.sub && f.axis) {
    for (uint32_t k = 0; k < d; k++) f.axis[k] = k;
    st = all ? status_of(numeric_ellipsoid_copy(&f.e, all)) : ellipsoid_over(&f, d, f.axis, &f.e);
    if (!st) st = shed(&f, work, axis);
    if (!st && f.e.lnv > 0) st = rescue(&f, axis, tested);
  }
  free(work);
  free(axis);
  free(tested);
  free(f.sub);
  if (st) {
    if (f.e.d) numeric_ellipsoid_free(&f.e);
    free(f.axis);
    return st;
  }
  p->axis = f.axis;
  p->e = f.e;
  p->lnv = f.e.d ? f.e.lnv : 0;
  return SOCCA_OK;
}
