/* SPDX-License-Identifier: BSD-3-Clause */
/* The live set: the n_live stored points of highest likelihood, best first. Ties are ordered by shell,
 * so that the list is a function of the stored points alone. */
#include "config.h"
#include "nautilus.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int better(const void *a, const void *b)
{
  const live *x = a, *y = b;
  if (x->l != y->l) return x->l < y->l ? 1 : -1;
  return (x->shell > y->shell) - (x->shell < y->shell);
}

/* Keeps the n best of the sorted lists a and b, in out. */
static size_t merge(const live *a, size_t na, const live *b, size_t nb, live *out, size_t n)
{
  size_t i = 0, j = 0, m = 0;
  while (m < n && (i < na || j < nb))
    if (j >= nb || (i < na && better(&a[i], &b[j]) <= 0))
      out[m++] = a[i++];
    else
      out[m++] = b[j++];
  return m;
}

socca_status live_merge(nautilus *s, size_t n, const double *l, uint32_t k)
{
  live *fresh = malloc((n + s->n_live) * sizeof *fresh), *out = fresh + n;
  size_t m = 0;
  if (!fresh) return SOCCA_E_NOMEM;
  for (size_t i = 0; i < n; i++) /* only what can get in needs sorting */
    if (s->n_top < s->n_live || l[i] >= s->top[s->n_top - 1].l) fresh[m++] = (live){ l[i], k };
  qsort(fresh, m, sizeof *fresh, better);
  s->n_top = merge(s->top, s->n_top, fresh, m, out, s->n_live);
  memcpy(s->top, out, s->n_top * sizeof *out);
  free(fresh);
  return SOCCA_OK;
}

socca_status live_rebuild(nautilus *s)
{
  socca_status st = SOCCA_OK;
  s->n_top = 0;
  for (size_t k = s->n_shells; k-- > 0 && !st;) /* the best first, so that few others get in */
    st = live_merge(s, s->shells[k].n, s->shells[k].l, (uint32_t)k);
  return st;
}

socca_status live_fraction(const nautilus *s, double *fraction)
{
  double sum = 0, logz = estimate_logz(s, estimate_plain);
  if (!isfinite(logz)) { /* nothing but zeros so far: all weights are alike */
    size_t n = shells_points(s);
    *fraction = n ? (double)s->n_top / (double)n : 1;
    return SOCCA_OK;
  }
  double *lnw = malloc(s->n_shells * sizeof *lnw);
  if (!lnw) return SOCCA_E_NOMEM;
  for (size_t k = 0; k < s->n_shells; k++) {
    estimate e = estimate_plain(&s->shells[k]);
    lnw[k] = e.n ? e.lnv - log((double)e.n) - logz : -INFINITY;
  }
  for (size_t i = 0; i < s->n_top; i++) sum += exp(lnw[s->top[i].shell] + s->top[i].l);
  free(lnw);
  *fraction = sum;
  return SOCCA_OK;
}

double live_lnv(const nautilus *s)
{
  double sum = 0;
  for (size_t i = 0; i < s->n_top; i++) {
    estimate e = estimate_plain(&s->shells[s->top[i].shell]);
    sum += exp(e.lnv - log((double)e.n));
  }
  return log(sum);
}
