/* SPDX-License-Identifier: BSD-3-Clause */
/* The draws of a socca_result: blocks of samples, appended in order. */
#include "config.h"
#include <base/text.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "items_private.h"

enum { MOST_CHAINS = 1000000 };

void socca_draws_free(socca_draw_store *d)
{
  for (uint32_t k = 0; d->stat && k < d->set.nstat; k++) free(d->stat[k]);
  free(d->stat);
  free(d->x);
  free(d->loglike);
  free(d->logw);
  free(d->stats);
  free(d->chain);
}

void socca_items_set_ndim(socca_result *r, uint32_t ndim)
{
  r->draws.set.ndim = ndim;
}

/* The first block decides whether there are weights, and which statistics. */
static socca_status take_shape(socca_result *r, const socca_draws *b)
{
  socca_draw_store *d = &r->draws;
  char **stat = socca_calloc((size_t)b->nstat + 1, sizeof *stat);
  uint32_t k = 0;
  while (stat && k < b->nstat && (stat[k] = socca_strdup(b->stat[k]))) k++;
  if (!stat || k < b->nstat) {
    while (k > 0) free(stat[--k]);
    free(stat);
    return SOCCA_E_NOMEM;
  }
  d->stat = stat;
  d->set.nstat = b->nstat;
  d->set.space = b->space;
  return SOCCA_OK;
}

static const char *misfit(const socca_draw_store *d, const socca_draws *b)
{
  const socca_sample_set *s = &d->set;
  if (b->n && (!b->x || !b->loglike || (b->nstat && (!b->stat || !b->stats))))
    return "draws without values";
  if (!s->ndim || b->space > SOCCA_UNBOUNDED) return "draws in an unknown space";
  if (b->chain >= MOST_CHAINS) return "draws with an impossible chain number";
  if (b->n > SIZE_MAX / 64 / (1 + (size_t)s->ndim + b->nstat)) return "too many draws";
  for (size_t i = 0; b->logw && i < b->n; i++)
    if (isnan(b->logw[i]) || b->logw[i] == INFINITY) return "a draw without a finite weight";
  if (!s->n) return NULL;
  if (b->space != s->space || b->nstat != s->nstat || !b->logw != !d->logw)
    return "blocks of draws differ in space, statistics or weights";
  for (uint32_t k = 0; k < b->nstat; k++)
    if (strcmp(b->stat[k], d->stat[k]) != 0) return "blocks of draws differ in their statistics";
  return NULL;
}

static int resize(void *field, size_t n, size_t size)
{
  void **p = field, *grown = socca_realloc(*p, n ? n : 1, size ? size : 1);
  if (grown) *p = grown;
  return grown ? 0 : -1;
}

static int make_room(socca_draw_store *d, size_t want, int weighted)
{
  if (want <= d->room) return 0;
  size_t room = want > 2 * d->room ? want : 2 * d->room;
  if (resize(&d->x, room, d->set.ndim * sizeof(double)) ||
      resize(&d->loglike, room, sizeof(double)) || resize(&d->chain, room, sizeof(uint32_t)) ||
      resize(&d->stats, room, d->set.nstat * sizeof(double)) ||
      (weighted && resize(&d->logw, room, sizeof(double))))
    return -1;
  d->room = room;
  return 0;
}

socca_status socca_items_draws(socca_result *r, const socca_draws *b)
{
  socca_draw_store *d = &r->draws;
  const char *wrong = misfit(d, b);
  if (wrong) return socca_error(r->journal, SOCCA_E_BUG, "the sampler gave %s", wrong);
  if (!b->n) return SOCCA_OK;
  size_t at = d->set.n, ndim = d->set.ndim;
  if ((!d->stat && take_shape(r, b)) || make_room(d, at + b->n, b->logw != NULL))
    return socca_error(r->journal, SOCCA_E_NOMEM, "out of memory for %zu draws", at + b->n);
  memcpy(d->x + at * ndim, b->x, b->n * ndim * sizeof(double));
  memcpy(d->loglike + at, b->loglike, b->n * sizeof(double));
  if (b->logw) memcpy(d->logw + at, b->logw, b->n * sizeof(double));
  if (b->nstat) memcpy(d->stats + at * b->nstat, b->stats, b->n * b->nstat * sizeof(double));
  for (size_t i = 0; i < b->n; i++) d->chain[at + i] = b->chain;
  d->set.n = at + b->n;
  if (b->chain >= d->set.nchain) d->set.nchain = b->chain + 1;
  return SOCCA_OK;
}

void socca_items_samples(const socca_result *r, socca_sample_set *out)
{
  const socca_draw_store *d = &r->draws;
  *out = d->set;
  out->x = d->x;
  out->loglike = d->loglike;
  out->logw = d->logw;
  out->chain = d->chain;
  out->stats = d->stats;
  out->stat = d->stat;
}

void socca_items_convert_draws(socca_result *r, uint32_t space,
                               void (*convert)(const void *arg, uint32_t from, double *x),
                               const void *arg)
{
  socca_sample_set *set = &r->draws.set;
  for (size_t i = 0; i < set->n && set->space != space; i++)
    convert(arg, set->space, r->draws.x + i * set->ndim);
  set->space = space;
}

size_t socca_items_best(const socca_result *r)
{
  const socca_draw_store *d = &r->draws;
  size_t best = SIZE_MAX;
  for (size_t i = 0; i < d->set.n; i++)
    if (!isnan(d->loglike[i]) && (best == SIZE_MAX || d->loglike[i] > d->loglike[best])) best = i;
  return best;
}
