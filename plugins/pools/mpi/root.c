/* SPDX-License-Identifier: BSD-3-Clause */
#include "pool.h"
#include <stdlib.h>
#include <string.h>

int grow_buffer(unsigned char **data, size_t *room, size_t bytes)
{
  if (bytes <= *room) return 0;
  unsigned char *d = realloc(*data, bytes);
  if (!d) return 1;
  *data = d;
  *room = bytes;
  return 0;
}

const mpi_state *find_state(const mpi_pool *p, uint32_t version)
{
  for (int k = 0; k < 2; k++)
    if (version && p->state[k].version == version) return &p->state[k];
  return NULL;
}

socca_status root_submit(void *self, uint32_t slot, const socca_batch *b)
{
  mpi_pool *p = self;
  int moved = 0;
  p->used = 1;
  if (b->in_bytes > MOST_BYTES / 2 || b->out_bytes > MOST_BYTES / 2)
    return socca_fail(p->team, SOCCA_E_POOL, "records of %zu and %zu bytes are too large for MPI",
                      b->in_bytes, b->out_bytes);
  p->batch[slot] =
      (mpi_batch){ .batch = *b, .seq = ++p->seq, .out = 1, .sum = { .bad_index = UINT64_MAX } };
  return root_dispatch(p, &moved);
}

/* Records before the failure are still with other ranks: one of them may fail, too, and is then the first. */
static int may_fail_before(const mpi_pool *p, const mpi_batch *m)
{
  for (int r = 1; r < p->ranks; r++)
    for (int k = 0; k < 2; k++) {
      const chunk_buffer *c = &p->peers[r].chunk[k];
      if (c->busy && c->seq == m->seq && c->at < m->failed_at) return 1;
    }
  return 0;
}

static int root_helps(const mpi_pool *p)
{
  return p->ranks == 1 || (p->options.root && p->ranks <= 16);
}

/* A look has moved nothing: is it time to give up? */
static socca_status still_waiting(mpi_pool *p)
{
  p->lost = p->options.deadline > 0 && backoff_waited(&p->wait) > p->options.deadline;
  if (p->lost)
    return socca_fail(p->team, SOCCA_E_POOL,
                      "a rank has not answered for %g s (--pool=mpi:deadline=SECONDS)",
                      p->options.deadline);
  backoff_pause(&p->wait);
  return SOCCA_OK;
}

socca_status root_wait(void *self, uint32_t slot, socca_report *r)
{
  mpi_pool *p = self;
  mpi_batch *m = &p->batch[slot];
  backoff_reset(&p->wait);
  for (;;) {
    int moved = 0;
    socca_status st = root_dispatch(p, &moved);
    if (st) return st;
    if (m->code && !may_fail_before(p, m)) {
      m->out = 0;
      return m->code > 0 ? m->code : socca_fail(p->team, m->code, "%s", m->message);
    }
    if (!m->code && m->done == m->batch.n) break;
    if (p->team->cx.h->stop(&p->team->cx)) return SOCCA_INTERRUPTED;
    if (!m->code && root_helps(p)) moved |= root_evaluate(p);
    if (moved) {
      backoff_reset(&p->wait);
      continue;
    }
    if ((st = still_waiting(p))) return st;
  }
  m->out = 0;
  if (r) *r = m->sum;
  return SOCCA_OK;
}

/* The buffer of version v serves v + 2 again: its messages must have left. */
static socca_status await_sent(mpi_pool *p, int k)
{
  backoff_reset(&p->wait);
  for (int r = 1; r < p->ranks; r++) {
    int left = 0, moved = 0;
    for (;;) {
      MPI_Test(&p->peers[r].state_request[k], &left, MPI_STATUS_IGNORE);
      if (left) break;
      socca_status st = root_dispatch(p, &moved);
      if (!st && p->team->cx.h->stop(&p->team->cx)) st = SOCCA_INTERRUPTED;
      if (moved) backoff_reset(&p->wait);
      if (!st && !moved) st = still_waiting(p);
      if (st) return st;
      moved = 0;
    }
  }
  return SOCCA_OK;
}

socca_status root_set_state(void *self, uint32_t version, const void *blob, size_t bytes)
{
  mpi_pool *p = self;
  int k = (int)(version & 1);
  mpi_state *s = &p->state[k];
  wire_head h = { .state = version, .bytes = bytes };
  p->used = 1;
  if (bytes > (size_t)p->options.memory << 20 || bytes > MOST_BYTES)
    return socca_fail(p->team, SOCCA_E_POOL,
                      "a state of %zu MB is more than the %lld allowed "
                      "(--pool=mpi:memory=MB)",
                      bytes >> 20, (long long)p->options.memory);
  socca_status st = await_sent(p, k);
  if (st) return st;
  if (grow_buffer(&s->data, &s->room, sizeof h + bytes))
    return socca_fail(p->team, SOCCA_E_NOMEM, "out of memory");
  memcpy(s->data, &h, sizeof h);
  if (bytes) memcpy(s->data + sizeof h, blob, bytes);
  s->version = version;
  s->bytes = bytes;
  for (int r = 1; r < p->ranks; r++)
    MPI_Isend(s->data, (int)(sizeof h + bytes), MPI_BYTE, r, TAG_STATE, p->comm,
              &p->peers[r].state_request[k]);
  return SOCCA_OK;
}
