/* SPDX-License-Identifier: BSD-3-Clause */
/* Quadratic form that stands in for a region's networks far from the threshold. */
#include "config.h"
#include "neural.h"
#include <numeric/dense.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DIMENSIONS = 24, MOST_POINTS = 1000 }; /* for which it costs less than it saves */
#define NEAR 0.15 /* values farther from the threshold count for less */

static void features(size_t d, const double *y, double *f)
{
  *f++ = 1;
  for (size_t k = 0; k < d; k++) {
    *f++ = y[k];
    for (size_t j = 0; j <= k; j++) *f++ = y[k] * y[j];
  }
}

double surrogate_at(size_t d, const double *a, const double *y)
{
  double sum = *a++;
  for (size_t k = 0; k < d; k++) {
    double s = *a++;
    for (size_t j = 0; j <= k; j++) s += *a++ * y[j];
    sum += s * y[k];
  }
  return sum;
}

/* Lower triangle of the normal equations and their right-hand side. */
static void accumulate(size_t terms, double w, const double *f, double value, double *m, double *b)
{
  for (size_t k = 0; k < terms; k++) {
    double a = w * f[k], *row = m + k * terms;
    b[k] += a * value;
    for (size_t j = 0; j <= k; j++) row[j] += a * f[j];
  }
}

/* a <- (l l^T)^-1 b */
static void substitute(size_t n, const double *l, const double *b, double *a)
{
  for (size_t k = 0; k < n; k++) {
    double s = b[k];
    for (size_t j = 0; j < k; j++) s -= l[k * n + j] * a[j];
    a[k] = s / l[k * n + k];
  }
  for (size_t k = n; k-- > 0;) {
    double s = a[k];
    for (size_t j = k + 1; j < n; j++) s -= l[j * n + k] * a[j];
    a[k] = s / l[k * n + k];
  }
}

socca_status surrogate_fit(size_t d, size_t n, const double *y, const double *value, double theta,
                           double **out)
{
  size_t terms = lanes_quadratic_terms(d), step = (n + MOST_POINTS - 1) / MOST_POINTS;
  *out = NULL;
  if (d > MOST_DIMENSIONS || n / step < 2 * terms) return SOCCA_OK;
  double *m = calloc(terms * (terms + 2), sizeof *m), *a = malloc(terms * sizeof *a);
  if (!m || !a) {
    free(m);
    free(a);
    return SOCCA_E_NOMEM;
  }
  double *b = m + terms * terms, *f = b + terms, trace = 0;
  for (size_t i = 0; i < n; i += step) {
    double z = (value[i] - theta) / NEAR;
    features(d, y + i * d, f);
    accumulate(terms, 1 / (1 + z * z), f, value[i], m, b);
  }
  for (size_t k = 0; k < terms; k++) trace += m[k * terms + k];
  for (size_t k = 0; k < terms; k++) m[k * terms + k] += 1e-9 * trace / (double)terms;
  if (!numeric_cholesky(terms, m, 0, m)) {
    substitute(terms, m, b, a);
    *out = a;
  }
  free(m);
  if (!*out) free(a);
  return SOCCA_OK;
}
