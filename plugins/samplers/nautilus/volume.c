/* SPDX-License-Identifier: BSD-3-Clause */
/* Volumes of the shells, from draws made for them alone: independent of the points whose likelihoods
 * they weigh, and as many as needed. */
#include "config.h"
#include "nautilus.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { UNIT = 48, POLISH = 16, POLISH_MOST = 40 };
enum { SURVEY = 10, SURVEY_MORE = 100, SURVEY_MOST = 8000, SURVEY_HITS = 20 };
#define MATTERS 1e-4 /* share of the evidence that all shells left unsampled may hold */

static void measure(nautilus *s, const socca_cx *cx, size_t k, uint64_t blocks)
{
  shell *sh = &s->shells[k];
  size_t hits;
  for (uint64_t i = 0; i < blocks; i++)
    sh->v_hits += draw_block(s, cx, STREAM_VOLUME, k, sh->v_blocks++, &hits);
}

/* With the largest volume that so few hits allow, and the best likelihood known in it */
static int may_matter(const nautilus *s, const shell *sh)
{
  double hits = (double)sh->v_hits, draws = (double)(sh->v_blocks * BLOCK);
  double lnv = sh->b.env.lnv_sum + log((hits + 3 * sqrt(hits) + 5) / draws);
  double logz = estimate_logz(s, estimate_refined);
  return lnv + sh->peak - logz > log(MATTERS / (double)s->n_shells);
}

static int surveyed(const nautilus *s, const shell *sh)
{
  if (sh->v_hits >= SURVEY_HITS) return sh->v_blocks >= SURVEY;
  if (sh->v_blocks < SURVEY_MORE) return 0;
  return sh->v_blocks >= SURVEY_MOST || !may_matter(s, sh);
}

static int wanted(const nautilus *s, const shell *sh)
{
  uint64_t full = ((uint64_t)s->o->volume_draws + BLOCK - 1) / BLOCK;
  if (s->phase == PHASE_SURVEY) return !surveyed(s, sh);
  return sh->active && sh->v_blocks < full;
}

/* Up to `most` blocks for the first shells that lack some; returns their number, 0 when none does. */
static uint64_t measure_some(nautilus *s, const socca_cx *cx, uint64_t most)
{
  uint64_t left = most;
  for (size_t k = 0; k < s->n_shells; k++) {
    shell *sh = &s->shells[k];
    while (left && wanted(s, sh)) {
      measure(s, cx, k, 1);
      left--;
    }
  }
  return most - left;
}

typedef struct ranked {
  double z;
  size_t k;
} ranked;

static int ascending(const void *a, const void *b)
{
  const ranked *x = a, *y = b;
  return x->z != y->z ? (x->z < y->z ? -1 : 1) : (x->k > y->k) - (x->k < y->k);
}

/* The smallest shells, with MATTERS of the evidence together, keep the exploration's points; all others
 * are to be sampled afresh, because bounds that were fitted to a shell's points have taken the best
 * of them away. */
static socca_status find_active(nautilus *s, socca_run *run)
{
  double logz = estimate_logz(s, estimate_refined), sum = 0;
  ranked *r = malloc(s->n_shells * sizeof *r);
  if (!r) return SOCCA_E_NOMEM;
  for (size_t k = 0; k < s->n_shells; k++) {
    estimate e = estimate_refined(&s->shells[k]);
    r[k] = (ranked){ e.n ? exp(e.lnv + e.lnmean - logz) : 0, k };
  }
  qsort(r, s->n_shells, sizeof *r, ascending);
  for (size_t i = 0; i < s->n_shells; i++) {
    shell *sh = &s->shells[r[i].k];
    sum += r[i].z;
    sh->active = sum > MATTERS || sample_least(s, r[i].k, logz) > 1;
    if (sh->active && !sh->v_hits) sample_regret(s, run, r[i].k);
    sh->active = sh->active && sh->v_hits > 0;
    if (!sh->active || !s->o->discard) continue;
    sh->first = sh->n_explored;
    shell_recount(sh);
  }
  free(r);
  return SOCCA_OK;
}

/* Share of logz's variance that volumes may have, beside the likelihood's. */
static int fine_enough(const nautilus *s)
{
  double likelihood, volume;
  estimate_error(s, &likelihood, &volume);
  return volume <= likelihood / 3;
}

/* The shell where one more block lowers the error most; n_shells: none may have more. */
static size_t most_wanted(const nautilus *s)
{
  uint64_t most = POLISH_MOST * ((uint64_t)s->o->volume_draws / BLOCK + 1);
  size_t best = s->n_shells;
  double gain = 0, logz = estimate_logz(s, estimate_refined);
  for (size_t k = 0; k < s->n_shells; k++) {
    const shell *sh = &s->shells[k];
    estimate e = estimate_refined(sh);
    double draws = (double)(sh->v_blocks * BLOCK), p = (double)sh->v_hits / draws;
    if (!sh->active || !e.n || !(p > 0) || sh->v_blocks >= most) continue;
    double g = exp(2 * (e.lnv + e.lnmean - logz)) * (1 - p) / (p * draws * draws);
    if (!(g > gain)) continue;
    gain = g;
    best = k;
  }
  return best;
}

/* 0: the volumes are fine enough, or no shell may have more blocks. */
static int polish(nautilus *s, const socca_cx *cx, uint64_t blocks)
{
  size_t k = fine_enough(s) ? s->n_shells : most_wanted(s);
  if (k == s->n_shells) return 0;
  measure(s, cx, k, blocks);
  return 1;
}

void volume_shadow(nautilus *s, const socca_cx *cx, uint64_t blocks)
{
  if (blocks && !measure_some(s, cx, blocks)) polish(s, cx, blocks);
}

socca_status volume_advance(nautilus *s, socca_run *r)
{
  if (measure_some(s, &r->cx, UNIT)) return SOCCA_OK;
  if (s->phase == PHASE_SURVEY) {
    socca_status st = find_active(s, r);
    s->phase = PHASE_SAMPLE;
    return st;
  }
  for (int i = 0; i < UNIT / POLISH; i++)
    if (!polish(s, &r->cx, POLISH)) {
      s->phase = PHASE_DONE;
      break;
    }
  return SOCCA_OK;
}
