/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <numeric/dense.h>
#include <math.h>

int numeric_cholesky(size_t n, const double *a, double floor, double *l)
{
  for (size_t j = 0; j < n; j++) {
    for (size_t i = j; i < n; i++) {
      double s = a[i * n + j];
      for (size_t k = 0; k < j; k++) s -= l[i * n + k] * l[j * n + k];
      if (i > j) {
        l[i * n + j] = s / l[j * n + j];
      } else {
        if (!(s > floor) || !isfinite(s)) return -1;
        l[j * n + j] = sqrt(s);
      }
    }
  }
  for (size_t i = 0; i < n; i++)
    for (size_t j = i + 1; j < n; j++) l[i * n + j] = 0;
  return 0;
}

void numeric_lower_inverse(size_t n, const double *l, double *out)
{
  for (size_t j = 0; j < n; j++) {
    for (size_t i = 0; i < j; i++) out[i * n + j] = 0;
    out[j * n + j] = 1 / l[j * n + j];
    for (size_t i = j + 1; i < n; i++) {
      double s = 0;
      for (size_t k = j; k < i; k++) s -= l[i * n + k] * out[k * n + j];
      out[i * n + j] = s / l[i * n + i];
    }
  }
}

void numeric_inverse_from_lower(size_t n, const double *li, double *out)
{
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++) {
      double s = 0;
      for (size_t k = i; k < n; k++) s += li[k * n + i] * li[k * n + j];
      out[i * n + j] = out[j * n + i] = s;
    }
}

double numeric_log_diagonal(size_t n, const double *l)
{
  double s = 0;
  for (size_t i = 0; i < n; i++) s += log(l[i * n + i]);
  return s;
}

/* Turns rows and columns p and q of a, and rows p and q of v. */
static void rotate(size_t n, double *a, double *v, size_t p, size_t q)
{
  double apq = a[p * n + q];
  double h = (a[q * n + q] - a[p * n + p]) / (2 * apq);
  double t = (h < 0 ? -1 : 1) / (fabs(h) + sqrt(h * h + 1)), c = 1 / sqrt(t * t + 1), s = t * c;
  for (size_t k = 0; k < n; k++) {
    double x = a[k * n + p], y = a[k * n + q];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (size_t k = 0; k < n; k++) {
    double x = a[p * n + k], y = a[q * n + k];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
    x = v[p * n + k];
    y = v[q * n + k];
    v[p * n + k] = c * x - s * y;
    v[q * n + k] = s * x + c * y;
  }
}

static void sort_eigen(size_t n, double *w, double *v)
{
  for (size_t i = 1; i < n; i++)
    for (size_t j = i; j > 0 && w[j] < w[j - 1]; j--) {
      double t = w[j];
      w[j] = w[j - 1];
      w[j - 1] = t;
      for (size_t k = 0; k < n; k++) {
        t = v[j * n + k];
        v[j * n + k] = v[(j - 1) * n + k];
        v[(j - 1) * n + k] = t;
      }
    }
}

void numeric_symmetric_eigen(size_t n, double *a, double *w, double *v)
{
  for (size_t i = 0; i < n * n; i++) v[i] = i % (n + 1) == 0;
  for (int sweep = 0; sweep < 60; sweep++) {
    double off = 0, all = 0;
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j <= i; j++) {
        double x = a[i * n + j] * a[i * n + j];
        all += x;
        if (j < i) off += x;
      }
    if (!(off > 1e-32 * all)) break;
    for (size_t p = 0; p < n; p++)
      for (size_t q = p + 1; q < n; q++)
        if (a[p * n + q] * a[p * n + q] > 1e-36 * all) rotate(n, a, v, p, q);
  }
  for (size_t i = 0; i < n; i++) w[i] = a[i * n + i];
  sort_eigen(n, w, v);
}

int numeric_solve(size_t n, double *a, double *b)
{
  for (size_t j = 0; j < n; j++) {
    size_t p = j;
    for (size_t i = j + 1; i < n; i++)
      if (fabs(a[i * n + j]) > fabs(a[p * n + j])) p = i;
    if (!(fabs(a[p * n + j]) > 0) || !isfinite(a[p * n + j])) return -1;
    for (size_t k = j; p != j && k < n; k++) {
      double t = a[j * n + k];
      a[j * n + k] = a[p * n + k];
      a[p * n + k] = t;
    }
    double t = b[j];
    b[j] = b[p];
    b[p] = t;
    for (size_t i = j + 1; i < n; i++) {
      double f = a[i * n + j] / a[j * n + j];
      for (size_t k = j; k < n; k++) a[i * n + k] -= f * a[j * n + k];
      b[i] -= f * b[j];
    }
  }
  for (size_t j = n; j-- > 0;) {
    for (size_t k = j + 1; k < n; k++) b[j] -= a[j * n + k] * b[k];
    b[j] /= a[j * n + j];
  }
  return 0;
}

double numeric_log_sum_exp(size_t n, const double *x)
{
  double m = -INFINITY, s = 0;
  for (size_t i = 0; i < n; i++) m = x[i] > m ? x[i] : m;
  if (!isfinite(m)) return m;
  for (size_t i = 0; i < n; i++) s += exp(x[i] - m);
  return m + log(s);
}
