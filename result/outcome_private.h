/* SPDX-License-Identifier: BSD-3-Clause */
/* A result while it is put together. */
#ifndef SOCCA_RESULT_OUTCOME_PRIVATE_H
#define SOCCA_RESULT_OUTCOME_PRIVATE_H
#include "result_private.h"

typedef struct column {
  const char *name, *unit, *text; /* text: prior or tie */
  const char *kind;               /* "free", "tied", "derived" */
  uint32_t index, free;           /* among all parameters; among the free ones, or UINT32_MAX */
  double period;
} column;

typedef struct builder {
  const socca_outcome_setup *setup;
  socca_outcome *out;
  socca_sample_set s;
  column *col;
  size_t ncol;
  double *table;               /* n x ncol */
  double *logw, *w;            /* normalised; NULL: equal weights */
  double *log_prior;           /* of each draw */
  size_t *pick, nchain, ndraw; /* the draws of the posterior, chain by chain */
  double n_eff;
} builder;

socca_status socca_outcome_assemble(builder *);
#endif
