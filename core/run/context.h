/* SPDX-License-Identifier: BSD-3-Clause */
/* What stands behind the contexts that plugins see, and the problem's inside. Private to core/run. */
#ifndef SOCCA_RUN_CONTEXT_H
#define SOCCA_RUN_CONTEXT_H
#include <config/expression.h>
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

struct socca_problem {
  socca_journal *journal;
  const socca_tree *tree;
  socca_units *units;
  socca_parameters *parameters;
  char name[32];
  socca_meta meta;
  const socca_model_vtbl *model;
  void *self;
  uint32_t ndim, npar, count, lacks;
  size_t nderived, nexpressions;
  char **derived, **derived_units; /* NULL-terminated names */
  socca_expression **expressions;
  const socca_op_entry *ops;
  size_t nops;
  const void *options;
  /* of this process */
  socca_context worker;
  void *ws;
  int has_ws;
  double *theta, *jacobian, *all, *gradient, *work;
};

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

/* One coordinate: log prior density in `space` at its x, its slope there, and the physical value with its
 * derivative. NULL: not wanted. */
typedef struct socca_coordinate {
  double theta, jacobian, logp, slope;
} socca_coordinate;
void socca_coordinate_at(const socca_problem *, uint32_t i, uint32_t space, double x,
                         socca_coordinate *);
/* Makes this process's workspace unless it is there. It is dropped before a pool forks others. */
socca_status socca_problem_workspace(socca_problem *);
void socca_problem_drop_workspace(socca_problem *);
/* Density with the Fisher matrix (fisher != NULL). */
socca_status socca_problem_curvature(socca_problem *, uint32_t space, const double *x, double *logl,
                                     double *logp, double *grad, double *fisher);
#endif
