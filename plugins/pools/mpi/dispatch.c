/* SPDX-License-Identifier: BSD-3-Clause */
#include "pool.h"
#include <string.h>

enum { MOST_CHUNK_BYTES = 3500 }; /* stays below the eager limits of shared-memory transports */

static const double WORTH_A_MESSAGE = 2e-6; /* seconds */
static const double LONGEST_CHUNK =
    0.25; /* of more than one record: an error waits for those before it */

/* The older of the batches that still have records to hand out. One that has failed ends the run when it is waited
 * for: nothing newer is begun then. What is older goes on, since the run may end well before it comes to the failure. */
static mpi_batch *oldest_open(mpi_pool *p)
{
  mpi_batch *best = NULL;
  for (int k = 0; k < 2; k++) {
    mpi_batch *m = &p->batch[k];
    if (m->out && (m->code || m->next < m->batch.n) && (!best || m->seq < best->seq)) best = m;
  }
  return best && !best->code ? best : NULL;
}

/* Records that take as long as handling a message; costs vary, so it is only a part of what a rank may get. */
static size_t worth(const mpi_pool *p, const mpi_batch *m)
{
  size_t most = m->batch.n / (4 * (size_t)p->ranks);
  if (!(p->pace > 0) || p->pace_op != m->batch.op) return 1;
  double n = WORTH_A_MESSAGE / p->pace;
  if (n < 1 || most < 1) return 1;
  return n < (double)most ? (size_t)n : most;
}

/* As many records as a rank may be silent for. */
static size_t in_time(const mpi_pool *p, const mpi_batch *m)
{
  double seconds = LONGEST_CHUNK, deadline = p->options.deadline;
  if (deadline > 0 && deadline / 4 < seconds) seconds = deadline / 4;
  if (!(p->pace > 0) || p->pace_op != m->batch.op) return deadline > 0 ? 1 : SIZE_MAX;
  double n = seconds / p->pace;
  return n < 1 ? 1 : n < (double)m->batch.n ? (size_t)n : SIZE_MAX;
}

static size_t share(const mpi_pool *p, const mpi_batch *m)
{
  size_t left = m->batch.n - m->next, step = left / (4 * (size_t)p->ranks), least = worth(p, m);
  size_t most = MOST_CHUNK_BYTES, per = m->batch.in_bytes + m->batch.out_bytes;
  size_t longest = in_time(p, m);
  if (step < least) step = least < left ? least : left;
  if (step > longest) step = longest;
  if (per && step > most / per) step = most / per;
  return step ? step : 1;
}

static socca_status send_chunk(mpi_pool *p, int rank, chunk_buffer *c, mpi_batch *m)
{
  size_t n = share(p, m), bytes = n * m->batch.in_bytes;
  if (grow_buffer(&c->data, &c->room, sizeof(wire_head) + bytes))
    return socca_fail(p->team, SOCCA_E_NOMEM, "out of memory");
  wire_head h = { .op = m->batch.op,
                  .state = m->batch.state,
                  .slot = (uint32_t)(m - p->batch),
                  .seq = m->seq,
                  .at = m->next,
                  .index = m->batch.first + m->next,
                  .n = (uint32_t)n,
                  .in_bytes = (uint32_t)m->batch.in_bytes,
                  .out_bytes = (uint32_t)m->batch.out_bytes };
  memcpy(c->data, &h, sizeof h);
  memcpy(c->data + sizeof h, (const char *)m->batch.in + m->next * m->batch.in_bytes, bytes);
  c->seq = m->seq;
  c->at = m->next;
  m->next += n;
  c->busy = 1;
  p->peers[rank].out++;
  MPI_Isend(c->data, (int)(sizeof h + bytes), MPI_BYTE, rank, TAG_CHUNK, p->comm, &c->request);
  return SOCCA_OK;
}

void note_failure(mpi_batch *m, uint64_t record, socca_status code, const char *message)
{
  if (m->code && record >= m->failed_at) return;
  m->code = code;
  m->failed_at = record;
  memcpy(m->message, message, sizeof m->message);
  m->message[sizeof m->message - 1] = '\0';
}

static void note_arrival(peer *q, const wire_head *h)
{
  q->out--;
  for (int k = 0; k < 2; k++)
    if (q->chunk[k].seq == h->seq && q->chunk[k].at == h->at) q->chunk[k].busy = 0;
}

static void absorb(mpi_pool *p, int rank, const unsigned char *data, size_t bytes)
{
  wire_head h;
  socca_report c;
  memcpy(&h, data, sizeof h);
  memcpy(&c, data + sizeof h, sizeof c);
  mpi_batch *m = &p->batch[h.slot & 1];
  note_arrival(&p->peers[rank], &h);
  if (!m->out || m->seq != h.seq) return; /* of a batch given up */
  if (h.code) {
    note_failure(m, c.bad_index - m->batch.first, h.code, c.message);
    return;
  }
  if (bytes < sizeof h + sizeof c + (size_t)h.n * h.out_bytes) return;
  memcpy((char *)m->batch.out + h.at * h.out_bytes, data + sizeof h + sizeof c,
         (size_t)h.n * h.out_bytes);
  m->done += h.n;
  socca_report_add(&m->sum, &c);
  if (p->pace_op != h.op) p->pace = 0;
  p->pace_op = h.op;
  p->pace *= 0.9;
  if (h.seconds / h.n > p->pace) p->pace = h.seconds / h.n;
}

static socca_status receive(mpi_pool *p, int *moved)
{
  for (;;) {
    int here;
    socca_status st = inbox_look(p, MPI_ANY_SOURCE, TAG_RESULT, &here);
    if (st || !here) return st;
    absorb(p, p->inbox.source, p->inbox.data, p->inbox.bytes);
    *moved = 1;
  }
}

/* A buffer is free once its result is back and MPI, too, has done with its message. */
static chunk_buffer *free_buffer(peer *q)
{
  for (int k = 0; k < 2; k++) {
    int left = 0;
    if (!q->chunk[k].busy) MPI_Test(&q->chunk[k].request, &left, MPI_STATUS_IGNORE);
    if (left) return &q->chunk[k];
  }
  return NULL;
}

socca_status root_dispatch(mpi_pool *p, int *moved)
{
  socca_status st = receive(p, moved);
  /* one chunk each before a second one: the first records go to as many ranks as there are */
  for (int depth = 1; !st && depth <= 2; depth++)
    for (int r = 1; !st && r < p->ranks; r++) {
      mpi_batch *m = oldest_open(p);
      if (!m) return SOCCA_OK;
      chunk_buffer *c = p->peers[r].out < depth ? free_buffer(&p->peers[r]) : NULL;
      if (!c) continue;
      st = send_chunk(p, r, c, m);
      *moved = 1;
    }
  return st;
}

static void evaluate_one(mpi_pool *p, mpi_batch *m)
{
  size_t i = m->next++;
  const mpi_state *s = find_state(p, m->batch.state);
  socca_task t = { .op = m->batch.op,
                   .index = m->batch.first + i,
                   .state = s ? s->data + sizeof(wire_head) : NULL,
                   .state_bytes = s ? s->bytes : 0,
                   .in = (const char *)m->batch.in + i * m->batch.in_bytes,
                   .out = (char *)m->batch.out + i * m->batch.out_bytes };
  socca_status st = p->team->cx.h->execute(p->team, &t);
  m->done++;
  if (st)
    note_failure(m, i, st, t.message);
  else
    socca_report_add(&m->sum, &t.cost);
}

int root_evaluate(mpi_pool *p)
{
  mpi_batch *m = oldest_open(p);
  if (!m) return 0;
  size_t n = p->ranks > 1 ? worth(p, m) : 1;
  for (size_t k = 0; k < n && m->next < m->batch.n && !m->code; k++) evaluate_one(p, m);
  return 1;
}
