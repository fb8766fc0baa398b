/* SPDX-License-Identifier: BSD-3-Clause */
/* The embedding API: a fit with its own journal, its settings, and its draws as arrays. */
#include "config.h"
#include <base/file.h>
#include <base/text.h>
#include <errno.h>
#include <math.h>
#include <fit/fit.h>
#include <socca/fit.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SETTINGS = 1 << 20 };

struct socca_fitter {
  socca_journal *journal;
  socca_request request;
  char **kept; /* copies of what the caller gave */
  size_t nkept;
  socca_fit *fit;
  socca_status status; /* the first that was not success */
  int signal;
  socca_text errors;
  /* of the result */
  socca_table table;
  double *samples, *weights, *logw;
};

static const char *keep(socca_fitter *f, const char *s)
{
  char *copy = s ? socca_strdup(s) : NULL;
  if (copy) f->kept[f->nkept++] = copy;
  if (s && !copy) socca_no_memory(f->journal);
  return copy;
}

/* Notes how it went; the texts of errors are put together at once, so that asking for them cannot fail. */
static int32_t note(socca_fitter *f, socca_status s)
{
  socca_text_clear(&f->errors);
  if (s && !f->status) f->status = s;
  for (size_t i = 0; i < socca_journal_errors(f->journal); i++)
    socca_text_printf(&f->errors, "%s%s", i ? "\n" : "", socca_journal_error(f->journal, i));
  return s;
}

static socca_status set_messages(socca_fitter *f, const char *value)
{
  socca_launcher l;
  int warnings = value && !strcmp(value, "warnings"), all = value && !strcmp(value, "all");
  socca_launcher_probe(&l);
  if (!warnings && !all && (!value || strcmp(value, "none") != 0))
    return socca_error(f->journal, SOCCA_E_INPUT, "messages=%s: none, warnings or all is wanted",
                       value ? value : "");
  socca_journal_set_level(f->journal, all ? SOCCA_LOG_INFO : SOCCA_LOG_WARN);
  socca_journal_set_silent(f->journal, l.rank || (!warnings && !all));
  return SOCCA_OK;
}

static socca_status set_one(socca_fitter *f, const char *setting)
{
  if (!setting) return socca_error(f->journal, SOCCA_E_INPUT, "one of the settings is NULL");
  char *name = (char *)(uintptr_t)keep(f, setting);
  char *value = name ? strchr(name, '=') : NULL;
  if (!name) return SOCCA_E_NOMEM;
  if (value) *value++ = '\0';
  return strcmp(name, "messages") ? socca_request_set(f->journal, &f->request, name, value)
                                  : set_messages(f, value);
}

static socca_status open_fit(socca_fitter *f, const char *file, const char *text,
                             const char *const *settings, size_t n)
{
  socca_status s = SOCCA_OK, t;
  if (n > MOST_SETTINGS || (n && !settings))
    return socca_error(f->journal, SOCCA_E_INPUT, "%zu settings, but %s", n,
                       settings ? "no program has as many" : "no list of them");
  f->kept = socca_calloc(n + 2, sizeof *f->kept);
  f->request.sets = socca_calloc(n + 1, sizeof *f->request.sets);
  if (!f->kept || !f->request.sets) return socca_no_memory(f->journal);
  if (!file && !text)
    return socca_error(f->journal, SOCCA_E_INPUT, "neither a fit file nor its text was given");
  f->request.fit_file = keep(f, file);
  f->request.text = keep(f, text);
  if ((file && !f->request.fit_file) || (text && !f->request.text)) return SOCCA_E_NOMEM;
  for (size_t i = 0; i < n; i++)
    if ((t = set_one(f, settings[i])) && !s) s = t;
  if (!s) s = socca_request_check(f->journal, &f->request);
  return s ? s : socca_fit_open(f->journal, &f->request, &f->fit);
}

int32_t socca_fitter_open(const char *file, const char *text, const char *const *settings, size_t n,
                          socca_fitter **out)
{
  if (!out) return SOCCA_E_INPUT;
  socca_fitter *f = socca_calloc(1, sizeof *f);
  *out = NULL;
  if (!f) return SOCCA_E_NOMEM;
  f->journal = socca_journal_new("socca", SOCCA_LOG_WARN);
  if (!f->journal) {
    free(f);
    return SOCCA_E_NOMEM;
  }
  *out = f;
  socca_journal_set_silent(f->journal, 1);
  socca_request_init(&f->request, "");
  f->request.progress = 3;
  f->request.share = 1;
  return note(f, open_fit(f, file, text, settings, n));
}

static socca_status make_arrays(socca_fitter *f)
{
  const socca_outcome *o = socca_fit_outcome(f->fit);
  const char *why;
  if (!o) return SOCCA_OK;
  socca_status s = socca_outcome_table(o, &f->table, &why);
  if (s) return socca_error(f->journal, s, "%s", why);
  const socca_table *t = &f->table;
  f->samples = socca_calloc(t->n, t->ncol * sizeof *f->samples);
  f->weights = socca_calloc(t->n, sizeof *f->weights);
  f->logw = socca_calloc(t->n, sizeof *f->logw);
  if (!f->samples || !f->weights || !f->logw)
    return socca_error(f->journal, SOCCA_E_NOMEM, "out of memory for %zu draws", t->n);
  for (size_t i = 0; i < t->n; i++) {
    for (size_t k = 0; k < t->ncol; k++) f->samples[i * t->ncol + k] = t->x[k][i * t->stride];
    f->weights[i] = t->weights ? t->weights[i] : 1 / (double)t->n;
    f->logw[i] = t->logw ? t->logw[i] : -log((double)t->n);
  }
  return SOCCA_OK;
}

static socca_status not_open(socca_fitter *f)
{
  return f->status ? f->status : socca_error(f->journal, SOCCA_E_BUG, "this fit is not open");
}

int32_t socca_fitter_run(socca_fitter *f)
{
  if (!f) return SOCCA_E_INPUT;
  if (!f->fit) return note(f, not_open(f));
  int signal = 0;
  socca_status s = socca_fit_run(f->fit, &signal);
  if (signal) f->signal = signal;
  if (s == SOCCA_DONE) s = SOCCA_OK;
  return note(f, s ? s : make_arrays(f));
}

void socca_fitter_close(socca_fitter *f)
{
  if (!f) return;
  socca_table_free(&f->table);
  free(f->samples);
  free(f->weights);
  free(f->logw);
  socca_fit_close(f->fit);
  for (size_t i = 0; i < f->nkept; i++) free(f->kept[i]);
  free(f->kept);
  free(f->request.sets);
  socca_text_free(&f->errors);
  socca_journal_free(f->journal);
  free(f);
}

const char *socca_fitter_error(const socca_fitter *f)
{
  if (!f || f->errors.failed) return "out of memory";
  return f->errors.s ? f->errors.s : "";
}

const char *socca_fitter_warning(const socca_fitter *f, size_t i)
{
  return f ? socca_journal_warning(f->journal, i) : NULL;
}

int socca_fitter_exit_status(const socca_fitter *f)
{
  if (!f) return socca_exit_status(SOCCA_E_NOMEM); /* open() had no memory for it */
  return f->signal ? 128 + f->signal : socca_exit_status(f->status);
}

static socca_plan plan(const socca_fitter *f)
{
  socca_plan p = { .workers = 0 };
  if (f && f->fit) socca_fit_plan(f->fit, &p);
  return p;
}

uint32_t socca_fitter_rank(const socca_fitter *f)
{
  return plan(f).rank;
}

uint32_t socca_fitter_workers(const socca_fitter *f)
{
  return plan(f).workers;
}

size_t socca_fitter_draws(const socca_fitter *f)
{
  return f && f->logw ? f->table.n : 0;
}

size_t socca_fitter_columns(const socca_fitter *f)
{
  return f ? f->table.ncol : 0;
}

const char *socca_fitter_name(const socca_fitter *f, size_t i)
{
  return i < socca_fitter_columns(f) ? f->table.name[i] : NULL;
}

static const char *attribute(const socca_fitter *f, size_t i, const char *name)
{
  if (i >= socca_fitter_columns(f)) return NULL;
  const socca_item *item =
      socca_outcome_find(socca_fit_outcome(f->fit), "posterior", f->table.name[i], name);
  return item && item->type == SOCCA_BYTES ? item->data : "";
}

const char *socca_fitter_unit(const socca_fitter *f, size_t i)
{
  return attribute(f, i, "units");
}

const char *socca_fitter_kind(const socca_fitter *f, size_t i)
{
  return attribute(f, i, "kind");
}

const double *socca_fitter_samples(const socca_fitter *f)
{
  return f ? f->samples : NULL;
}

const double *socca_fitter_weights(const socca_fitter *f)
{
  return f ? f->weights : NULL;
}

const double *socca_fitter_logw(const socca_fitter *f)
{
  return f ? f->logw : NULL;
}

const double *socca_fitter_loglike(const socca_fitter *f)
{
  return f ? f->table.loglike : NULL;
}

static const socca_outcome *outcome(const socca_fitter *f)
{
  return f && f->fit ? socca_fit_outcome(f->fit) : NULL;
}

double socca_fitter_number(const socca_fitter *f, const char *name)
{
  const socca_outcome *o = outcome(f);
  if (!o || !name) return NAN;
  return socca_items_get_real(socca_outcome_attributes(o), name,
                              socca_items_get_real(socca_outcome_run(o), name, NAN));
}

const char *socca_fitter_text(const socca_fitter *f, const char *name)
{
  const socca_outcome *o = outcome(f);
  if (!o || !name) return NULL;
  const char *s = socca_items_get_text(socca_outcome_attributes(o), name);
  return s ? s : socca_items_get_text(socca_outcome_run(o), name);
}

/* On the rank that writes: is there anything to write, and may it be written to `path`? (NULL: no file) */
static const socca_outcome *to_write(socca_fitter *f, const char *path, socca_status *s)
{
  const socca_outcome *o = outcome(f);
  const char *why = path && f->fit ? socca_fit_input(f->fit, path) : NULL;
  *s = SOCCA_OK;
  if (!o)
    *s = socca_error(f->journal, SOCCA_E_INPUT, "there is no result to be written");
  else if (path && !*path)
    *s = socca_error(f->journal, SOCCA_E_INPUT, "the name of the file to be written is empty");
  else if (why)
    *s = socca_error(f->journal, SOCCA_E_INPUT, "cannot write '%s': %s", path, why);
  return *s ? NULL : o;
}

int32_t socca_fitter_write(socca_fitter *f, const char *path)
{
  socca_status s;
  if (!f) return SOCCA_E_INPUT;
  if (socca_fitter_rank(f)) return SOCCA_OK;
  const socca_outcome *o = to_write(f, path ? path : "", &s);
  if (o) s = socca_outcome_write(f->journal, o, path, 0);
  return note(f, s);
}

int32_t socca_fitter_write_csv(socca_fitter *f, const char *path)
{
  socca_status s;
  socca_output *out = NULL;
  if (!f) return SOCCA_E_INPUT;
  if (socca_fitter_rank(f)) return SOCCA_OK;
  const socca_outcome *o = to_write(f, path ? path : "", &s);
  if (o) s = socca_output_open(f->journal, path, &out);
  if (!s) s = socca_outcome_csv(f->journal, o, socca_output_stream(out));
  if (!s) return note(f, socca_output_commit(out, 0));
  socca_output_discard(out);
  return note(f, s);
}

int32_t socca_fitter_print(socca_fitter *f)
{
  socca_status s;
  if (!f) return SOCCA_E_INPUT;
  if (socca_fitter_rank(f)) return SOCCA_OK;
  const socca_outcome *o = to_write(f, NULL, &s);
  if (o) socca_outcome_print(o, stdout);
  if (o && f->request.getzprior) socca_outcome_comparison(o, stdout);
  if (o && fflush(stdout)) s = socca_error(f->journal, SOCCA_E_IO, "%s", strerror(errno));
  return note(f, s);
}

socca_team *socca_fitter_team(socca_fitter *f)
{
  return f && f->fit ? socca_fit_team(f->fit) : NULL;
}

int32_t socca_fitter_use_pool(socca_fitter *f, const socca_plugin *pool, void *self)
{
  if (!f) return SOCCA_E_INPUT;
  return note(f, f->fit ? socca_fit_use_pool(f->fit, pool, self) : not_open(f));
}
