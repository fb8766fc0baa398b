/* SPDX-License-Identifier: BSD-3-Clause */
/* Claiming and evaluating records: the same code in workers and in a helping master. */
#ifndef SOCCA_MP_JOB_H
#define SOCCA_MP_JOB_H
#include "segment.h"

/* Claims a share of job k and evaluates it, `me` being the caller's line. evaluators: how many share the work.
 * Returns 0 if there was nothing to claim. */
int mp_job_work(mp_segment *, socca_team *, uint32_t k, mp_slot *me, uint32_t evaluators);
/* Stops further claims; those made go on. */
void mp_job_close(mp_job *);
/* Opens it for claims under a new ticket. */
void mp_job_open(mp_segment *, mp_job *, uint32_t n);
static inline int mp_job_complete(mp_job *j)
{
  return atomic_load_explicit(&j->done, memory_order_acquire) == j->n;
}
#endif
