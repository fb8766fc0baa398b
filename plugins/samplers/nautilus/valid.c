/* SPDX-License-Identifier: BSD-3-Clause */
/* What was read from a checkpoint, checked before it is used: sizes and indices, on which memory depends, are checked as
 * they are read (archive.c), numbers here. */
#include "config.h"
#include "nautilus.h"
#include "neural.h"
#include <math.h>

enum { MOST_BOUNDS = 1 << 30 };
#define MOST_BLOCKS ((uint64_t)1 << 40)

static int finite_all(size_t n, const double *x)
{
  for (size_t i = 0; i < n; i++)
    if (!isfinite(x[i])) return 0;
  return 1;
}

static int in_cube(size_t n, const double *x)
{
  for (size_t i = 0; i < n; i++)
    if (!(x[i] >= 0 && x[i] <= 1)) return 0;
  return 1;
}

static int likelihoods(size_t n, const double *l)
{
  for (size_t i = 0; i < n; i++)
    if (!(l[i] < INFINITY)) return 0;
  return 1;
}

/* Of d dimensions; 0: none of it is allocated. */
static int ellipsoid_valid(const numeric_ellipsoid *e)
{
  size_t d = e->d;
  if (!isfinite(e->lnv) || !finite_all(d ? d + 2 * d * d : 0, e->c)) return 0;
  for (size_t k = 0; k < d; k++)
    if (!(e->l[k * d + k] > 0 && e->li[k * d + k] > 0)) return 0;
  return 1;
}

static int region_valid(const region *r, uint32_t d)
{
  network_shape shape = neural_shape(d);
  if (!ellipsoid_valid(&r->g) || !isfinite(r->theta)) return 0;
  if (!(r->far_first >= 0 && r->far_quadratic >= 0)) return 0;
  if (r->quadratic && !finite_all(lanes_quadratic_terms(d), r->quadratic)) return 0;
  for (size_t i = 0; i < r->n_nets; i++)
    if (!network_valid(r->nets + i * r->stride, &shape)) return 0;
  return 1;
}

static int bound_valid(const bound *b)
{
  if (b->id > MOST_BOUNDS || !b->hits || b->hits > b->draws) return 0;
  if (b->draws > MOST_BLOCKS * BLOCK || (b->shift && !in_cube(b->d, b->shift))) return 0;
  for (size_t i = 0; i < b->env.n; i++)
    if (!ellipsoid_valid(&b->env.piece[i].e) || !isfinite(b->env.piece[i].lnv)) return 0;
  for (size_t i = 0; i < b->n_regions; i++)
    if (!region_valid(&b->region[i], b->d)) return 0;
  return 1;
}

static int is_cube(const bound *b)
{
  return b->env.n == 1 && b->env.piece[0].e.d == 0 && !b->n_regions && !b->shift;
}

static int shell_valid(const shell *s, size_t d)
{
  if (!bound_valid(&s->b) || isnan(s->l_min)) return 0;
  if (!in_cube(s->n * d, s->x) || !likelihoods(s->n, s->l)) return 0;
  if (s->first && s->first != s->n_explored) return 0;
  if (s->seen_shell > s->seen || s->active > 1 || s->draws > MOST_BLOCKS * BLOCK) return 0;
  if (s->seen > s->b.draws || s->v_blocks > MOST_BLOCKS || s->v_hits > s->v_blocks * BLOCK)
    return 0;
  return s->block <= MOST_BLOCKS && (s->block || !s->ready);
}

/* Stored points wait in the pool shell by shell, all but the newest. */
static int transfer_valid(const nautilus *s)
{
  const transfer *t = &s->pool;
  if (!t->n_shells) return !t->n;
  if (s->phase != PHASE_EXPLORE || t->n_shells + 1 != s->n_shells) return 0;
  if (t->start[0] || t->start[t->n_shells] != t->n || t->used[t->n_shells]) return 0;
  for (size_t k = 0; k < t->n_shells; k++)
    if (t->start[k] > t->start[k + 1] || t->used[k] > t->start[k + 1] - t->start[k]) return 0;
  return in_cube(t->n * s->d, t->x) && likelihoods(t->n, t->l);
}

/* The likelihoods of its new points are not known yet. */
static int batch_valid(const nautilus *s, const batch *b, int open)
{
  int exploring = s->phase == PHASE_EXPLORE;
  if (!b->n || open != (b->drawn < b->n) || b->shadowed > b->n) return 0;
  if (b->barren > DRAW_MOST || b->draws > MOST_BLOCKS * BLOCK) return 0;
  if ((!exploring && (s->phase != PHASE_SAMPLE || b->n_taken))) return 0;
  for (size_t i = 0; i < b->n; i++)
    if (b->shell[i] >= s->n_shells || (exploring && b->shell[i] + 1 != s->n_shells)) return 0;
  return in_cube(b->drawn * s->d, b->x) && in_cube(b->n_taken * s->d, b->x + b->n * s->d) &&
         likelihoods(b->n_taken, b->l + b->n);
}

/* Name of the part in which something is wrong; NULL: all is well. */
const char *nautilus_flaw(const nautilus *s)
{
  if (s->attempts > MOST_BOUNDS || s->n_like > MOST_BLOCKS || s->since_like > s->n_like ||
      s->above > s->tried || s->tried > s->n_like || !isfinite(s->since_update))
    return "a counter";
  if (!s->n_shells ? s->phase > PHASE_EXPLORE || s->n_pending || s->open.x || s->pool.n_shells
                   : !is_cube(&s->shells[0].b))
    return "the first shell";
  for (size_t k = 0; k < s->n_shells; k++)
    if (!shell_valid(&s->shells[k], s->d)) return "a shell";
  if (!transfer_valid(s)) return "the pool of points that change shells";
  for (size_t i = 0; i < s->n_pending; i++)
    if (!batch_valid(s, &s->pending[i], 0)) return "a batch under way";
  if (s->open.x && (s->n_pending == FLIGHT || !batch_valid(s, &s->open, 1)))
    return "the batch being drawn";
  return NULL;
}
