/* SPDX-License-Identifier: BSD-3-Clause */
/* Exploration: batches from the newest bound, a new bound whenever enough better points are known, until
 * the live points hold little of the evidence. */
#include "config.h"
#include "nautilus.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Points above the threshold per call in the newest bound, from what was absorbed. */
static double success(const nautilus *s)
{
  return ((double)s->above + 1.5) / ((double)s->tried + 2);
}

static double expected(const nautilus *s)
{
  double n = 0;
  for (size_t i = 0; i < s->n_pending; i++) n += (double)s->pending[i].n;
  return n * success(s);
}

static int upstream(const nautilus *s)
{
  return !strcmp(s->o->training, "upstream");
}

/* Calls until the next bound is due; 0: it is. Less than a quarter of a batch is not worth a batch. */
static double missing(const nautilus *s, double on_the_way)
{
  double n = ((double)s->n_update - s->since_update - on_the_way) / success(s);
  double calls = (double)s->n_like_new_bound - (double)s->since_like - on_the_way / success(s);
  n = n < calls ? n : calls;
  return n < (upstream(s) ? 1e-9 : 0.25 * (double)s->n_batch) ? 0 : n;
}

/* Equal batches, of n_batch at most, that end where the next bound is due. */
static size_t batch_size(const nautilus *s, double n)
{
  double size = (double)s->n_batch, batches = fmax(1, ceil((n - 0.25 * size) / size));
  if (upstream(s)) return s->n_batch;
  return (size_t)fmin(size, ceil(n / batches));
}

/* For each draw the shell it would have belonged to before the newest bound. */
static void origins(nautilus *s, const socca_cx *cx, size_t n, const double *x, uint32_t *origin)
{
  size_t open = n;
  unsigned char in[BLOCK];
  uint32_t place[BLOCK];
  columns_from_rows(s->d, n, x, s->draw);
  for (size_t i = 0; i < n; i++) place[i] = (uint32_t)i;
  for (size_t k = s->n_shells - 1; k-- > 0 && open;) {
    size_t m = 0;
    if (k)
      bound_contains(&s->shells[k].b, cx, open, s->draw, in, &s->work);
    else
      memset(in, 1, open); /* the cube holds the rest */
    for (size_t i = 0; i < open; i++)
      if (in[i])
        origin[place[i]] = (uint32_t)k;
      else
        place[m++] = place[i];
    for (size_t i = 0; i < open; i++) in[i] = !in[i];
    open = columns_compact(s->d, open, in, s->draw);
  }
}

static size_t left_over(const transfer *t)
{
  size_t n = t->n;
  for (size_t k = 0; k < t->n_shells; k++) n -= t->used[k];
  return n;
}

/* Draws points as long as the unit allows, a block at most; those with a stored equal are replaced by it, the others
 * are new. *what tells why there are no more. */
static socca_status draw_some(nautilus *s, socca_run *r, int *what)
{
  size_t d = s->d, newest = s->n_shells - 1, n = 0;
  transfer *t = &s->pool;
  batch *b = &s->open;
  uint32_t origin[BLOCK];
  double *x = b->x + b->drawn * d;
  *what = DRAW_FOUND;
  for (size_t most = b->n - b->drawn < BLOCK ? b->n - b->drawn : BLOCK; n < most; n++) {
    socca_status st = draw_next(s, &r->cx, newest, x + n * d, what);
    if (st) return st;
    if (*what != DRAW_FOUND) break;
  }
  b->draws += n;
  int match = left_over(t) > 0;
  if (match) origins(s, &r->cx, n, x, origin);
  for (size_t i = 0; i < n; i++) {
    uint32_t k = match ? origin[i] : 0;
    if (match && t->start[k] + t->used[k] < t->start[k + 1]) {
      size_t from = t->start[k] + t->used[k]++, to = b->n + b->n_taken++;
      memcpy(b->x + to * d, t->x + from * d, d * sizeof *x);
      b->l[to] = t->l[from];
    } else {
      memmove(b->x + b->drawn++ * d, x + i * d, d * sizeof *x);
    }
  }
  return SOCCA_OK;
}

static socca_status plan(nautilus *s, size_t n)
{
  socca_status st = batch_alloc(s, &s->open, n, s->pool.n);
  for (size_t i = 0; i < n && !st; i++) s->open.shell[i] = (uint32_t)(s->n_shells - 1);
  return st;
}

/* Goes on with the open batch. */
static socca_status propose(nautilus *s, socca_run *r)
{
  int what = DRAW_FOUND;
  socca_status st = SOCCA_OK;
  while (!st && what == DRAW_FOUND && s->open.drawn < s->open.n) st = draw_some(s, r, &what);
  if (!st && what == DRAW_BARREN)
    st = socca_fail(r, SOCCA_E_NUMERIC, "no point can be drawn from a bound");
  if (!st && s->open.drawn == s->open.n) batch_close(s);
  return st;
}

static socca_status make_cube(nautilus *s)
{
  bound b;
  socca_status st = bound_cube(&b, s->d);
  if (!st) st = shells_append(s, &b, -INFINITY);
  if (st) bound_free(&b);
  s->since_update = -(double)s->n_live;
  return st;
}

static socca_status new_bound(nautilus *s, socca_run *r)
{
  int made;
  socca_status st = build_advance(s, r, &made);
  if (st != SOCCA_DONE) return st;
  s->since_update = 0;
  s->since_like = s->tried = s->above = 0;
  return SOCCA_OK;
}

static socca_status end_exploration(nautilus *s, socca_run *r)
{
  if (!isfinite(estimate_logz(s, estimate_plain)))
    return socca_fail(r, SOCCA_E_NUMERIC,
                      "the likelihood is zero at all %zu points drawn from the priors",
                      shells_points(s));
  shells_remove_empty(s);
  transfer_free(&s->pool);
  for (size_t k = 0; k < s->n_shells; k++) s->shells[k].n_explored = s->shells[k].n;
  s->phase = PHASE_SURVEY;
  return SOCCA_OK;
}

/* The live points hold little of the evidence. Not told before the newest bound has points of its own: those that moved
 * into it are in no sum until then. */
static socca_status complete(const nautilus *s, int *done)
{
  double fraction = 1;
  socca_status st = s->shells[s->n_shells - 1].n ? live_fraction(s, &fraction) : SOCCA_OK;
  *done = fraction <= s->o->f_live;
  return st;
}

socca_status explore_advance(nautilus *s, socca_run *r)
{
  socca_status st = s->n_shells ? SOCCA_OK : make_cube(s);
  if (st) return st;
  if (s->build) return new_bound(s, r);
  size_t points = shells_points(s);
  int done;
  if ((st = complete(s, &done))) return st;
  while (!done && s->n_pending < s->n_flight) {
    double coming = expected(s), n = missing(s, coming);
    if (!s->open.n && !(n > 0) && points > s->n_live) break;
    n = n > 0 ? n : (double)s->n_batch;
    if (!s->open.n) st = plan(s, batch_size(s, n));
    if (!st) st = propose(s, r);
    if (st || s->open.n) return st ? st : batch_send(s, r);
  }
  if (s->n_pending) {
    st = batch_send(s, r);
    return st ? st : batch_absorb(s, r);
  }
  return done ? end_exploration(s, r) : new_bound(s, r);
}
