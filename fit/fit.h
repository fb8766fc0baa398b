/* SPDX-License-Identifier: BSD-3-Clause */
/* One fit from request to outcome: everything between the command line and the sampler. */
#ifndef SOCCA_FIT_FIT_H
#define SOCCA_FIT_FIT_H
#include <fit/launcher.h>
#include <run/problem.h>
#include <result/result.h>

typedef struct socca_request { /* what the user asked for; NULL, 0 or NAN: not given */
  const char *dashes;          /* before names of settings in messages: "--" or "" */
  const char *fit_file;        /* path, "-" */
  const char *text;            /* the document itself, instead of a file */
  const char *method, *pool, *plugin_path;
  const char *output, *checkpoint; /* "": no such file is written */
  char ncores[40];                 /* the pool that --ncores stands for; "": not given */
  const char **sets;               /* KEY=VALUE; the caller's, with room for all that may come */
  size_t nsets;
  int has_seed;
  uint64_t seed;
  double checkpoint_every, max_time;
  uint64_t max_calls;
  int no_resume, overwrite, getzprior;
  int dry_run; /* nothing will be run: files are not looked at, a fit without free parameters is fine */
  int progress; /* 0 auto, 1 bar, 2 log, 3 none */
  int share;    /* the outcome reaches every rank, not only the one that samples */
} socca_request;
typedef struct socca_fit socca_fit;

void socca_request_init(socca_request *, const char *dashes);
/* A setting by the name of its long option, "pool" and "mp:4"; flags: NULL, "true" or "false". The text is kept,
 * not copied. */
socca_status socca_request_set(socca_journal *, socca_request *, const char *name,
                               const char *value);
/* Once all are set. */
socca_status socca_request_check(socca_journal *, socca_request *);

/* Parses, checks, loads; opens no pool, writes nothing. All refusals are found here. */
socca_status socca_fit_open(socca_journal *, const socca_request *, socca_fit **);
/* Pool, sampler, resume, loop, result. INTERRUPTED: checkpoint saved, *signal tells which. */
socca_status socca_fit_run(socca_fit *, int *signal);
/* In place of the pool planned: one that its owner opened with this team, and closes after the run. */
socca_team *socca_fit_team(socca_fit *);
socca_status socca_fit_use_pool(socca_fit *, const socca_plugin *, void *self);
void socca_fit_close(socca_fit *);
const socca_outcome *socca_fit_outcome(const socca_fit *);
socca_problem *socca_fit_problem(socca_fit *);
/* NULL, or why nothing may be written to this path: the fit reads it. */
const char *socca_fit_input(const socca_fit *, const char *path);
int socca_fit_is_root(const socca_fit *);
typedef struct socca_plan { /* what was decided, for display */
  const char *method, *pool, *output, *checkpoint;
  uint32_t workers, rank;
  int saves;  /* a checkpoint is written that the same command goes on from */
  int opened; /* the pool has been opened: under MPI every rank leaves by itself from there on */
} socca_plan;
void socca_fit_plan(const socca_fit *, socca_plan *);
/* The registry with the core's own plugins in it, for this launcher. Sets OMP_NUM_THREADS and the like to 1:
 * call it before anything loads a plugin. */
socca_status socca_fit_registry(socca_journal *, const char *plugin_path, socca_registry **);
#endif
