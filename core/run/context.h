/* SPDX-License-Identifier: BSD-3-Clause */
/* What stands behind the contexts that plugins see. */
#ifndef SOCCA_RUN_CONTEXT_H
#define SOCCA_RUN_CONTEXT_H
#include <run/problem.h>
#include <time.h>

typedef struct socca_session socca_session;
typedef struct socca_context {
  union {
    socca_cx cx; /* first in each of them */
    socca_load load;
    socca_run run;
    socca_worker worker;
    socca_team team;
  } as;
  socca_problem *problem;
  socca_journal *journal;
  socca_session *session; /* of a run or team */
  socca_task *task;       /* record in work: takes errors and costs; NULL: the journal does */
} socca_context;

extern const socca_host socca_host_table;
extern const socca_plugin socca_pool_serial;

static inline const socca_context *socca_context_of(const socca_cx *cx)
{
  return (const socca_context *)cx;
}
static inline double socca_seconds(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
#endif
