/* SPDX-License-Identifier: BSD-3-Clause */
#include "pool.h"
#include <stdlib.h>

enum {
  AT_ONCE = 3900
}; /* bytes, below all eager limits: such messages are here as soon as they are seen */

/* A message that has been seen. Between probe and receive nothing else receives in this communicator. */
static socca_status begin(mpi_pool *p, const MPI_Status *st)
{
  inbox *in = &p->inbox;
  int count = 0;
  MPI_Get_count(st, MPI_BYTE, &count);
  if (grow_buffer(&in->data, &in->room, (size_t)count))
    return socca_fail(p->team, SOCCA_E_NOMEM, "out of memory");
  in->bytes = (size_t)count;
  in->source = st->MPI_SOURCE;
  in->tag = st->MPI_TAG;
  int failed =
      count <= AT_ONCE
          ? MPI_Recv(in->data, count, MPI_BYTE, in->source, in->tag, p->comm, MPI_STATUS_IGNORE)
          : MPI_Irecv(in->data, count, MPI_BYTE, in->source, in->tag, p->comm, &in->request);
  return failed ? socca_fail(p->team, SOCCA_E_POOL, "MPI lost rank %d", in->source) : SOCCA_OK;
}

socca_status inbox_look(mpi_pool *p, int source, int tag, int *here)
{
  inbox *in = &p->inbox;
  MPI_Status st;
  int seen = 0;
  *here = 0;
  if (in->request == MPI_REQUEST_NULL) {
    if (MPI_Iprobe(source, tag, p->comm, &seen, &st) != MPI_SUCCESS)
      return socca_fail(p->team, SOCCA_E_POOL, "MPI lost a rank");
    if (!seen) return SOCCA_OK;
    socca_status status = begin(p, &st);
    if (status) return status;
    *here = in->request == MPI_REQUEST_NULL;
    if (*here) return SOCCA_OK;
  }
  if (MPI_Test(&in->request, here, MPI_STATUS_IGNORE) != MPI_SUCCESS)
    return socca_fail(p->team, SOCCA_E_POOL, "MPI lost rank %d", in->source);
  return SOCCA_OK;
}
