/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "neural.h"
#include <numeric/dense.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct ranked {
  double l;
  size_t i;
} ranked;

network_shape neural_shape(uint32_t d)
{
  return (network_shape){ .inputs = d, .hidden = { 100, 50, 20 }, .squares = 1 };
}

void neural_set_free(training_set *t)
{
  free(t->y);
  free(t->score);
  *t = (training_set){ 0 };
}

static int by_likelihood(const void *a, const void *b)
{
  const ranked *x = a, *y = b;
  if (x->l != y->l) return x->l < y->l ? -1 : 1;
  return (x->i > y->i) - (x->i < y->i);
}

/* Ranks within [from, to) of the sorted list, ties averaged, mapped to base ... base + 1/2. */
static void score_class(const ranked *r, size_t from, size_t to, double base, double *score)
{
  for (size_t i = from, j; i < to; i = j) {
    for (j = i + 1; j < to && r[j].l == r[i].l; j++) continue;
    double rank = 0.5 * ((double)(i - from) + (double)(j - 1 - from)) + 1;
    for (size_t k = i; k < j; k++) score[r[k].i] = base + 0.5 * (rank - 0.5) / (double)(to - from);
  }
}

socca_status neural_set(training_set *t, const numeric_ellipsoid *g, size_t n, const double *x,
                        const double *l, double threshold)
{
  size_t d = g->d, m = 0, below = 0;
  double *r2 = malloc((n + 1) * sizeof *r2);
  ranked *r = malloc((n + 1) * sizeof *r);
  *t = (training_set){ 0 };
  t->y = malloc((n + 1) * d * sizeof *t->y);
  if (r2 && r && t->y) {
    numeric_ellipsoid_local(g, n, x, d, t->y, r2);
    for (size_t i = 0; i < n; i++) {
      if (!(r2[i] < 1)) continue;
      memmove(t->y + m * d, t->y + i * d, d * sizeof *t->y);
      r[m] = (ranked){ l[i], m };
      below += l[i] < threshold;
      m++;
    }
    qsort(r, m, sizeof *r, by_likelihood);
    t->n = m;
    t->n_above = m - below;
    t->score = malloc((m + 1) * sizeof *t->score);
  }
  if (t->score) {
    score_class(r, 0, below, 0, t->score);
    score_class(r, below, m, 0.5, t->score);
  }
  free(r2);
  free(r);
  if (t->score) return SOCCA_OK;
  neural_set_free(t);
  return SOCCA_E_NOMEM;
}

/* Least-squares cubic of the predictions in the score, at score s. NaN: not possible. */
static double cubic_at(size_t n, const double *score, const double *value, double s)
{
  double a[16] = { 0 }, b[4] = { 0 }, p[4] = { 1, 0, 0, 0 }, sum = 0;
  for (size_t i = 0; i < n; i++) {
    for (int k = 1; k < 4; k++) p[k] = p[k - 1] * (2 * score[i] - 1);
    for (int k = 0; k < 4; k++) {
      b[k] += p[k] * value[i];
      for (int j = 0; j < 4; j++) a[k * 4 + j] += p[k] * p[j];
    }
  }
  if (numeric_solve(4, a, b)) return NAN;
  for (int k = 4; k-- > 0;) sum = sum * (2 * s - 1) + b[k];
  return sum;
}

/* Beyond this distance from theta an estimate and the mean agree on the side, on the training set; a
 * little more, because that is finite. */
static double agreement(size_t n, const double *estimate, const double *mean, double theta)
{
  double far = 0;
  for (size_t i = 0; i < n; i++)
    if ((estimate[i] > theta) != (mean[i] > theta)) far = fmax(far, fabs(estimate[i] - theta));
  return 1.25 * far;
}

/* Cheaper estimates than all networks, and where they decide. */
static socca_status add_cascade(region *r, const training_set *t, uint32_t isa, const double *mean,
                                double *estimate, void *work)
{
  size_t d = r->g.d;
  network_predict(isa, r->nets, r->stride, 1, t->n, t->y, estimate, work);
  r->far_first = agreement(t->n, estimate, mean, r->theta);
  socca_status st = surrogate_fit(d, t->n, t->y, mean, r->theta, &r->quadratic);
  if (st || !r->quadratic) return st;
  for (size_t i = 0; i < t->n; i++) estimate[i] = surrogate_at(d, r->quadratic, t->y + i * d);
  r->far_quadratic = agreement(t->n, estimate, mean, r->theta);
  return SOCCA_OK;
}

socca_status neural_finish(region *r, const training_set *t, uint32_t isa, int cascade, void *work)
{
  double *mean = malloc(2 * (t->n + 1) * sizeof *mean), least = INFINITY;
  socca_status st = SOCCA_OK;
  if (!mean) return SOCCA_E_NOMEM;
  network_predict(isa, r->nets, r->stride, r->n_nets, t->n, t->y, mean, work);
  for (size_t i = 0; i < t->n; i++)
    if (t->score[i] > 0.5 && t->score[i] < least) least = t->score[i];
  r->theta = cubic_at(t->n, t->score, mean, least);
  r->far_first = r->far_quadratic = INFINITY;
  if (!isfinite(r->theta)) {
    r->n_nets = 0;
    r->theta = 0;
  } else if (cascade) {
    st = add_cascade(r, t, isa, mean, mean + t->n, work);
  }
  free(mean);
  return st;
}
