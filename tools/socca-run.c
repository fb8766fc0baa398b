/* SPDX-License-Identifier: BSD-3-Clause */
/* socca-run: one fit. */
#include "config.h"
#include "args.h"
#include "dryrun.h"
#include "listing.h"
#include "start.h"
#include <base/text.h>
#include <config/options.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  METHOD,
  POOL,
  NCORES,
  SET,
  SEED,
  OUTPUT,
  CHECKPOINT,
  CHECKPOINT_EVERY,
  NO_RESUME,
  OVERWRITE,
  FORCE,
  MAX_TIME,
  MAX_CALLS,
  GETZPRIOR,
  LIST,
  MATRIX,
  WHY,
  OPTIONS,
  DRY_RUN,
  PLUGIN_PATH,
  PROGRESS,
  END
};
static const arg_row rows[] = {
  [METHOD] = { "method", 0, ARG_VALUE, "NAME", "sampler (default: nautilus), by name or file" },
  [POOL] = { "pool", 0, ARG_VALUE, "SPEC",
             "who evaluates: serial (default), mp, mp:N, N, mpi, NAME:ARGS; options as "
             "mp:4,timeout=60" },
  [NCORES] = { "ncores", 0, ARG_VALUE, "N", "the same as --pool=mp:N" },
  [SET] = { "set", 'o', ARG_VALUE, "KEY=VALUE", "sampler option, repeatable; see --options" },
  [SEED] = { "seed", 0, ARG_VALUE, "N", "master seed (default: 0)" },
  [OUTPUT] = { "output", 0, ARG_VALUE, "FILE.nc", "result (default: STEM.nc)" },
  [CHECKPOINT] = { "checkpoint", 0, ARG_VALUE, "FILE", "checkpoint (default: STEM.ckpt)" },
  [CHECKPOINT_EVERY] = { "checkpoint-every", 0, ARG_VALUE, "SECONDS",
                         "time between checkpoints (default: 30; 0: after every step)" },
  [NO_RESUME] = { "no-resume", 0, ARG_FLAG, NULL, "start anew although there is a checkpoint" },
  [OVERWRITE] = { "overwrite", 0, ARG_FLAG, NULL, "replace the result of another problem" },
  [FORCE] = { "force", 'f', ARG_FLAG, NULL, "both --no-resume and --overwrite" },
  [MAX_TIME] = { "max-time", 0, ARG_VALUE, "DURATION",
                 "stop after this time (90, 90s, 15m, 2h30m), with a result" },
  [MAX_CALLS] = { "max-calls", 0, ARG_VALUE, "N",
                  "stop after this many likelihood calls, with a result" },
  [GETZPRIOR] = { "getzprior", 0, ARG_FLAG, NULL, "print the prior-deboosted model comparison" },
  [LIST] = { "list", 0, ARG_FLAG, NULL, "show the plugins found" },
  [MATRIX] = { "matrix", 0, ARG_FLAG, NULL, "show which samplers work with which pools" },
  [WHY] = { "why", 0, ARG_FLAG, "SAMPLER POOL", "explain one cell of the matrix" },
  [OPTIONS] = { "options", 0, ARG_OPTIONAL, "METHOD", "show the options of samplers and pools" },
  [DRY_RUN] = { "dry-run", 0, ARG_FLAG, NULL, "check everything and show it, run nothing" },
  [PLUGIN_PATH] = { "plugin-path", 0, ARG_VALUE, "DIRS", "folders to search for plugins first" },
  [PROGRESS] = { "progress", 0, ARG_VALUE, "HOW", "auto (default), bar, log or none" },
  [END] = { NULL, 0, 0, NULL, NULL },
};
static const arg_usage usage = {
  "socca-run", "[FIT.yaml]",
  "Runs one fit. Without a file name it takes ./fit.yaml; '-' reads standard input.", rows
};

typedef struct job {
  socca_journal *journal;
  socca_request request;
  int mode; /* METHOD: run */
  const char *options_of;
} job;

static socca_status take(job *j, int row, const char *value)
{
  switch (row) {
  case LIST:
  case MATRIX:
  case WHY:
  case DRY_RUN:
  case OPTIONS:
    if (row == OPTIONS) j->options_of = value;
    j->request.dry_run = row == DRY_RUN;
    j->mode = row;
    return SOCCA_OK;
  default:
    return socca_request_set(j->journal, &j->request, rows[row].name, value);
  }
}

static socca_status check(job *j, const args *a)
{
  int most = j->mode == WHY ? 2 : j->mode == METHOD || j->mode == DRY_RUN ? 1 : 0;
  socca_status s = socca_request_check(j->journal, &j->request);
  if (s) return s;
  if (a->noperands > most)
    return socca_error(j->journal, SOCCA_E_INPUT, "unexpected argument '%s'", a->operand[most]);
  if (j->mode == WHY && a->noperands < 2)
    return socca_error(j->journal, SOCCA_E_INPUT,
                       "--why takes a sampler and a pool: --why nautilus mp");
  j->request.fit_file = a->noperands && most == 1 ? a->operand[0] : "fit.yaml";
  return SOCCA_OK;
}

/* Option tables of one sampler, or of every plugin that can be loaded; as JSON, which is one object, of one. */
static socca_status show_options(const job *j, socca_registry *r, int json)
{
  const socca_entry *e = NULL;
  const void *vtbl;
  if (j->options_of || json) {
    const char *name = j->options_of ? j->options_of : "nautilus";
    if (!(e = socca_registry_find(r, SOCCA_KIND_SAMPLER, name)))
      return socca_journal_status(j->journal);
    socca_status s = socca_registry_load(r, e, &vtbl);
    return s ? s
             : listing_options(e->kind, e->meta.name, ((const socca_sampler_vtbl *)vtbl)->options,
                               json, stdout);
  }
  for (size_t i = 0; (e = socca_registry_entry(r, i)); i++) {
    if (e->state != SOCCA_USABLE || e->kind == SOCCA_KIND_MODEL) continue;
    if (socca_registry_load(r, e, &vtbl)) continue;
    const socca_option *table = e->kind == SOCCA_KIND_SAMPLER
                                    ? ((const socca_sampler_vtbl *)vtbl)->options
                                    : ((const socca_pool_vtbl *)vtbl)->options;
    socca_status s = listing_options(e->kind, e->meta.name, table, 0, stdout);
    if (s) return s;
  }
  return SOCCA_OK;
}

/* The pool as for --pool: mp:4 and 4 are cells of mp. */
static socca_status explain(const job *j, socca_registry *r, const args *a)
{
  char pool[4096];
  const char *rest;
  socca_status s =
      socca_pool_spec_split(j->journal, "--why", a->operand[1], pool, sizeof pool, &rest);
  return s ? s : listing_why(r, a->operand[0], pool, a->json, stdout);
}

static socca_status show(const job *j, const args *a)
{
  socca_registry *r = NULL;
  socca_status s = socca_fit_registry(j->journal, j->request.plugin_path, &r);
  if (!s && j->mode == LIST) s = listing_plugins(r, a->json, stdout);
  if (!s && j->mode == MATRIX) s = listing_matrix(r, a->json, stdout);
  if (!s && j->mode == WHY) s = explain(j, r, a);
  if (!s && j->mode == OPTIONS) s = show_options(j, r, a->json);
  if (r) socca_registry_close(r);
  return s;
}

static socca_status print_outcome(const job *j, socca_fit *f, int json)
{
  const socca_outcome *o = socca_fit_outcome(f);
  FILE *human = json ? stderr : stdout;
  if (!o || !socca_fit_is_root(f)) return SOCCA_OK;
  socca_outcome_print(o, human);
  if (j->request.getzprior) socca_outcome_comparison(o, human);
  return json ? socca_outcome_json(o, stdout) : SOCCA_OK;
}

static void tell_signal(const job *j, const socca_plan *plan, int signal)
{
  const char *name = sigabbrev_np(signal);
  if (plan->saves)
    socca_message(j->journal, SOCCA_LOG_INFO,
                  "stopped by SIG%s; '%s' holds what was done, the same command goes on from there",
                  name, plan->checkpoint);
  else if (*plan->checkpoint)
    socca_message(j->journal, SOCCA_LOG_WARN,
                  "stopped by SIG%s; nothing was saved: %s does not resume from checkpoints", name,
                  plan->method);
  else
    socca_message(j->journal, SOCCA_LOG_WARN,
                  "stopped by SIG%s; nothing was saved: the checkpoint's name is empty", name);
}

/* What a signal ended, the shell sees as 128 + its number. */
static int run(job *j, const args *a)
{
  socca_fit *f = NULL;
  socca_plan plan = { .opened = 0 };
  int signal = 0;
  if (a->quiet) j->request.progress = 3;
  socca_status s = socca_fit_open(j->journal, &j->request, &f);
  if (!s && j->mode == DRY_RUN) {
    s = dryrun(j->journal, f, a->json, stdout);
  } else if (!s) {
    s = socca_fit_run(f, &signal);
    socca_fit_plan(f, &plan);
    if (signal) tell_signal(j, &plan, signal);
    if (s >= 0 && !signal) s = print_outcome(j, f, a->json);
  }
  socca_fit_close(f);
  int status = tool_finish(j->journal, s, !plan.opened);
  return signal ? 128 + signal : status;
}

int main(int argc, char **argv)
{
  socca_launcher launcher;
  args a;
  socca_status s = SOCCA_OK, t;
  job j = { .journal = tool_start(usage.tool, &launcher) };
  if (!j.journal) return 1;
  socca_request_init(&j.request, "--");
  j.request.sets = socca_calloc((size_t)argc + 1, sizeof *j.request.sets);
  if (!j.request.sets) return tool_finish(j.journal, SOCCA_E_NOMEM, 1);
  args_begin(&a, j.journal, &usage, argc, argv);
  for (int i; (i = args_next(&a)) >= 0;)
    if ((t = take(&j, i, a.value)) && !s) s = t;
  if (a.leave) s = a.status;
  int status;
  if (!a.leave && !s) s = check(&j, &a);
  if (a.leave || s)
    status = tool_finish(j.journal, s, 1);
  else if (j.mode == METHOD || j.mode == DRY_RUN)
    status = run(&j, &a);
  else
    status = tool_finish(j.journal, show(&j, &a), 1);
  free(j.request.sets);
  return status;
}
