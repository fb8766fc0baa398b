/* SPDX-License-Identifier: BSD-3-Clause */
/* A problem's inside. Private to core/run. */
#ifndef SOCCA_RUN_PROBLEM_PRIVATE_H
#define SOCCA_RUN_PROBLEM_PRIVATE_H
#include "context.h"
#include <document/expression.h>

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

/* One coordinate: log prior density in `space` at its x, its slope there, and the physical value with its
 * derivative. NULL: not wanted. */
typedef struct socca_coordinate {
  double theta, jacobian, logp, slope;
} socca_coordinate;
void socca_coordinate_at(const socca_problem *, uint32_t i, uint32_t space, double x,
                         socca_coordinate *);
/* Makes this process's workspace unless it is there. */
socca_status socca_problem_workspace(socca_problem *);
/* Density with the Fisher matrix (fisher != NULL). */
socca_status socca_problem_curvature(socca_problem *, uint32_t space, const double *x, double *logl,
                                     double *logp, double *grad, double *fisher);
#endif
