/* SPDX-License-Identifier: BSD-3-Clause */
/* Private to fit/. */
#ifndef SOCCA_FIT_PRIVATE_H
#define SOCCA_FIT_PRIVATE_H
#include "progress.h"
#include <base/text.h>
#include <store/archive.h>
#include <fit/fit.h>

enum { SOCCA_PATH_ROOM = 4096 };
struct socca_fit {
  socca_journal *journal;
  socca_request request;
  socca_launcher launcher;
  socca_tree *tree;
  socca_registry *registry;
  socca_problem *problem;
  const socca_entry *sampler, *pool;
  const socca_sampler_vtbl *sampler_vtbl;
  const socca_pool_vtbl *pool_vtbl;
  socca_options *sampler_options, *pool_options;
  char pool_name[SOCCA_PATH_ROOM]; /* or a path */
  uint32_t workers, rank;
  int opened; /* the pool was: ranks are under MPI's rule from there on */
  int started, has_run;
  socca_entry lent; /* a pool that its owner opens and closes; meta.size 0: none */
  uint64_t seed;
  char output[SOCCA_PATH_ROOM], checkpoint[SOCCA_PATH_ROOM], fingerprint[33];
  int same_result; /* `output` exists already, and is of this problem */
  socca_result *identity, *limits;
  socca_archive *archive; /* of the checkpoint; loading: there is one to go on from */
  socca_session session;
  socca_outcome *outcome;
};

/* fit_plan.c: who works, with which options; refuses what does not fit together. */
socca_status socca_fit_plan_work(socca_fit *);
socca_status socca_fit_check_combination(socca_fit *);
/* fit_files.c: names of files, fingerprint, what lies there already. */
socca_status socca_fit_name_files(socca_fit *);
socca_status socca_fit_identify(socca_fit *);
socca_status socca_fit_check_files(socca_fit *);
/* fit_share.c: what rank 0 tells the others at the end, and what they make of it. */
socca_status socca_fit_pack(const socca_fit *, int signal, socca_text *);
socca_status socca_fit_unpack(socca_fit *, socca_status, const void *blob, size_t bytes,
                              int *signal);
/* fit_outcome.c: the sampler's result made complete, and written. */
socca_status socca_fit_conclude(socca_fit *);
#endif
