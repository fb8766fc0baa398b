/* SPDX-License-Identifier: BSD-3-Clause */
/* Claiming and evaluating records: the same code in workers and in a helping master. */
#ifndef SOCCA_MP_JOB_H
#define SOCCA_MP_JOB_H
#include "segment.h"

/* Who evaluates: its line, how many share the work, and the longest that a share may take (INFINITY: any time). */
typedef struct mp_hand {
  mp_slot *me;
  uint32_t evaluators;
  double patience;
} mp_hand;
/* Claims a share of job k and evaluates it. Returns 0 if there was nothing to claim. */
int mp_job_work(mp_segment *, socca_team *, uint32_t k, const mp_hand *);
/* Stops further claims; those made go on. */
void mp_job_close(mp_job *);
/* Opens it for claims under a new ticket. */
void mp_job_open(mp_segment *, mp_job *, uint32_t n);
static inline int mp_job_complete(mp_job *j)
{
  return atomic_load_explicit(&j->done, memory_order_acquire) == j->n;
}
#endif
