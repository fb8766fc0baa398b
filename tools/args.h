/* SPDX-License-Identifier: BSD-3-Clause */
/* Command lines of all tools: one table of rows parses, documents and suggests.
 *
 *   enum { OPT_METHOD, OPT_LIST };
 *   static const arg_row rows[] = {
 *     [OPT_METHOD] = { "method", 0, ARG_VALUE, "NAME", "sampler to use" },
 *     [OPT_LIST] = { "list", 0, ARG_FLAG, NULL, "plugins found" },
 *     { .name = NULL } };
 *   static const arg_usage usage = { "socca-run", "[FIT.yaml]", "Runs one fit.", rows };
 *   args a;
 *   args_begin(&a, journal, &usage, argc, argv);
 *   for (int i; (i = args_next(&a)) >= 0;) switch (i) { case OPT_METHOD: method = a.value; ... }
 *   if (a.leave) return args_exit(journal, a.status);
 *   ... a.operand[0 .. a.noperands) ...
 *   return args_exit(journal, status);
 *
 * Every tool has -q, -v, --json, --help and --version besides: they are handled here. */
#ifndef SOCCA_TOOLS_ARGS_H
#define SOCCA_TOOLS_ARGS_H
#include <base/journal.h>

enum { ARG_FLAG, ARG_VALUE, ARG_OPTIONAL }; /* no value; --x=V or --x V; --x or --x=V */
typedef struct arg_row {
  const char *name; /* without dashes; NULL ends the table */
  char letter;      /* 0: none */
  char takes;
  const char *value; /* shown by --help; for an ARG_FLAG: operands that it goes with */
  const char *help;
} arg_row;

typedef struct arg_usage {
  const char *tool, *operands, *summary;
  const arg_row *rows;
} arg_usage;

typedef struct args {
  const char *value; /* of the option just returned; NULL: none given */
  char **operand;
  int noperands;
  int json, quiet;
  int leave; /* after --help or --version, or with errors recorded */
  socca_status status;
  /* private */
  socca_journal *journal;
  const arg_usage *usage;
  int argc;
  char **argv;
  void *tables;
} args;

void args_begin(args *, socca_journal *, const arg_usage *, int argc, char **argv);
int args_next(args *); /* index into usage->rows; -1 at the end */
/* Prints collected errors, and makes sure that what was printed arrived: main's return value. */
int args_exit(socca_journal *, socca_status);
#endif
