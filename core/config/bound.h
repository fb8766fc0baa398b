/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside of socca_parameters, shared by binding (parameters.c) and what comes after it (ties.c). */
#ifndef SOCCA_CONFIG_BOUND_H
#define SOCCA_CONFIG_BOUND_H
#include <config/parameters.h>
#include <document/expression.h>

typedef struct socca_bound { /* one parameter and its value */
  char *name, *unit, *help, *value;
  char *where;           /* of its value in the file, NULL: by default */
  char *tie, *tie_where; /* SOCCA_TIED */
  int state, broken;     /* broken: its value is wrong, and that was said */
  int missing;           /* no value: said at the end. Where it was looked for, if known: */
  const socca_node *map;
  const char *key;
  double number, low, high;
  double data_low, data_high;
  double declared, period; /* period as the model says; of this fit */
  uint32_t quantity, free;
  socca_prior prior;
  socca_expression *expression;
} socca_bound;

typedef struct socca_bound_list {
  socca_bound *b;
  uint32_t n;
  size_t room;
} socca_bound_list;

struct socca_parameters {
  socca_journal *journal;
  socca_units *units;
  const socca_tree *tree;          /* of the last value seen, to say where one is missing */
  socca_bound_list all, auxiliary; /* auxiliary ones join `all` at the end */
  uint32_t npar, ndim, nties;
  uint32_t *tied; /* in an order in which they can be computed */
  uint32_t *free; /* index in `all` of each coordinate */
  socca_free *coordinate;
  double *fixed; /* what fill() starts from */
};

/* Records "WHERE: text" for b, once: b is broken after it. */
socca_status socca_bound_error(socca_parameters *, socca_bound *b, const char *fmt, ...)
    SOCCA_PRINTF(3, 4);
/* Compiles the ties, orders them, finds cycles and ties that are out of range for good. */
socca_status socca_parameters_resolve(socca_parameters *);
#endif
