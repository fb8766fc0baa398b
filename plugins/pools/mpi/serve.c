/* SPDX-License-Identifier: BSD-3-Clause */
/* The loop of the ranks other than 0. */
#include "pool.h"
#include <stdlib.h>
#include <string.h>

/* Has rank 0 told us to finish? Looked at between records, so that a long chunk holds nobody up, but not so often that
 * looking costs more than cheap records. */
static int told_to_finish(mpi_pool *p)
{
  int here = 0;
  double now = wait_clock();
  if (now - p->looked < 20e-6) return 0;
  p->looked = now;
  MPI_Iprobe(0, TAG_FINISH, p->comm, &here, MPI_STATUS_IGNORE);
  return here;
}

static void evaluate(mpi_pool *p, const wire_head *h, const unsigned char *in, wire_head *answer,
                     socca_report *cost, unsigned char *out)
{
  const mpi_state *s = find_state(p, h->state);
  *answer = *h;
  *cost = (socca_report){ .bad_index = UINT64_MAX };
  for (uint32_t i = 0; i < h->n; i++) {
    socca_task t = { .op = h->op,
                     .index = h->index + i,
                     .state = s ? s->data + sizeof *h : NULL,
                     .state_bytes = s ? s->bytes : 0,
                     .in = in + (size_t)i * h->in_bytes,
                     .out = out + (size_t)i * h->out_bytes };
    socca_status st = told_to_finish(p) ? SOCCA_INTERRUPTED : p->team->cx.h->execute(p->team, &t);
    if (!st) {
      socca_report_add(cost, &t.cost);
      continue;
    }
    cost->bad_index = t.index;
    memcpy(cost->message, t.message, sizeof cost->message);
    answer->code = st;
    return;
  }
}

/* The answer that used this buffer two chunks ago must have left. */
static void await_sent(mpi_pool *p, chunk_buffer *c)
{
  int left = !c->busy;
  backoff_reset(&p->wait);
  while (!left) {
    MPI_Test(&c->request, &left, MPI_STATUS_IGNORE);
    if (!left) backoff_pause(&p->wait);
  }
  c->busy = 0;
}

static socca_status answer_chunk(mpi_pool *p, const unsigned char *message, chunk_buffer *c)
{
  wire_head h, answer;
  socca_report cost;
  memcpy(&h, message, sizeof h);
  size_t front = sizeof answer + sizeof cost, bytes = front + (size_t)h.n * h.out_bytes;
  await_sent(p, c);
  if (grow_buffer(&c->data, &c->room, bytes))
    return socca_fail(p->team, SOCCA_E_NOMEM, "out of memory");
  double start = wait_clock();
  evaluate(p, &h, message + sizeof h, &answer, &cost, c->data + front);
  answer.seconds = wait_clock() - start;
  memcpy(c->data, &answer, sizeof answer);
  memcpy(c->data + sizeof answer, &cost, sizeof cost);
  c->busy = 1;
  MPI_Isend(c->data, (int)(answer.code ? front : bytes), MPI_BYTE, 0, TAG_RESULT, p->comm,
            &c->request);
  return SOCCA_OK;
}

static socca_status keep_state(mpi_pool *p, const unsigned char *message, size_t bytes)
{
  wire_head h;
  memcpy(&h, message, sizeof h);
  mpi_state *s = &p->state[h.state & 1];
  if (grow_buffer(&s->data, &s->room, bytes))
    return socca_fail(p->team, SOCCA_E_NOMEM, "out of memory");
  memcpy(s->data, message, bytes);
  s->version = h.state;
  s->bytes = bytes - sizeof h;
  return SOCCA_OK;
}

/* Waits for the next message from rank 0, whatever it is. */
static socca_status next_message(mpi_pool *p)
{
  int here = 0;
  backoff_reset(&p->wait);
  for (;;) {
    socca_status st = inbox_look(p, 0, MPI_ANY_TAG, &here);
    if (st || here) return st;
    backoff_pause(&p->wait);
  }
}

socca_status rank_serve(void *self, const void **blob, size_t *bytes)
{
  mpi_pool *p = self;
  const inbox *in = &p->inbox;
  chunk_buffer answers[2] = { { .busy = 0 }, { .busy = 0 } };
  size_t chunks = 0;
  socca_status st = SOCCA_OK;
  p->used = 1;
  while (!st && !(st = next_message(p)) && in->tag != TAG_FINISH)
    st = in->tag == TAG_STATE ? keep_state(p, in->data, in->bytes)
                              : answer_chunk(p, in->data, &answers[chunks++ & 1]);
  for (int k = 0; k < 2 && !st; k++) await_sent(p, &answers[k]);
  if (!st) {
    wire_head h;
    memcpy(&h, in->data, sizeof h);
    st = h.code;
    *blob = in->data + sizeof h; /* kept until close() */
    *bytes = h.bytes;
    p->finished = 1;
  }
  for (int k = 0; k < 2; k++) free(answers[k].data);
  return st;
}
