/* SPDX-License-Identifier: BSD-3-Clause */
#include "pool.h"
#include <stdlib.h>
#include <string.h>

static const double SLOWEST = 50e6; /* bytes per second that a network carries at least */

static int answers_missing(const mpi_pool *p)
{
  for (int r = 1; r < p->ranks; r++)
    if (p->peers[r].out) return 1;
  return 0;
}

static const double GRACE = 1; /* seconds for a rank that has been silent for all of the deadline */

/* Takes what is still on its way to us, so that nobody's send stays open. Nothing new is handed out. A rank looks up
 * after each record: how long one may take is for the deadline to say, and without one it is waited for. */
static void drain(mpi_pool *p)
{
  const double deadline = p->options.deadline,
               limit = p->lost && GRACE < deadline ? GRACE : deadline;
  for (int k = 0; k < 2; k++) p->batch[k].out = 0;
  backoff_reset(&p->wait);
  while (answers_missing(p)) {
    int moved = 0;
    if (root_dispatch(p, &moved)) return;
    if (moved) {
      backoff_reset(&p->wait);
      continue;
    }
    if (limit > 0 && backoff_waited(&p->wait) > limit) return;
    backoff_pause(&p->wait);
  }
}

/* States and chunks, too: what is still being sent when MPI is finalised may never be. */
static int has_left(peer *q)
{
  int left = 0;
  MPI_Test(&q->farewell, &left, MPI_STATUS_IGNORE);
  for (int k = 0; k < 2 && left; k++) MPI_Test(&q->state_request[k], &left, MPI_STATUS_IGNORE);
  for (int k = 0; k < 2 && left; k++) MPI_Test(&q->chunk[k].request, &left, MPI_STATUS_IGNORE);
  return left;
}

/* All ranks look for messages now, and the network is at work on all of these at once. */
static int await_sent(mpi_pool *p, size_t bytes)
{
  const double all = (double)bytes + (double)p->state[0].bytes + (double)p->state[1].bytes;
  const double limit = (p->lost ? GRACE : p->patience) + all * p->ranks / SLOWEST;
  for (int r = 1; r < p->ranks; r++) {
    backoff_reset(&p->wait);
    while (!has_left(&p->peers[r])) {
      if (backoff_waited(&p->wait) > limit) return 0;
      backoff_pause(&p->wait);
    }
  }
  return 1;
}

socca_status root_finish(void *self, socca_status status, const void *blob, size_t bytes)
{
  mpi_pool *p = self;
  wire_head *h = &p->farewell;
  unsigned char *message = NULL;
  socca_status st = SOCCA_OK;
  p->used = 1;
  if (bytes > MOST_BYTES)
    st = socca_fail(p->team, SOCCA_E_POOL, "a result of %zu bytes is too large for MPI", bytes);
  else if (bytes && !(message = malloc(sizeof *h + bytes)))
    st = socca_fail(p->team, SOCCA_E_NOMEM, "out of memory");
  if (st) bytes = 0; /* the others leave all the same */
  *h = (wire_head){ .code = status < 0 ? status : st ? st : status, .bytes = bytes };
  if (message) {
    memcpy(message, h, sizeof *h);
    memcpy(message + sizeof *h, blob, bytes);
  }
  for (int r = 1; r < p->ranks; r++)
    MPI_Isend(message ? (void *)message : h, (int)(sizeof *h + bytes), MPI_BYTE, r, TAG_FINISH,
              p->comm, &p->peers[r].farewell);
  drain(p);
  p->finished = !answers_missing(p) && await_sent(p, bytes);
  if (!p->finished) /* MPI may still read the message, until close() aborts the job */
    return socca_fail(p->team, SOCCA_E_POOL, "some ranks do not answer any more");
  free(message);
  return st;
}
