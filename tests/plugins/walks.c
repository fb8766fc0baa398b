/* SPDX-License-Identifier: BSD-3-Clause */
/* A sampler that uses all that a session offers: its own operation, a state that the workers need, and two
 * batches in flight. Each record is a Metropolis walk in the unit cube from a point of its own; the step length,
 * carried by the state, shrinks with every fourth batch. Its draws are no fair samples; its digest is the point. */
#include "config.h"
#include <socca/socca.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct options {
  int64_t n_walks, n_steps, n_batches;
} options;
static const socca_option option_table[] = {
  { .name = "n_walks",
    .type = SOCCA_OPT_INT,
    .flags = SOCCA_OPT_WORKERS,
    .offset = offsetof(options, n_walks),
    .range = "[1,1000]",
    .help = "walks per batch" },
  { .name = "n_steps",
    .type = SOCCA_OPT_INT,
    .offset = offsetof(options, n_steps),
    .fallback = "10",
    .range = "[1,1000]",
    .help = "steps of a walk" },
  { .name = "n_batches",
    .type = SOCCA_OPT_INT,
    .flags = SOCCA_OPT_LIMIT,
    .offset = offsetof(options, n_batches),
    .fallback = "40",
    .range = "[1,1000000]",
    .help = "batches" },
  { .name = NULL },
};

enum { START = 1, MOVES = 2, MOST_DIM = 8 };
typedef struct walks {
  const options *o;
  size_t d;
  uint64_t sent, done;
  uint32_t ticket[2], version; /* of the state sent last: the pool keeps that and the one before */
  double length, none;
  double *out[2], *x, *loglike; /* record: u[d], log L */
} walks;

static socca_status walk(socca_worker *w, const void *opt, const void *state, size_t bytes,
                         uint64_t index, const void *in, void *out)
{
  const options *o = opt;
  uint32_t d = w->cx.ndim;
  double length, u[MOST_DIM], v[MOST_DIM], r[MOST_DIM + 1], now, next, logp, *result = out;
  (void)in;
  if (bytes != sizeof length) return socca_fail(w, SOCCA_E_BUG, "no state");
  memcpy(&length, state, sizeof length);
  socca_uniform(w, START, index, d, u);
  socca_status s = socca_density(w, SOCCA_CUBE, u, &now, &logp, NULL);
  for (int64_t k = 0; !s && k < o->n_steps; k++) {
    socca_uniform(w, MOVES, index * 1024 + (uint64_t)k, d + 1, r);
    for (uint32_t i = 0; i < d; i++) v[i] = u[i] + length * (r[i] - 0.5);
    s = socca_density(w, SOCCA_CUBE, v, &next, &logp, NULL);
    if (s || !(log(r[d]) < next - now)) continue;
    memcpy(u, v, sizeof u);
    now = next;
  }
  memcpy(result, u, d * sizeof *u);
  result[d] = now;
  return s;
}
static const socca_op_entry ops[] = { { .name = "walk", .run = walk }, { .name = NULL } };

static socca_status create(socca_run *r, const void *opt, void **self)
{
  const options *o = opt;
  walks *s = calloc(1, sizeof *s);
  if (!s) return socca_fail(r, SOCCA_E_NOMEM, "out of memory");
  *self = s;
  s->o = o;
  s->d = r->cx.ndim;
  if (s->d > MOST_DIM) return socca_fail(r, SOCCA_E_INPUT, "at most %d parameters", MOST_DIM);
  for (int i = 0; i < 2; i++) {
    s->out[i] = calloc((size_t)o->n_walks * (s->d + 1), sizeof(double));
    if (!s->out[i]) return socca_fail(r, SOCCA_E_NOMEM, "out of memory");
  }
  return SOCCA_OK;
}

static void destroy(void *self)
{
  walks *s = self;
  for (int i = 0; i < 2; i++) free(s->out[i]);
  free(s->x);
  free(s->loglike);
  free(s);
}

static socca_status grow(walks *s, socca_run *r, uint64_t batches)
{
  size_t n = batches * (size_t)s->o->n_walks * sizeof(double) + 1;
  double *x = realloc(s->x, n * s->d), *loglike;
  if (x) s->x = x;
  loglike = realloc(s->loglike, n);
  if (loglike) s->loglike = loglike;
  return x && loglike ? SOCCA_OK : socca_fail(r, SOCCA_E_NOMEM, "out of memory");
}

static socca_status send(walks *s, socca_run *r)
{
  size_t n = (size_t)s->o->n_walks, slot = s->sent % 2;
  double length = 0.5 / (1 + (double)(s->sent / 4));
  if (!s->version || s->length != length) {
    socca_status st = r->cx.h->set_state(r, &length, sizeof length, &s->version);
    if (st) return st;
    s->length = length;
  }
  const socca_batch b = { .op = SOCCA_OP_FIRST,
                          .state = s->version,
                          .first = s->sent * n,
                          .n = n,
                          .out_bytes = (s->d + 1) * sizeof(double),
                          .in = &s->none,
                          .out = s->out[slot] };
  socca_status st = socca_submit(r, &b, &s->ticket[slot]);
  if (!st) s->sent++;
  return st;
}

static socca_status advance(void *self, socca_run *r)
{
  walks *s = self;
  size_t n = (size_t)s->o->n_walks, slot = s->done % 2;
  uint64_t most = (uint64_t)s->o->n_batches;
  socca_status st = SOCCA_OK;
  if (s->done >= most) return SOCCA_DONE;
  while (!st && s->sent < s->done + 2 && s->sent < most) st = send(s, r);
  if (!st) st = socca_wait(r, s->ticket[slot], NULL);
  if (!st) st = grow(s, r, s->done + 1);
  if (st) return st;
  for (size_t i = 0; i < n; i++) {
    const double *record = s->out[slot] + i * (s->d + 1);
    memcpy(s->x + (s->done * n + i) * s->d, record, s->d * sizeof *record);
    s->loglike[s->done * n + i] = record[s->d];
  }
  return ++s->done >= most ? SOCCA_DONE : SOCCA_OK;
}

static socca_status archive(void *self, socca_run *r, socca_archive *a)
{
  const socca_host *h = r->cx.h;
  walks *s = self;
  size_t n = (size_t)s->o->n_walks;
  socca_status st = h->io(a, "done", SOCCA_U64, 1, &s->done);
  if (!st && h->loading(a)) {
    s->sent = s->done; /* what was in flight is sent again */
    st = grow(s, r, s->done);
  }
  if (!st) st = h->io(a, "x", SOCCA_F64, s->done * n * s->d, s->x);
  return st ? st : h->io(a, "loglike", SOCCA_F64, s->done * n, s->loglike);
}

static socca_status result(void *self, socca_run *r, socca_result *out)
{
  walks *s = self;
  const socca_draws block = {
    .n = s->done * (size_t)s->o->n_walks, .space = SOCCA_CUBE, .x = s->x, .loglike = s->loglike
  };
  return r->cx.h->draws(out, &block);
}

static const socca_sampler_vtbl vtbl = {
  .options = option_table,
  .option_size = sizeof(options),
  .ops = ops,
  .create = create,
  .destroy = destroy,
  .advance = advance,
  .archive = archive,
  .result = result,
};
SOCCA_SAMPLER(walks, &vtbl, .name = "walks", .version = "1", .license = "BSD-3-Clause",
              .summary = "walks in the workers, two batches in flight",
              .provides = SOCCA_SAMPLER_CHAINS | SOCCA_SAMPLER_RESUMES);
