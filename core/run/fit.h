/* SPDX-License-Identifier: BSD-3-Clause */
/* One fit from request to outcome: everything between the command line and the sampler. */
#ifndef SOCCA_RUN_FIT_H
#define SOCCA_RUN_FIT_H
#include <run/launcher.h>
#include <run/problem.h>
#include <run/result.h>

typedef struct socca_request { /* what the user asked for; NULL, 0 or NAN: not given */
  const char *fit_file;        /* path, "-" */
  const char *text;            /* the document itself, instead of a file */
  const char *method, *pool, *output, *checkpoint, *plugin_path;
  const char *const *sets;
  size_t nsets; /* KEY=VALUE */
  int has_seed;
  uint64_t seed;
  double checkpoint_every, max_time;
  uint64_t max_calls;
  int no_resume, overwrite, getzprior;
  int dry_run; /* nothing will be run: files are not looked at, a fit without free parameters is fine */
  int progress; /* 0 auto, 1 bar, 2 log, 3 none */
} socca_request;
typedef struct socca_fit socca_fit;

/* Parses, checks, loads; opens no pool, writes nothing. All refusals are found here. */
socca_status socca_fit_open(socca_journal *, const socca_request *, socca_fit **);
/* Pool, sampler, resume, loop, result. INTERRUPTED: checkpoint saved, *signal tells which. */
socca_status socca_fit_run(socca_fit *, int *signal);
void socca_fit_close(socca_fit *);
const socca_outcome *socca_fit_outcome(const socca_fit *);
socca_problem *socca_fit_problem(socca_fit *);
int socca_fit_is_root(const socca_fit *);
typedef struct socca_plan { /* what was decided, for display */
  const char *method, *pool, *output, *checkpoint;
  uint32_t workers;
  int opened; /* the pool has been opened: under MPI every rank leaves by itself from there on */
} socca_plan;
void socca_fit_plan(const socca_fit *, socca_plan *);
/* The registry with the core's own plugins in it, for this launcher. Sets OMP_NUM_THREADS and the like to 1:
 * call it before anything loads a plugin. */
socca_status socca_fit_registry(socca_journal *, const char *plugin_path, socca_registry **);
#endif
