/* SPDX-License-Identifier: BSD-3-Clause */
/* Settings of a run by their names, as command lines and embedding programs give them. */
#include "config.h"
#include <base/text.h>
#include <math.h>
#include <fit/fit.h>
#include <stdio.h>
#include <string.h>

enum { LENGTH_MAX = 40 };
static const char *const names[] = { "method",    "pool",      "ncores",      "set",
                                     "seed",      "output",    "checkpoint",  "checkpoint-every",
                                     "no-resume", "overwrite", "force",       "max-time",
                                     "max-calls", "getzprior", "plugin-path", "progress" };

void socca_request_init(socca_request *r, const char *dashes)
{
  *r = (socca_request){ .dashes = dashes, .checkpoint_every = NAN, .max_time = NAN };
}

static socca_status wrong(socca_journal *j, const socca_request *r, const char *name,
                          const char *value, const char *expected)
{
  return socca_error(j, SOCCA_E_INPUT, "%s%s=%s: %s is wanted", r->dashes, name, value, expected);
}

static socca_status set_workers(socca_journal *j, socca_request *r, const char *value)
{
  int64_t n;
  if (socca_parse_int64(value, &n) || n < 1)
    return wrong(j, r, "ncores", value, "a number from 1 on");
  snprintf(r->ncores, sizeof r->ncores, "mp:%lld", (long long)n);
  return SOCCA_OK;
}

static socca_status set_progress(socca_journal *j, socca_request *r, const char *value)
{
  static const char *const how[] = { "auto", "bar", "log", "none" };
  for (int i = 0; i < 4; i++)
    if (!strcmp(value, how[i])) {
      r->progress = i;
      return SOCCA_OK;
    }
  return wrong(j, r, "progress", value, "auto, bar, log or none");
}

static socca_status set_number(socca_journal *j, socca_request *r, const char *name,
                               const char *value)
{
  if (!strcmp(name, "seed")) {
    r->has_seed = 1;
    return socca_parse_uint64(value, &r->seed)
               ? wrong(j, r, name, value, "a whole number from 0 on")
               : SOCCA_OK;
  }
  if (!strcmp(name, "checkpoint-every"))
    return socca_parse_duration(value, &r->checkpoint_every)
               ? wrong(j, r, name, value, "a time such as 30 or 5m")
               : SOCCA_OK;
  if (!strcmp(name, "max-time"))
    return socca_parse_duration(value, &r->max_time) || !(r->max_time > 0)
               ? wrong(j, r, name, value, "a time such as 90, 90s, 15m or 2h30m")
               : SOCCA_OK;
  return socca_parse_uint64(value, &r->max_calls) || !r->max_calls
             ? wrong(j, r, name, value, "a number from 1 on")
             : SOCCA_OK;
}

/* A flag, with or without a value; 0: the name is none. */
static int is_flag(socca_request *r, const char *name, int on)
{
  const struct {
    const char *name;
    int *field[2];
  } flags[] = { { "no-resume", { &r->no_resume, NULL } },
                { "overwrite", { &r->overwrite, NULL } },
                { "force", { &r->no_resume, &r->overwrite } },
                { "getzprior", { &r->getzprior, NULL } } };
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
    if (strcmp(name, flags[i].name) != 0) continue;
    for (int k = 0; k < 2; k++)
      if (flags[i].field[k]) *flags[i].field[k] = on;
    return 1;
  }
  return 0;
}

static socca_status set_text(socca_journal *j, socca_request *r, const char *name,
                             const char *value)
{
  const struct {
    const char *name, **field;
  } texts[] = { { "method", &r->method },
                { "pool", &r->pool },
                { "output", &r->output },
                { "checkpoint", &r->checkpoint },
                { "plugin-path", &r->plugin_path } };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (!strcmp(name, texts[i].name)) {
      *texts[i].field = value;
      return SOCCA_OK;
    }
  if (!strcmp(name, "ncores")) return set_workers(j, r, value);
  if (!strcmp(name, "progress")) return set_progress(j, r, value);
  if (strcmp(name, "set") != 0) return set_number(j, r, name, value);
  r->sets[r->nsets++] = value;
  return SOCCA_OK;
}

socca_status socca_request_set(socca_journal *j, socca_request *r, const char *name,
                               const char *value)
{
  const size_t n = sizeof names / sizeof *names;
  size_t i = 0;
  int off = value && !strcmp(value, "false");
  while (i < n && strcmp(name, names[i]) != 0) i++;
  if (i == n) {
    const char *near = socca_nearest(name, names, n);
    return socca_error(j, SOCCA_E_INPUT, "unknown setting '%.*s'%s%s%s", LENGTH_MAX, name,
                       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  }
  if (is_flag(r, name, !off)) {
    if (!value || off || !strcmp(value, "true")) return SOCCA_OK;
    return wrong(j, r, name, value, "true or false");
  }
  if (!value)
    return socca_error(j, SOCCA_E_INPUT, "%s%s needs a value: %s%s=...", r->dashes, name, r->dashes,
                       name);
  return set_text(j, r, name, value);
}

socca_status socca_request_check(socca_journal *j, socca_request *r)
{
  if (r->pool && r->ncores[0])
    return socca_error(j, SOCCA_E_INPUT, "cannot specify both %sncores and %spool", r->dashes,
                       r->dashes);
  if (r->ncores[0]) r->pool = r->ncores;
  return SOCCA_OK;
}
