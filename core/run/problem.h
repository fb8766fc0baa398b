/* SPDX-License-Identifier: BSD-3-Clause */
/* A model bound to its parameters: spaces, density, gradients, ops; what workers execute. */
#ifndef SOCCA_RUN_PROBLEM_H
#define SOCCA_RUN_PROBLEM_H
#include <config/options.h>
#include <config/parameters.h>
#include <plugin/registry.h>
#include <store/items.h>

typedef struct socca_problem socca_problem;

/* Loads the model named by `model:` (default image) and lets it read the document. Reports unknown keys. */
socca_status socca_problem_load(socca_journal *, socca_registry *, socca_tree *, uint64_t seed,
                                socca_problem **);
void socca_problem_free(socca_problem *);
const socca_parameters *socca_problem_parameters(const socca_problem *);
const socca_meta *socca_problem_model_meta(const socca_problem *);
uint32_t socca_problem_lacks(const socca_problem *);
/* This process's workspace is made on first use. */
socca_status socca_problem_loglike(socca_problem *, const double *all, double *logl);
socca_status socca_problem_density(socca_problem *, uint32_t space, const double *x, double *logl,
                                   double *logp, double *grad);
void socca_problem_convert(const socca_problem *, uint32_t from, const double *x, uint32_t to,
                           double *y, double *dydx);
double socca_problem_log_prior(const socca_problem *, const double *theta);
socca_status socca_problem_null(socca_problem *, double *logl);
socca_status socca_problem_facts(socca_problem *, const double *all, socca_result *);
socca_status socca_problem_write(socca_problem *, const double *all, const socca_product *);
socca_status socca_problem_observed(socca_problem *, socca_result *);
socca_status socca_problem_derived(socca_problem *, const double *all, double *out);
uint32_t socca_problem_nderived(const socca_problem *);
const char *const *socca_problem_derived_names(const socca_problem *);
const char *const *socca_problem_derived_units(const socca_problem *);
/* A value of parameter i as users write it, with its units. */
socca_status socca_problem_value(const socca_problem *, uint32_t i, const char *where,
                                 const char *text, double *out);
/* Before a pool forks others: they make their own. */
void socca_problem_drop_workspace(socca_problem *);
/* Identity: model's items, parameters, priors, names in order. */
socca_status socca_problem_identity(socca_problem *, socca_result *);
/* The record-level entry for pools: ops 0 and 1, then the sampler's. */
void socca_problem_set_ops(socca_problem *, const socca_op_entry *ops, const void *options);
socca_status socca_problem_execute(socca_problem *, socca_task *);
socca_cx socca_problem_cx(const socca_problem *); /* head for other contexts */
#endif
