/* SPDX-License-Identifier: BSD-3-Clause */
/* Proposed batches on their way through the pool. A batch is data from the moment it is proposed, so
 * that a restored run sends the same points again. */
#include "config.h"
#include "nautilus.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

socca_status batch_alloc(const nautilus *s, batch *b, size_t n, size_t room)
{
  *b = (batch){ .n = n };
  b->x = calloc((n + room) * s->d + 1, sizeof *b->x);
  b->l = calloc(n + room + 1, sizeof *b->l);
  b->shell = calloc(n + 1, sizeof *b->shell);
  if (b->x && b->l && b->shell) return SOCCA_OK;
  batch_free(b);
  return SOCCA_E_NOMEM;
}

void batch_free(batch *b)
{
  free(b->x);
  free(b->l);
  free(b->shell);
  *b = (batch){ 0 };
}

void batch_close(nautilus *s)
{
  if (s->open.n)
    s->pending[s->n_pending++] = s->open;
  else
    batch_free(&s->open);
  s->open = (batch){ 0 };
}

socca_status batch_send(nautilus *s, socca_run *r)
{
  for (size_t i = 0; i < s->n_pending; i++) {
    batch *b = &s->pending[i];
    if (b->sent) continue;
    socca_batch out = { .op = SOCCA_OP_LOGLIKE,
                        .n = b->n,
                        .in_bytes = s->d * sizeof *b->x,
                        .out_bytes = sizeof *b->l,
                        .in = b->x,
                        .out = b->l };
    socca_status st = socca_submit(r, &out, &b->ticket);
    if (st) return st;
    b->sent = 1;
  }
  return SOCCA_OK;
}

static socca_status check(socca_run *r, const batch *b)
{
  for (size_t i = 0; i < b->n; i++)
    if (isnan(b->l[i]) || b->l[i] == INFINITY)
      return socca_fail(r, SOCCA_E_NUMERIC, "a log-likelihood is %g", b->l[i]);
  return SOCCA_OK;
}

/* Points in order of proposal, each to its shell. */
static socca_status spread(nautilus *s, const batch *b)
{
  uint32_t d = s->d;
  for (size_t i = 0, m; i < b->n; i += m) {
    uint32_t k = b->shell[i];
    for (m = 1; i + m < b->n && b->shell[i + m] == k; m++) continue;
    socca_status st = shell_push(&s->shells[k], d, m, b->x + i * d, b->l + i);
    if (!st && s->phase == PHASE_EXPLORE) st = live_merge(s, m, b->l + i, k);
    if (st) return st;
  }
  return SOCCA_OK;
}

socca_status batch_absorb(nautilus *s, socca_run *r)
{
  batch *b = &s->pending[0];
  shell *last = &s->shells[s->n_shells - 1];
  socca_status st = socca_wait(r, b->ticket, NULL);
  if (st || (st = check(r, b))) return st;
  if (s->phase == PHASE_EXPLORE) {
    const double *l = b->l + b->n;
    st = shell_push(last, s->d, b->n_taken, b->x + b->n * s->d, l);
    if (!st) st = live_merge(s, b->n_taken, l, (uint32_t)(s->n_shells - 1));
    last->draws += b->draws;
    for (size_t i = 0; i < b->n; i++) s->above += b->l[i] >= last->l_min;
    for (size_t i = 0; i < b->n; i++) s->since_update += b->l[i] >= last->l_min;
    s->tried += b->n;
    s->since_like += b->n;
  }
  if (!st) st = spread(s, b);
  if (st) return st;
  s->n_like += b->n;
  batch_free(b);
  s->n_pending--;
  for (size_t i = 0; i < s->n_pending; i++) s->pending[i] = s->pending[i + 1];
  s->pending[s->n_pending] = (batch){ 0 };
  return SOCCA_OK;
}
