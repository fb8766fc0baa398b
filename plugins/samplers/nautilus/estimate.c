/* SPDX-License-Identifier: BSD-3-Clause */
/* Volumes, evidences and their errors, shell by shell. Everything in logs; a shell without points has
 * lnv -inf, and one whose points all have likelihood zero has mean -inf and all of them effective. */
#include "config.h"
#include "nautilus.h"
#include <numeric/dense.h>
#include <math.h>

enum { TRUSTED = 50 }; /* so many fresh points are better than more biased ones */

static estimate with_volume(const shell *s, double lnv)
{
  estimate e = { .lnv = -INFINITY, .lnmean = -INFINITY, .n = s->n - s->first };
  if (!e.n) return e;
  e.lnv = lnv;
  e.lnmean = isfinite(s->peak) ? s->peak + log(s->sum / (double)e.n) : s->peak;
  e.neff = s->squares > 0 ? s->sum * s->sum / s->squares : (double)e.n;
  return e;
}

/* The share of B_k that is shell k, from the draws that made its points. The exploration's draws are its measure also
 * while all fresh points come from a block that the exploration had begun. */
estimate estimate_plain(const shell *s)
{
  int explored = !s->first || !s->seen;
  double in = explored ? (double)s->n_explored : 0, of = explored ? (double)s->draws : 0;
  if (!s->n_explored && !s->seen) in = (double)s->n; /* exploring */
  in += (double)s->seen_shell;
  of += (double)s->seen;
  return with_volume(s, bound_lnv(&s->b) + log(in / of));
}

double estimate_volume(const shell *s)
{
  return s->b.env.lnv_sum + log((double)s->v_hits / (double)(s->v_blocks * BLOCK));
}

/* The same from draws made for it alone; they cost no likelihood and are many. Where none has hit it, the plain one. */
estimate estimate_refined(const shell *s)
{
  return s->v_hits ? with_volume(s, estimate_volume(s)) : estimate_plain(s);
}

estimate estimate_guess(const shell *s)
{
  shell all = *s;
  if (s->n - s->first >= TRUSTED || !s->first) return estimate_refined(s);
  all.first = 0;
  shell_recount(&all);
  return estimate_refined(&all);
}

estimate estimate_shell(const nautilus *s, const shell *k)
{
  return s->phase == PHASE_EXPLORE ? estimate_plain(k) : estimate_refined(k);
}

static void add(double *sum, double *peak, double l)
{
  if (l > *peak) {
    *sum *= exp(*peak - l);
    *peak = l;
  }
  if (isfinite(l)) *sum += exp(l - *peak);
}

double estimate_logz(const nautilus *s, estimate (*of)(const shell *))
{
  double sum = 0, peak = -INFINITY;
  for (size_t k = 0; k < s->n_shells; k++) {
    estimate e = of(&s->shells[k]);
    if (e.n) add(&sum, &peak, e.lnv + e.lnmean);
  }
  return isfinite(peak) ? peak + log(sum) : -INFINITY;
}

double estimate_logz_now(const nautilus *s)
{
  return estimate_logz(s, s->phase == PHASE_EXPLORE ? estimate_plain : estimate_refined);
}

/* Sum of w^2 / (sum w)^2 over all shells, or over those only that are not sampled. */
static double squares(const nautilus *s, double logz, int all)
{
  double sum = 0;
  for (size_t k = 0; k < s->n_shells; k++) {
    estimate e = estimate_shell(s, &s->shells[k]);
    double share = e.n ? exp(e.lnv + e.lnmean - logz) : 0;
    if (e.neff > 0 && (all || !s->shells[k].active)) sum += share * share / e.neff;
  }
  return sum;
}

/* Kish's (sum w)^2 / sum w^2; with a likelihood that is zero everywhere, of the volumes alone. */
double estimate_neff(const nautilus *s)
{
  double logz = estimate_logz_now(s), sum = isfinite(logz) ? squares(s, logz, 1) : 0;
  return sum > 0 ? 1 / sum : 0;
}

double estimate_unsampled(const nautilus *s, double *share)
{
  double logz = estimate_logz_now(s);
  *share = 0;
  for (size_t k = 0; k < s->n_shells && isfinite(logz); k++) {
    estimate e = estimate_shell(s, &s->shells[k]);
    if (e.n && !s->shells[k].active) *share += exp(e.lnv + e.lnmean - logz);
  }
  return isfinite(logz) ? squares(s, logz, 0) : 0;
}

/* Bounds miss slivers of what they were made around. Their likelihood is about that of the next shell,
 * and few points of shell k fall into them: what one point would add to Z, times the number of points,
 * as a share of Z. */
double estimate_sliver(const nautilus *s, size_t k, double logz)
{
  if (k + 1 >= s->n_shells || !s->shells[k].v_hits || !isfinite(logz)) return 0;
  double l = estimate_volume(&s->shells[k]) + estimate_guess(&s->shells[k + 1]).lnmean - logz;
  return l > -INFINITY ? exp(l) : 0;
}

double estimate_error(const nautilus *s, double *likelihood, double *volume)
{
  double logz = estimate_logz_now(s);
  *likelihood = *volume = 0;
  for (size_t k = 0; k < s->n_shells && isfinite(logz); k++) {
    const shell *sh = &s->shells[k];
    estimate e = estimate_shell(s, sh);
    double share = e.n ? exp(e.lnv + e.lnmean - logz) : 0, n = (double)e.n;
    double draws = (double)(sh->v_blocks * BLOCK), p = (double)sh->v_hits / draws;
    double sliver =
        s->phase >= PHASE_SAMPLE && sh->active && e.n ? estimate_sliver(s, k, logz) / n : 0;
    *likelihood += sliver * sliver;
    if (!(share > 0)) continue;
    double scatter = e.n > 1 ? (1 / e.neff - 1 / n) * n / (n - 1) : 1;
    *likelihood += share * share * (scatter > 0 ? scatter : 0);
    if (p > 0)
      *volume += share * share * (1 - p) / (p * draws);
    else if (sh->v_blocks) /* hit by none: more draws of the others do not help it */
      *likelihood += share * share;
  }
  return isfinite(logz) ? sqrt(*likelihood + *volume) : NAN;
}
