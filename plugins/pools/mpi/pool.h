/* SPDX-License-Identifier: BSD-3-Clause */
/* The pool of MPI ranks: rank 0 hands chunks to the others, two in flight each, and evaluates itself while
 * there are few of them. */
#ifndef SOCCA_MPI_POOL_H
#define SOCCA_MPI_POOL_H
#include <mpi.h>
#include "backoff.h"
#include "wire.h"
#include <socca/pool.h>
#include <sys/types.h>

typedef struct mpi_options { /* the table stands in plugin.c */
  double deadline;
  int64_t root, memory;
} mpi_options;

typedef struct chunk_buffer { /* a message on its way */
  MPI_Request request;
  unsigned char *data;
  size_t room;
  int busy;     /* root: sent, result not yet here; worker: being sent */
  uint32_t seq; /* root: of the batch, and its first record there */
  uint64_t at;
} chunk_buffer;

typedef struct peer { /* root's view of a worker rank */
  chunk_buffer chunk[2];
  MPI_Request state_request[2], farewell;
  int out; /* chunks whose results are not here yet */
} peer;

typedef struct mpi_batch {
  socca_batch batch;
  uint32_t seq;
  size_t next, done; /* records handed out, results received */
  int out;           /* submitted and not waited for */
  socca_report sum;
  socca_status code; /* of the first failure */
  uint64_t failed_at;
  char message[160];
} mpi_batch;

typedef struct mpi_state {
  uint32_t version;
  unsigned char *data; /* header and blob, as sent */
  size_t bytes, room;
} mpi_state;

typedef struct inbox { /* the one message that is being received, or was last */
  MPI_Request request; /* MPI_REQUEST_NULL: nothing under way */
  unsigned char *data;
  size_t room, bytes;
  int source, tag;
} inbox;

typedef struct guard { /* outlives the pool: exit handlers cannot be taken back */
  int armed;
  pid_t pid; /* children have the handler, too */
} guard;

typedef struct mpi_pool {
  socca_team *team;
  mpi_options options;
  MPI_Comm comm;
  int rank, ranks, initialised_here, finished;
  int used;        /* records, states or a farewell have been asked for */
  int lost;        /* the deadline has passed */
  double patience; /* seconds for what takes no evaluation: a rank that is silent longer is lost */
  guard *guard;
  backoff wait;
  /* root */
  peer *peers; /* ranks of them, [0] unused */
  mpi_batch batch[2];
  uint32_t seq;
  uint32_t pace_op;
  double pace; /* seconds per record of pace_op: of the dearest of the recent chunks, 0: unknown */
  wire_head farewell;
  /* both */
  mpi_state state[2];
  inbox inbox;   /* worker, after serve(): what finish() sent */
  double looked; /* worker: when, for a message that ends all */
} mpi_pool;

/* Room for at least `bytes` in *data. */
int grow_buffer(unsigned char **data, size_t *room, size_t bytes);
const mpi_state *find_state(const mpi_pool *, uint32_t version);

/* inbox.c: *here: a message has arrived in p->inbox. Never waits: the sender of a large one may hang in the middle. */
socca_status inbox_look(mpi_pool *, int source, int tag, int *here);

/* dispatch.c: root. Hands out what can be, receives what has arrived; returns 1 if anything moved. */
socca_status root_dispatch(mpi_pool *, int *moved);
int root_evaluate(mpi_pool *); /* one record, or a few cheap ones; 0: nothing left to hand out */
void note_failure(mpi_batch *, uint64_t record, socca_status code, const char *message);

/* root.c */
socca_status root_submit(void *self, uint32_t slot, const socca_batch *);
socca_status root_wait(void *self, uint32_t slot, socca_report *);
socca_status root_set_state(void *self, uint32_t version, const void *blob, size_t bytes);
/* serve.c, finish.c */
socca_status rank_serve(void *self, const void **blob, size_t *bytes);
socca_status root_finish(void *self, socca_status, const void *blob, size_t bytes);
#endif
