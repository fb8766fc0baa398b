/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <maths/quantile.h>
#include <base/text.h>
#include <math.h>
#include <stdlib.h>

typedef struct weighted {
  double x, w;
  size_t place; /* ties keep the order given, whatever qsort does */
} weighted;

static int ascending(const void *a, const void *b)
{
  const weighted *p = a, *q = b;
  if (p->x != q->x) return p->x < q->x ? -1 : 1;
  return p->place < q->place ? -1 : p->place > q->place;
}

/* Those of positive weight, which are few where a sampler's early points count for nothing. */
static weighted *sorted(size_t *n, const double *x, size_t stride, const double *w)
{
  weighted *s = socca_calloc(*n, sizeof *s);
  size_t kept = 0;
  if (!s) return NULL;
  for (size_t i = 0; i < *n; i++)
    if (!w || w[i] > 0) s[kept++] = (weighted){ x[i * stride], w ? w[i] : 1, i };
  qsort(s, kept, sizeof *s, ascending);
  *n = kept;
  return s;
}

/* The first element whose cumulative share reaches q. */
static double pick(const weighted *s, size_t n, double total, double q)
{
  double sum = 0, last = NAN;
  for (size_t i = 0; i < n; i++) {
    sum += s[i].w;
    last = s[i].x;
    if (sum / total >= q) break;
  }
  return last;
}

static double sum_weights(const weighted *s, size_t n)
{
  double total = 0;
  for (size_t i = 0; i < n; i++) total += s[i].w;
  return total;
}

socca_status socca_quantiles(size_t n, const double *x, size_t stride, const double *w, size_t nq,
                             const double *q, double *out)
{
  weighted *s = sorted(&n, x, stride, w);
  if (!s) return SOCCA_E_NOMEM;
  double total = sum_weights(s, n);
  for (size_t k = 0; k < nq; k++) out[k] = pick(s, n, total, q[k]);
  free(s);
  return SOCCA_OK;
}

static double wrap(double d, double period)
{
  return d - period * rint(d / period);
}

/* Tied coordinates may lie several turns apart: bring all into the turn that begins at the lowest. */
static void one_turn(size_t n, weighted *s, double period)
{
  double start = n ? s[0].x : 0;
  if (!n || s[n - 1].x - start < period) return;
  for (size_t i = 0; i < n; i++) s[i].x -= period * floor((s[i].x - start) / period);
  qsort(s, n, sizeof *s, ascending);
}

/* Weighted sum of circular distances from s[k], for all k in one turn: with the draws sorted on the circle, the
 * sum changes by the weight on either half circle as k advances. Prefix sums of w and w x over two turns. */
static socca_status circular_median(size_t n, const weighted *s, double period, double *median)
{
  double *w = socca_calloc(2 * n + 1, sizeof *w), *wx = socca_calloc(2 * n + 1, sizeof *wx);
  if (!w || !wx) {
    free(w);
    free(wx);
    return SOCCA_E_NOMEM;
  }
  for (size_t i = 0; i < 2 * n; i++) {
    double x = s[i % n].x + (i >= n ? period : 0);
    w[i + 1] = w[i] + s[i % n].w;
    wx[i + 1] = wx[i] + s[i % n].w * x;
  }
  double best = INFINITY;
  *median = NAN;
  for (size_t k = 0, h = 0; k < n; k++) { /* k..h-1 lie within half a turn ahead, h..k+n-1 beyond */
    if (h < k) h = k;
    while (h < k + n && s[h % n].x + (h >= n ? period : 0) - s[k].x <= period / 2) h++;
    double ahead = wx[h] - wx[k] - s[k].x * (w[h] - w[k]);
    double behind = (s[k].x + period) * (w[k + n] - w[h]) - (wx[k + n] - wx[h]);
    if (ahead + behind < best) {
      best = ahead + behind;
      *median = s[k].x;
    }
  }
  free(w);
  free(wx);
  return SOCCA_OK;
}

socca_status socca_circular_quantiles(size_t n, const double *x, size_t stride, const double *w,
                                      double period, double lo, double hi, double out[3])
{
  const double q[2] = { lo, hi };
  size_t kept = n;
  weighted *s = sorted(&kept, x, stride, w);
  double *d = socca_calloc(n, sizeof *d);
  socca_status st = SOCCA_E_NOMEM;
  if (s && d) {
    one_turn(kept, s, period);
    st = circular_median(kept, s, period, &out[0]);
  }
  if (!st) {
    for (size_t i = 0; i < n; i++) d[i] = wrap(x[i * stride] - out[0], period);
    st = socca_quantiles(n, d, 1, w, 2, q, out + 1);
  }
  free(s);
  free(d);
  return st;
}
