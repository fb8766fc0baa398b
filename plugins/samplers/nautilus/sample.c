/* SPDX-License-Identifier: BSD-3-Clause */
/* Sampling: fresh points from the shells that matter, spread so that the effective sample size grows
 * fastest. */
#include "config.h"
#include "nautilus.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_PER_BLOCK = 4 };

/* Points of shell k that count, those on their way included. */
static size_t points_of(const nautilus *s, size_t k)
{
  size_t n = s->shells[k].n - s->shells[k].first;
  for (size_t i = 0; i < s->n_pending; i++)
    for (size_t j = 0; j < s->pending[i].n; j++) n += s->pending[i].shell[j] == k;
  return n;
}

/* So many that slivers of likelihood in the shell that none of them hits are within a tenth of the
 * error of log Z, about 1/sqrt(n_eff). */
double sample_least(const nautilus *s, size_t k, double logz)
{
  return estimate_sliver(s, k, logz) * 10 * sqrt(fmax(s->o->n_eff, 1));
}

static size_t least_points(const nautilus *s, size_t k, double logz)
{
  double least = fmax((double)s->o->n_shell, PILOT);
  if (s->o->discard) least = fmax(least, fmin(sample_least(s, k, logz), 0.3 * s->o->n_eff));
  return (size_t)least;
}

/* For each shell Z_k sqrt(n_k / neff_k), to which its best number of points is proportional. */
static void demands(const nautilus *s, double *want)
{
  double peak = -INFINITY;
  for (size_t k = 0; k < s->n_shells; k++) {
    estimate e = estimate_guess(&s->shells[k]);
    want[k] = -INFINITY;
    if (!s->shells[k].active || !e.n || !(e.neff > 0)) continue;
    want[k] = e.lnv + e.lnmean + 0.5 * log((double)e.n / e.neff);
    peak = fmax(peak, want[k]);
  }
  for (size_t k = 0; k < s->n_shells; k++) want[k] = want[k] > -INFINITY ? exp(want[k] - peak) : 0;
}

/* Shares n points so that all totals come as near as possible to the demands; part[k] holds the level
 * that shell k lacks. */
static void fill_up(const nautilus *s, size_t n, const double *want, const double *have,
                    double *part)
{
  double sum_want = 0, sum_have = (double)n;
  unsigned changed = 1;
  for (size_t k = 0; k < s->n_shells; k++) {
    part[k] = want[k];
    sum_want += want[k];
    sum_have += want[k] > 0 ? have[k] : 0;
  }
  while (changed) {
    changed = 0;
    for (size_t k = 0; k < s->n_shells; k++) {
      if (!(part[k] > 0) || part[k] * sum_have / sum_want > have[k]) continue;
      sum_want -= part[k]; /* has more than its share already */
      sum_have -= have[k];
      part[k] = 0;
      changed = 1;
    }
  }
  for (size_t k = 0; k < s->n_shells; k++)
    part[k] = part[k] > 0 ? part[k] * sum_have / sum_want - have[k] : 0;
}

/* Whole numbers with the sum n from parts with the sum n. */
static void round_off(size_t n_shells, size_t n, double *part, size_t *count)
{
  size_t given = 0;
  for (size_t k = 0; k < n_shells; k++) {
    count[k] = (size_t)part[k];
    part[k] -= (double)count[k];
    given += count[k];
  }
  while (given < n) {
    size_t best = 0;
    for (size_t k = 1; k < n_shells; k++)
      if (part[k] > part[best]) best = k;
    part[best] = -1;
    count[best]++;
    given++;
  }
}

/* upstream's rule: the whole batch to the shell where one point gains most */
static void greedy(const nautilus *s, size_t n, size_t *count)
{
  size_t best = s->n_shells;
  double most = -INFINITY;
  for (size_t k = 0; k < s->n_shells; k++) {
    estimate e = estimate_refined(&s->shells[k]);
    double gain = e.lnmean + e.lnv - 0.5 * log((double)e.n) - 0.5 * log(e.neff);
    if (!s->shells[k].active || !(gain > most)) continue;
    most = gain;
    best = k;
  }
  if (best < s->n_shells) count[best] += n;
}

/* How many of n points go to each shell: first what the shells need at least, then by demand. */
static socca_status allocate(const nautilus *s, size_t n, size_t *count)
{
  size_t n_shells = s->n_shells, left = n;
  double logz = estimate_logz(s, estimate_guess);
  double *want = calloc(3 * n_shells, sizeof *want), *have = want + n_shells,
         *part = have + n_shells;
  if (!want) return SOCCA_E_NOMEM;
  for (size_t k = 0; k < n_shells; k++) {
    size_t points = points_of(s, k), least = least_points(s, k, logz);
    size_t lacks = points < least ? least - points : 0;
    count[k] = !s->shells[k].active ? 0 : lacks < left ? lacks : left;
    left -= count[k];
    have[k] = (double)(points + count[k]);
  }
  if (left && !strcmp(s->o->allocation, "greedy")) {
    greedy(s, left, count);
  } else if (left) {
    size_t *more = calloc(n_shells, sizeof *more);
    if (more) {
      demands(s, want);
      fill_up(s, left, want, have, part);
      round_off(n_shells, left, part, more);
      for (size_t k = 0; k < n_shells; k++) count[k] += more[k];
    }
    free(more);
    if (!more) left = SIZE_MAX;
  }
  free(want);
  return left == SIZE_MAX ? SOCCA_E_NOMEM : SOCCA_OK;
}

/* The effective sample size. Where shells that cannot be sampled keep it below the wanted one whatever is done, it is
 * that of the others, which is all that points can raise. */
double sample_neff(const nautilus *s)
{
  double share, all = estimate_neff(s), fixed = estimate_unsampled(s, &share);
  if (!(fixed * s->o->n_eff > 0.5)) return all;
  return all * fixed < 1 ? all / (1 - all * fixed) : INFINITY;
}

void sample_regret(const nautilus *s, socca_run *r, size_t k)
{
  estimate e = estimate_guess(&s->shells[k]);
  socca_log(
      r, SOCCA_LOG_WARN,
      "shell %zu of %zu, with some %.2g of the evidence, is too thin in its bound to be drawn "
      "from: points of the exploration stand for it",
      k + 1, s->n_shells, exp(e.lnv + e.lnmean - estimate_logz(s, estimate_guess)));
}

/* Points still needed; 0: as many as wanted are known or on their way. */
static size_t needed(const nautilus *s)
{
  double neff = sample_neff(s), points = 0, coming = 0, logz = estimate_logz(s, estimate_guess);
  size_t lacks = 0;
  for (size_t i = 0; i < s->n_pending; i++) coming += (double)s->pending[i].n;
  for (size_t k = 0; k < s->n_shells; k++) {
    const shell *sh = &s->shells[k];
    if (!sh->active) continue;
    size_t n = points_of(s, k), least = least_points(s, k, logz);
    lacks += n < least ? least - n : 0;
    points += (double)(sh->n - sh->first);
  }
  double gain = points > 0 ? fmin(1, fmax(neff / points, 0.01)) : 1;
  double more = (s->o->n_eff - neff) / gain - coming;
  if (neff < s->o->n_eff && !s->n_pending && more < 10) more = 10;
  more = more > 0 ? fmin(ceil(more), (double)s->n_batch) : 0;
  if ((double)lacks > more) return lacks < s->n_batch ? lacks : s->n_batch;
  return (size_t)more;
}

/* No point comes out of this shell although it has volume: its old points stay in use. */
static void give_up(nautilus *s, socca_run *r, size_t k)
{
  shell *sh = &s->shells[k];
  sample_regret(s, r, k);
  sh->active = 0;
  sh->first = sh->n - sh->n_explored >= PILOT ? sh->first : 0;
  shell_recount(sh);
}

static socca_status plan(nautilus *s, size_t n)
{
  size_t *count = calloc(s->n_shells, sizeof *count), m = 0;
  socca_status st = count ? allocate(s, n, count) : SOCCA_E_NOMEM;
  if (!st) st = batch_alloc(s, &s->open, n, 0);
  for (size_t k = 0; k < s->n_shells && !st; k++)
    for (size_t i = 0; i < count[k]; i++) s->open.shell[m++] = (uint32_t)k;
  s->open.n = m;
  free(count);
  return st;
}

/* No more points are wanted of the shell that is next. */
static void skip_shell(batch *b)
{
  size_t to = b->drawn, from = to;
  while (from < b->n && b->shell[from] == b->shell[to]) from++;
  memmove(b->shell + to, b->shell + from, (b->n - from) * sizeof *b->shell);
  b->n -= from - to;
}

/* Goes on with the open batch. */
static socca_status propose(nautilus *s, socca_run *r)
{
  batch *b = &s->open;
  int what = DRAW_FOUND;
  socca_status st = SOCCA_OK;
  while (!st && what != DRAW_LATER && b->drawn < b->n) {
    size_t k = b->shell[b->drawn];
    st = draw_next(s, &r->cx, k, b->x + b->drawn * s->d, &what);
    if (st) break;
    b->drawn += what == DRAW_FOUND;
    if (what != DRAW_BARREN) continue;
    give_up(s, r, k);
    skip_shell(b);
  }
  if (!st && b->drawn == b->n) batch_close(s);
  return st;
}

/* Volumes while others evaluate, as much as the batch is worth. It counts as done before the wait, which may be
 * interrupted: the state that is saved then has it. 0: there is more to do in the next unit. */
static int shadow(nautilus *s, const socca_cx *cx)
{
  batch *b = &s->pending[0];
  uint64_t left = b->n / POINTS_PER_BLOCK - b->shadowed,
           blocks = left < DRAW_UNIT ? left : DRAW_UNIT;
  volume_shadow(s, cx, blocks);
  b->shadowed += blocks;
  return blocks == left;
}

socca_status sample_advance(nautilus *s, socca_run *r)
{
  socca_status st = SOCCA_OK;
  while (s->n_pending < s->n_flight) {
    size_t before = s->n_pending, n = s->open.n ? 0 : needed(s);
    if (!s->open.n && !n) break;
    if (n) st = plan(s, n);
    if (!st) st = propose(s, r);
    if (st || s->open.n) return st ? st : batch_send(s, r);
    if (s->n_pending == before) break;
  }
  if (s->n_pending) {
    if ((st = batch_send(s, r))) return st;
    return shadow(s, &r->cx) ? batch_absorb(s, r) : SOCCA_OK;
  }
  if (!needed(s)) s->phase = PHASE_POLISH; /* otherwise one was given up: share anew */
  return SOCCA_OK;
}
