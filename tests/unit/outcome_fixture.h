/* SPDX-License-Identifier: BSD-3-Clause */
/* A small problem and a made-up run of it, for the tests of results. */
#ifndef OUTCOME_FIXTURE_H
#define OUTCOME_FIXTURE_H
#include <result/result.h>

enum { FIXTURE_NDIM = 4, FIXTURE_DRAWS = 4000 };
/* Free: agn.xc, agn.Ic, host.theta (periodic), ratio; tied: host.xc; fixed: host.ns */
typedef struct fixture {
  socca_journal *journal;
  socca_parameters *parameters;
  socca_result *collected, *attributes, *run, *observed;
  void *owned;
} fixture;
void fixture_open(fixture *);
void fixture_close(fixture *);
/* Gaussian draws with importance weights, or `nchain` chains without */
void fixture_weighted(fixture *);
void fixture_chains(fixture *, uint32_t nchain, size_t each);
socca_status fixture_build(fixture *, socca_outcome **);
#endif
