/* SPDX-License-Identifier: BSD-3-Clause */
#include "job.h"
#include "pool.h"
#include <string.h>

static socca_status fits(mp_pool *p, const socca_batch *b)
{
  size_t area = p->seg->area;
  if (b->n > p->seg->cap || (b->in_bytes && b->n > area / b->in_bytes) ||
      (b->out_bytes && b->n > area / b->out_bytes))
    return socca_fail(
        p->team, SOCCA_E_POOL,
        "a batch of %zu records of %zu and %zu bytes does not fit the pool's memory of "
        "%zu MB: use a larger one with --pool=mp:N,memory=MB",
        b->n, b->in_bytes, b->out_bytes, area >> 20);
  return SOCCA_OK;
}

socca_status mp_submit(void *self, uint32_t slot, const socca_batch *b)
{
  mp_pool *p = self;
  mp_job *j = &p->seg->job[slot];
  mp_batch *m = &p->batch[slot];
  socca_status st = fits(p, b);
  if (st) return st;
  mp_job_close(
      j); /* a worker that still looks at the last batch would take records of this one for its */
  m->batch = *b;
  m->out = 1;
  m->hurt = 0;
  m->deaths = 0;
  m->reissued = m->poisoned = 0;
  j->listed = j->step1 = 0;
  j->op = b->op;
  j->state = b->state;
  j->first = b->first;
  j->in_bytes = b->in_bytes;
  j->out_bytes = b->out_bytes;
  j->code = SOCCA_OK;
  j->failed.at = j->odd.at = 0;
  j->text_lock = 0; /* a worker may have died holding it */
  m->brief = !p->spin_master && p->spin > 0 && b->op == p->last_op &&
             p->last_pace * (double)b->n < MP_BRIEF && !p->seg->sleepers;
  memcpy(j->in, b->in, b->n * b->in_bytes);
  memset((void *)(uintptr_t)j->status, MP_TODO, b->n);
  mp_job_open(p->seg, j, (uint32_t)b->n);
  return SOCCA_OK;
}

socca_status mp_set_state(void *self, uint32_t version, const void *blob, size_t bytes)
{
  mp_pool *p = self;
  mp_state *s = &p->seg->state[version & 1];
  if (bytes > p->seg->area)
    return socca_fail(
        p->team, SOCCA_E_POOL,
        "a state of %zu MB does not fit the pool's memory of %zu MB: use a larger one "
        "with --pool=mp:N,memory=MB",
        bytes >> 20, p->seg->area >> 20);
  if (bytes) memcpy(s->data, blob, bytes);
  s->bytes = bytes;
  s->version = version;
  return SOCCA_OK;
}
