/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "args.h"
#include <base/text.h>
#include <base/version.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { COM_QUIET, COM_VERBOSE, COM_JSON, COM_HELP, COM_VERSION, COM_COUNT };
static const arg_row common[] = {
  [COM_QUIET] = { "quiet", 'q', ARG_FLAG, NULL, "warnings and errors only" },
  [COM_VERBOSE] = { "verbose", 'v', ARG_FLAG, NULL, "tell more" },
  [COM_JSON] = { "json", 0, ARG_FLAG, NULL, "one JSON object on standard output" },
  [COM_HELP] = { "help", 'h', ARG_FLAG, NULL, "show this help" },
  [COM_VERSION] = { "version", 0, ARG_FLAG, NULL, "show the version" },
  [COM_COUNT] = { NULL, 0, 0, NULL, NULL },
};

/* getopt's view of both tables. Row i has val ID + i, out of the way of any character. */
enum { ID = UCHAR_MAX + 1, WIDTH = 100, INDENT = 30 };
typedef struct tables {
  size_t nrows, n; /* the tool's, all */
  char *letters;
  struct option *longs;
  const char **names;
} tables;

static const arg_row *row_at(const args *a, size_t i)
{
  const tables *t = a->tables;
  return i < t->nrows ? &a->usage->rows[i] : &common[i - t->nrows];
}

static void tables_free(tables *t)
{
  if (t) {
    free(t->letters);
    free(t->longs);
    free(t->names);
  }
  free(t);
}

static tables *tables_new(const arg_row *rows)
{
  tables *t = socca_calloc(1, sizeof *t);
  if (!t) return NULL;
  while (rows[t->nrows].name) t->nrows++;
  t->n = t->nrows + COM_COUNT;
  t->letters = socca_calloc(3 * t->n + 2, 1);
  t->longs = socca_calloc(t->n + 1, sizeof *t->longs);
  t->names = socca_calloc(t->n, sizeof *t->names);
  if (!t->letters || !t->longs || !t->names) {
    tables_free(t);
    return NULL;
  }
  char *l = t->letters;
  *l++ = ':'; /* a missing value is told apart from an unknown option */
  for (size_t i = 0; i < t->n; i++) {
    const arg_row *r = i < t->nrows ? &rows[i] : &common[i - t->nrows];
    t->names[i] = r->name;
    t->longs[i] = (struct option){ r->name, r->takes, NULL, ID + (int)i };
    if (r->letter) *l++ = r->letter;
    for (int k = 0; r->letter && k < r->takes; k++) *l++ = ':';
  }
  return t;
}

void args_begin(args *a, socca_journal *j, const arg_usage *usage, int argc, char **argv)
{
  *a = (args){ .journal = j, .usage = usage, .argc = argc, .argv = argv };
  a->tables = tables_new(usage->rows);
  if (!a->tables) {
    a->leave = 1;
    a->status = socca_no_memory(j);
  }
  opterr = 0;
  optind = 0; /* start anew */
}

/* Help text from column INDENT on, broken between words. */
static void print_wrapped(const char *s, int column)
{
  printf("%*s", column <= INDENT ? INDENT - column + 1 : 0, "");
  if (column > INDENT) printf("\n%*s", INDENT, "");
  for (column = INDENT; *s;) {
    size_t n = strcspn(s, " ");
    if (column > INDENT && column + (int)n >= WIDTH) {
      printf("\n%*s", INDENT, "");
      column = INDENT;
    }
    printf("%s%.*s", column > INDENT ? " " : "", (int)n, s);
    column += (int)n + (column > INDENT);
    s += n + strspn(s + n, " ");
  }
  putchar('\n');
}

static void print_help(const args *a)
{
  const tables *t = a->tables;
  const char *operands = a->usage->operands;
  printf("Usage: %s [OPTIONS]%s%s\n%s\n\n", a->usage->tool, operands && *operands ? " " : "",
         operands ? operands : "", a->usage->summary);
  for (size_t i = 0; i < t->n; i++) {
    const arg_row *r = row_at(a, i);
    int column =
        r->letter ? printf("  -%c, --%s", r->letter, r->name) : printf("      --%s", r->name);
    const char *value = r->value ? r->value : "";
    if (r->takes == ARG_VALUE) column += printf("=%s", value);
    if (r->takes == ARG_OPTIONAL) column += printf("[=%s]", value);
    if (r->takes == ARG_FLAG && *value) column += printf(" %s", value);
    print_wrapped(r->help, column + 1);
  }
}

/* Names of the options that `word` abbreviates; 0: none. */
static int abbreviated(const tables *t, const char *word, size_t n, socca_text *names)
{
  int count = 0;
  for (size_t i = 0; i < t->n; i++)
    if (!strncmp(t->names[i], word, n)) {
      socca_text_printf(names, "%s--%s", count ? ", " : "", t->names[i]);
      count++;
    }
  return count;
}

static socca_status unknown_letter(const args *a, int letter)
{
  return socca_error(a->journal, SOCCA_E_INPUT, "unknown option '-%c'; see %s --help", letter,
                     a->usage->tool);
}

static socca_status unknown_name(const args *a, const char *word)
{
  const tables *t = a->tables;
  size_t n = strcspn(word + 2, "=");
  socca_text names = { 0 }, given = { 0 };
  socca_text_add(&given, word + 2, n);
  socca_status s;
  if (given.failed) {
    s = socca_no_memory(a->journal);
  } else if (abbreviated(t, word + 2, n, &names) > 1) {
    s = socca_error(a->journal, SOCCA_E_INPUT, "option '--%s' is ambiguous: %s", given.s,
                    names.s ? names.s : "");
  } else {
    const char *near = socca_nearest(given.s, t->names, t->n);
    s = near ? socca_error(a->journal, SOCCA_E_INPUT, "unknown option '--%s'; did you mean '--%s'?",
                           given.s, near)
             : socca_error(a->journal, SOCCA_E_INPUT, "unknown option '--%s'; see %s --help",
                           given.s, a->usage->tool);
  }
  socca_text_free(&names);
  socca_text_free(&given);
  return s;
}

/* `val`: what getopt left in optopt for an option that it knows, given in a wrong way. */
static socca_status misused(const args *a, int val, int missing)
{
  const tables *t = a->tables;
  for (size_t i = 0; i < t->n; i++) {
    const arg_row *r = row_at(a, i);
    if (val != ID + (int)i && (val != r->letter || !r->letter)) continue;
    if (missing)
      return socca_error(a->journal, SOCCA_E_INPUT, "option '--%s' needs a value: --%s=%s", r->name,
                         r->name, r->value ? r->value : "VALUE");
    return socca_error(a->journal, SOCCA_E_INPUT, "option '--%s' takes no value", r->name);
  }
  return socca_error(a->journal, SOCCA_E_INPUT, "cannot read the command line");
}

static void take_common(args *a, size_t i)
{
  if (i == COM_QUIET) {
    a->quiet = 1;
    socca_journal_set_level(a->journal, SOCCA_LOG_WARN);
  }
  if (i == COM_VERBOSE) socca_journal_set_level(a->journal, SOCCA_LOG_DEBUG);
  if (i == COM_JSON) a->json = 1;
  if (i == COM_HELP) print_help(a);
  if (i == COM_VERSION) printf("%s (socca) %s\n", a->usage->tool, socca_version());
  if (i == COM_HELP || i == COM_VERSION) a->leave = 1;
}

static int row_of(const args *a, int val)
{
  const tables *t = a->tables;
  if (val >= ID) return val - ID;
  for (size_t i = 0; i < t->n; i++)
    if (row_at(a, i)->letter == val) return (int)i;
  return -1;
}

static int finish(args *a)
{
  a->operand = a->argv + optind;
  a->noperands = a->argc - optind;
  tables_free(a->tables);
  a->tables = NULL;
  return -1;
}

int args_next(args *a)
{
  const tables *t = a->tables;
  while (t && !(a->leave && !a->status)) {
    optopt = 0;
    int val = getopt_long(a->argc, a->argv, t->letters, t->longs, NULL);
    if (val == -1) break;
    a->value = optarg;
    socca_status s = SOCCA_OK;
    if (val == '?' && !optopt)
      s = unknown_name(a, a->argv[optind - 1]);
    else if (val == '?' && optopt >= ID)
      s = misused(a, optopt, 0);
    else if (val == '?')
      s = unknown_letter(a, optopt);
    else if (val == ':')
      s = misused(a, optopt, 1);
    if (s) {
      a->leave = 1;
      if (!a->status) a->status = s;
      continue;
    }
    int i = row_of(a, val);
    if (i >= 0 && (size_t)i < t->nrows) return i;
    if (i >= 0) take_common(a, (size_t)i - t->nrows);
  }
  return t ? finish(a) : -1;
}

int args_exit(socca_journal *j, socca_status s)
{
  int failed = fflush(stdout) | ferror(stdout);
  if (failed && s >= 0)
    s = socca_error(j, SOCCA_E_IO, "cannot write to standard output: %s", strerror(errno));
  socca_journal_flush(j);
  return socca_exit_status(s);
}
