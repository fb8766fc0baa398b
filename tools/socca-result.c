/* SPDX-License-Identifier: BSD-3-Clause */
/* Shows and exports what an earlier run left behind. */
#include "config.h"
#include "args.h"
#include "start.h"
#include <result/result.h>
#include <string.h>

enum { OPT_DIGEST, OPT_EXPORT, OPT_BMC };
static const arg_row rows[] = {
  [OPT_DIGEST] = { "digest", 0, ARG_FLAG, NULL,
                   "one hash of the result: equal for equal runs on any pool" },
  [OPT_EXPORT] = { "export", 0, ARG_VALUE, "FORMAT",
                   "the draws: csv, a table on standard output; getdist, files STEM.txt, "
                   "STEM.paramnames and STEM.ranges" },
  [OPT_BMC] = { "bmc", 0, ARG_FLAG, NULL, "comparison with the model of no source at all" },
  { .name = NULL },
};
static const arg_usage usage = {
  "socca-result", "RESULT.nc",
  "Prints an earlier run: without options, the summary that socca-run showed at its end.", rows
};

typedef struct wishes {
  int digest, csv, getdist, bmc, json;
} wishes;

static socca_status show(socca_journal *j, const socca_outcome *o, const char *path,
                         const wishes *w)
{
  char hex[33];
  if (w->getdist) return socca_outcome_getdist(j, o, path);
  if (w->csv) return socca_outcome_csv(j, o, stdout);
  if (w->digest) {
    socca_outcome_digest(o, hex);
    puts(hex);
  } else if (w->bmc)
    socca_outcome_comparison(o, stdout);
  else if (w->json)
    return socca_outcome_json(o, stdout);
  else
    socca_outcome_print(o, stdout);
  return SOCCA_OK;
}

static void read_arguments(args *a, wishes *w, socca_journal *j)
{
  for (int i; (i = args_next(a)) >= 0;) {
    w->digest |= i == OPT_DIGEST;
    w->bmc |= i == OPT_BMC;
    if (i != OPT_EXPORT) continue;
    if (strcmp(a->value, "csv") == 0)
      w->csv = 1;
    else if (strcmp(a->value, "getdist") == 0)
      w->getdist = 1;
    else
      socca_error(j, SOCCA_E_INPUT, "unknown format '--export=%s'; known: csv, getdist", a->value);
  }
  w->json = a->json;
  if (a->leave) return;
  if (a->noperands != 1)
    socca_error(j, SOCCA_E_INPUT, "one result file is needed: socca-result [OPTIONS] RESULT.nc");
  if (w->digest + w->csv + w->getdist + w->bmc + w->json > 1)
    socca_error(j, SOCCA_E_INPUT, "give one of --json, --digest, --export and --bmc");
}

int main(int argc, char **argv)
{
  socca_launcher launcher;
  args a;
  wishes w = { 0 };
  socca_outcome *o = NULL;
  socca_journal *j = tool_start(usage.tool, &launcher);
  if (!j) return 1;
  if (launcher.rank) return tool_finish(j, SOCCA_OK, 0); /* the first rank works */
  args_begin(&a, j, &usage, argc, argv);
  read_arguments(&a, &w, j);
  socca_status s = a.leave ? a.status : socca_journal_status(j);
  if (!a.leave && !s) s = socca_outcome_read(j, a.operand[0], &o);
  if (o) s = show(j, o, a.operand[0], &w);
  socca_outcome_free(o);
  return tool_finish(j, s, 0);
}
