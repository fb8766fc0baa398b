/* SPDX-License-Identifier: BSD-3-Clause */
/* Weighted draws and the evidence. */
#include "config.h"
#include "nautilus.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static socca_status value(socca_run *r, socca_result *out, const char *name, double v)
{
  return r->cx.h->value(out, name, SOCCA_F64, 1, &v);
}

static socca_status numbers(const nautilus *s, int settled, socca_run *r, socca_result *out)
{
  double likelihood, volume;
  int64_t converged = s->phase == PHASE_DONE && settled, bounds = (int64_t)s->n_shells;
  double error = estimate_error(s, &likelihood, &volume), logz = estimate_logz_now(s);
  int told = settled && s->phase != PHASE_EXPLORE && s->phase != PHASE_SURVEY;
  socca_status st = value(r, out, "logz", shells_points(s) ? logz : NAN);
  if (!st) st = value(r, out, "logz_err", told ? error : NAN);
  if (!st) st = value(r, out, "logz_shells", estimate_logz(s, estimate_plain));
  if (!st) st = value(r, out, "logz_err_volume", sqrt(volume));
  if (!st) st = value(r, out, "n_eff", estimate_neff(s));
  if (!st) st = r->cx.h->value(out, "converged", SOCCA_I64, 1, &converged);
  return st ? st : r->cx.h->value(out, "n_bounds", SOCCA_I64, 1, &bounds);
}

static socca_status points(const nautilus *s, socca_run *r, socca_result *out)
{
  size_t total = shells_points(s), n = 0, d = s->d;
  double logz = estimate_logz_now(s);
  double *x = malloc((total + 1) * (d + 2) * sizeof *x), *l = x + total * d, *w = l + total;
  if (!x) return SOCCA_E_NOMEM;
  for (size_t k = 0; k < s->n_shells; k++) {
    const shell *sh = &s->shells[k];
    estimate e = estimate_shell(s, sh);
    if (!e.n) continue;
    memcpy(x + n * d, sh->x + sh->first * d, e.n * d * sizeof *x);
    memcpy(l + n, sh->l + sh->first, e.n * sizeof *l);
    for (size_t i = 0; i < e.n; i++)
      w[n + i] = isfinite(logz) ? e.lnv - log((double)e.n) + l[n + i] - logz : -INFINITY;
    n += e.n;
  }
  socca_draws draws = { .n = n, .space = SOCCA_CUBE, .x = x, .loglike = l, .logw = w };
  socca_status st = n ? r->cx.h->draws(out, &draws) : SOCCA_OK;
  free(x);
  return st;
}

socca_status nautilus_result(void *self, socca_run *r, socca_result *out)
{
  nautilus known;
  int settled;
  socca_status st = shells_known(self, &known, &settled);
  if (!st) st = numbers(&known, settled, r, out);
  if (!st) st = points(&known, r, out);
  free(known.shells);
  return st;
}
