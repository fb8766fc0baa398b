/* SPDX-License-Identifier: BSD-3-Clause */
/* What a sampler knows at the end, made complete: physical values, evidences, attributes, facts of the best fit. */
#include "config.h"
#include "fit_private.h"
#include <base/text.h>
#include <base/version.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef __clang__
#define SOCCA_BUILD "clang " __clang_version__
#else
#define SOCCA_BUILD "gcc " __VERSION__
#endif

/* Draws are stored as physical values, whatever space the sampler works in. */
static void make_physical(const void *problem, uint32_t from, double *x)
{
  socca_problem_convert(problem, from, x, SOCCA_PHYSICAL, x, NULL);
}

static double prior_evidence(const socca_parameters *p)
{
  double sum = 0;
  for (uint32_t i = 0; i < socca_parameters_ndim(p); i++)
    sum += socca_prior_log_square(socca_parameters_prior(p, i));
  return sum;
}

/* Everything that equal runs have in common. */
static socca_status describe(socca_fit *f, socca_result *a)
{
  const socca_report *c = &f->session.count;
  const socca_meta *model = socca_problem_model_meta(f->problem);
  const socca_cx cx = socca_problem_cx(f->problem);
  const socca_item *item;
  double null = NAN;
  socca_status s = socca_problem_null(f->problem, &null);
  const struct {
    const char *name, *text;
  } texts[] = { { "socca_version", socca_version() },
                { "build", SOCCA_BUILD },
                { "model", model->name },
                { "model_version", model->version },
                { "method", f->sampler->meta.name },
                { "method_version", f->sampler->meta.version },
                { "stopped", socca_session_stopped(&f->session) },
                { "fingerprint", f->fingerprint },
                { "fit_file", socca_tree_text(f->tree) } };
  const struct {
    const char *name;
    int64_t value;
  } integers[] = { { "isa_level", cx.isa },
                   { "seed", (int64_t)f->seed },
                   { "ndim", cx.ndim },
                   { "n_calls", (int64_t)c->calls },
                   { "n_gradients", (int64_t)c->gradients },
                   { "n_nan", (int64_t)c->nonfinite } };
  for (size_t i = 0; !s && i < sizeof texts / sizeof *texts; i++)
    s = socca_items_text(a, texts[i].name, texts[i].text);
  for (size_t i = 0; !s && i < sizeof integers / sizeof *integers; i++)
    s = socca_items_integer(a, integers[i].name, integers[i].value);
  for (size_t i = 0; !s && (item = socca_items_at(f->identity, i)); i++)
    if (!strncmp(item->name, "sampler.", 8)) s = socca_items_text(a, item->name, item->data);
  for (size_t i = 0; !s && (item = socca_items_at(f->limits, i)); i++)
    s = socca_items_text(a, item->name, item->data);
  if (!s)
    s = socca_items_real(a, "logz_prior", prior_evidence(socca_problem_parameters(f->problem)));
  return s ? s : socca_items_real(a, "logz_data", null);
}

/* What varies between equal runs. */
static socca_status describe_run(const socca_fit *f, socca_result *r)
{
  const socca_report *c = &f->session.count;
  char host[256] = "", date[32] = "";
  time_t now = time(NULL);
  struct tm utc;
  if (gethostname(host, sizeof host - 1)) host[0] = '\0';
  if (gmtime_r(&now, &utc)) strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
  socca_status s = socca_items_real(r, "seconds", socca_session_seconds(&f->session));
  if (!s) s = socca_items_real(r, "busy", c->busy);
  if (!s) s = socca_items_integer(r, "n_outside", (int64_t)c->outside);
  if (!s) s = socca_items_integer(r, "n_reissued", (int64_t)c->reissued);
  if (!s) s = socca_items_integer(r, "n_deaths", (int64_t)c->deaths);
  if (!s) s = socca_items_text(r, "pool", f->pool->meta.name);
  if (!s) s = socca_items_integer(r, "workers", f->workers);
  if (!s) s = socca_items_text(r, "host", host);
  return s ? s : socca_items_text(r, "date", date);
}

/* What a result is made of. */
typedef struct parts {
  socca_result *collected, *attributes, *run, *observed;
  socca_sample_set set;  /* the draws of `collected`, as physical values */
  double *all, *derived; /* all parameters of a draw; derived values of all draws */
} parts;

static void fill(const socca_problem *p, const parts *t, size_t draw)
{
  socca_parameters_fill(socca_problem_parameters(p), t->set.x + draw * t->set.ndim, t->all);
}

/* chi2 and the like at the draw of highest likelihood */
static socca_status best_facts(socca_problem *p, parts *t)
{
  size_t best = socca_items_best(t->collected);
  if (best == SIZE_MAX) return SOCCA_OK;
  fill(p, t, best);
  return socca_problem_facts(p, t->all, t->attributes);
}

static socca_status derive(socca_problem *p, parts *t)
{
  socca_status s = SOCCA_OK;
  const size_t n = socca_problem_nderived(p);
  for (size_t i = 0; n && !s && i < t->set.n; i++) {
    fill(p, t, i);
    s = socca_problem_derived(p, t->all, t->derived + i * n);
  }
  return s;
}

static socca_status complete(socca_fit *f, parts *t)
{
  socca_problem *p = f->problem;
  t->all = socca_calloc(socca_parameters_count(socca_problem_parameters(p)) + 1, sizeof *t->all);
  t->derived = socca_calloc(t->set.n * socca_problem_nderived(p) + 1, sizeof *t->derived);
  if (!t->all || !t->derived) return socca_no_memory(f->journal);
  socca_status s = describe(f, t->attributes);
  if (!s) s = best_facts(p, t);
  if (!s) s = describe_run(f, t->run);
  if (!s) s = socca_problem_observed(p, t->observed);
  return s ? s : derive(p, t);
}

static socca_status build(socca_fit *f, parts *t)
{
  socca_items_set_ndim(t->collected, socca_problem_cx(f->problem).ndim);
  socca_status s = f->sampler_vtbl->result(f->session.state, &f->session.run.as.run, t->collected);
  if (s) return s;
  socca_items_convert_draws(t->collected, SOCCA_PHYSICAL, make_physical, f->problem);
  socca_items_samples(t->collected, &t->set);
  if (!t->set.n && f->session.stopped != SOCCA_STOPPED_DONE) {
    socca_message(f->journal, SOCCA_LOG_WARN, "stopped before there was a draw: no result yet");
    return SOCCA_OK;
  }
  s = complete(f, t);
  const socca_outcome_setup setup = { .parameters = socca_problem_parameters(f->problem),
                                      .collected = t->collected,
                                      .attributes = t->attributes,
                                      .run = t->run,
                                      .observed = t->observed,
                                      .derived = socca_problem_derived_names(f->problem),
                                      .derived_units = socca_problem_derived_units(f->problem),
                                      .nderived = socca_problem_nderived(f->problem),
                                      .derived_values = t->derived,
                                      .seed = f->seed };
  return s ? s : socca_outcome_build(f->journal, &setup, &f->outcome);
}

socca_status socca_fit_conclude(socca_fit *f)
{
  parts t = { .collected = socca_items_new(f->journal),
              .attributes = socca_items_new(f->journal),
              .run = socca_items_new(f->journal),
              .observed = socca_items_new(f->journal) };
  const int there = t.collected && t.attributes && t.run && t.observed;
  socca_status s = there ? build(f, &t) : socca_no_memory(f->journal);
  if (!s && f->outcome && f->output[0])
    s = socca_outcome_write(f->journal, f->outcome, f->output, f->same_result);
  socca_items_free(t.collected);
  socca_items_free(t.attributes);
  socca_items_free(t.run);
  socca_items_free(t.observed);
  free(t.all);
  free(t.derived);
  return s;
}
