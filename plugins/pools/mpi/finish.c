/* SPDX-License-Identifier: BSD-3-Clause */
#include "pool.h"
#include <stdlib.h>
#include <string.h>

enum {
  PATIENCE = 10
}; /* seconds beyond which a silent rank counts as lost when there is no deadline */

static int answers_missing(const mpi_pool *p)
{
  for (int r = 1; r < p->ranks; r++)
    if (p->peers[r].out) return 1;
  return 0;
}

/* Takes what is still on its way to us, so that nobody's send stays open. Nothing new is handed out. */
static void drain(mpi_pool *p)
{
  double limit = p->options.deadline > 0 ? p->options.deadline : PATIENCE;
  for (int k = 0; k < 2; k++) p->batch[k].out = 0;
  backoff_reset(&p->wait);
  while (answers_missing(p) && backoff_waited(&p->wait) < limit) {
    int moved = 0;
    if (root_dispatch(p, &moved)) return;
    if (moved)
      backoff_reset(&p->wait);
    else
      backoff_pause(&p->wait);
  }
}

static int await_sent(mpi_pool *p, MPI_Request *sent)
{
  backoff_reset(&p->wait);
  for (int r = 1; r < p->ranks; r++) {
    int left = 0;
    while (!left && backoff_waited(&p->wait) < PATIENCE) {
      MPI_Test(&sent[r - 1], &left, MPI_STATUS_IGNORE);
      if (!left) backoff_pause(&p->wait);
    }
    if (!left) return 0;
  }
  return 1;
}

socca_status root_finish(void *self, socca_status status, const void *blob, size_t bytes)
{
  mpi_pool *p = self;
  wire_head h = { .code = status, .bytes = bytes };
  if (bytes > MOST_BYTES)
    return socca_fail(p->team, SOCCA_E_POOL, "a result of %zu bytes is too large for MPI", bytes);
  unsigned char *message = malloc(sizeof h + bytes);
  MPI_Request *sent = calloc((size_t)p->ranks, sizeof *sent);
  if (!message || !sent) {
    free(message);
    free(sent);
    return socca_fail(p->team, SOCCA_E_NOMEM, "out of memory");
  }
  memcpy(message, &h, sizeof h);
  if (bytes) memcpy(message + sizeof h, blob, bytes);
  for (int r = 1; r < p->ranks; r++)
    MPI_Isend(message, (int)(sizeof h + bytes), MPI_BYTE, r, TAG_FINISH, p->comm, &sent[r - 1]);
  drain(p);
  int left = !answers_missing(p) && await_sent(p, sent);
  p->finished = left;
  if (left) free(message); /* otherwise MPI may still read it, until close() aborts the job */
  free(sent);
  return left ? SOCCA_OK : socca_fail(p->team, SOCCA_E_POOL, "some ranks do not answer any more");
}
