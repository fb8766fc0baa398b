/* SPDX-License-Identifier: BSD-3-Clause */
/* What a sampler knows at the end, made complete: physical values, evidences, attributes, facts of the best fit. */
#include "config.h"
#include "fit_private.h"
#include "items_private.h"
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
static void make_physical(const socca_problem *p, socca_result *r)
{
  socca_sample_set *set = &r->draws.set;
  for (size_t i = 0; i < set->n && set->space != SOCCA_PHYSICAL; i++) {
    double *x = r->draws.x + i * p->ndim;
    socca_problem_convert(p, set->space, x, SOCCA_PHYSICAL, x, NULL);
  }
  set->space = SOCCA_PHYSICAL;
}

static double prior_evidence(const socca_problem *p)
{
  double sum = 0;
  for (uint32_t i = 0; i < p->ndim; i++)
    sum += socca_prior_log_square(socca_parameters_prior(p->parameters, i));
  return sum;
}

/* Everything that equal runs have in common. */
static socca_status describe(socca_fit *f, socca_result *a)
{
  const socca_report *c = &f->session.count;
  const socca_item *item;
  double null = NAN;
  socca_status s = socca_problem_null(f->problem, &null);
  const struct {
    const char *name, *text;
  } texts[] = { { "socca_version", socca_version() },
                { "build", SOCCA_BUILD },
                { "model", f->problem->meta.name },
                { "model_version", f->problem->meta.version },
                { "method", f->sampler->meta.name },
                { "method_version", f->sampler->meta.version },
                { "stopped", socca_session_stopped(&f->session) },
                { "fingerprint", f->fingerprint },
                { "fit_file", socca_tree_text(f->tree) } };
  const struct {
    const char *name;
    int64_t value;
  } integers[] = { { "isa_level", f->problem->worker.as.cx.isa },
                   { "seed", (int64_t)f->seed },
                   { "ndim", f->problem->ndim },
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
  if (!s) s = socca_items_real(a, "logz_prior", prior_evidence(f->problem));
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
  double seconds = f->session.seconds + socca_seconds() - f->session.started;
  socca_status s = socca_items_real(r, "seconds", seconds);
  if (!s) s = socca_items_real(r, "busy", c->busy);
  if (!s) s = socca_items_integer(r, "n_outside", (int64_t)c->outside);
  if (!s) s = socca_items_integer(r, "n_reissued", (int64_t)c->reissued);
  if (!s) s = socca_items_integer(r, "n_deaths", (int64_t)c->deaths);
  if (!s) s = socca_items_text(r, "pool", f->pool->meta.name);
  if (!s) s = socca_items_integer(r, "workers", f->workers);
  if (!s) s = socca_items_text(r, "host", host);
  return s ? s : socca_items_text(r, "date", date);
}

/* chi2 and the like at the draw of highest likelihood */
static socca_status best_facts(socca_fit *f, const socca_result *collected, socca_result *a)
{
  socca_problem *p = f->problem;
  size_t best = socca_items_best(collected);
  if (best == SIZE_MAX) return SOCCA_OK;
  socca_parameters_fill(p->parameters, collected->draws.x + best * p->ndim, p->all);
  return socca_problem_facts(p, p->all, a);
}

static socca_status derive(socca_problem *p, const socca_result *collected, double **out)
{
  const socca_sample_set *set = &collected->draws.set;
  socca_status s = SOCCA_OK;
  *out = NULL;
  if (!p->nderived) return SOCCA_OK;
  *out = socca_calloc(set->n * p->nderived + 1, sizeof **out);
  if (!*out) return socca_no_memory(p->journal);
  for (size_t i = 0; !s && i < set->n; i++) {
    socca_parameters_fill(p->parameters, set->x + i * p->ndim, p->all);
    s = socca_problem_derived(p, p->all, *out + i * p->nderived);
  }
  return s;
}

static socca_status build(socca_fit *f, socca_result *part[4], double **derived)
{
  socca_result *collected = part[0], *attributes = part[1], *run = part[2], *observed = part[3];
  socca_items_set_ndim(collected, f->problem->ndim);
  socca_status s = f->sampler_vtbl->result(f->session.state, &f->session.run.as.run, collected);
  if (s) return s;
  if (!collected->draws.set.n && f->session.stopped != SOCCA_STOPPED_DONE) {
    socca_message(f->journal, SOCCA_LOG_WARN, "stopped before there was a draw: no result yet");
    return SOCCA_OK;
  }
  make_physical(f->problem, collected);
  s = describe(f, attributes);
  if (!s) s = best_facts(f, collected, attributes);
  if (!s) s = describe_run(f, run);
  if (!s) s = socca_problem_observed(f->problem, observed);
  if (!s) s = derive(f->problem, collected, derived);
  const socca_outcome_setup setup = { .parameters = f->problem->parameters,
                                      .collected = collected,
                                      .attributes = attributes,
                                      .run = run,
                                      .observed = observed,
                                      .derived = socca_problem_derived_names(f->problem),
                                      .derived_units =
                                          (const char *const *)f->problem->derived_units,
                                      .nderived = socca_problem_nderived(f->problem),
                                      .derived_values = *derived,
                                      .seed = f->seed };
  return s ? s : socca_outcome_build(f->journal, &setup, &f->outcome);
}

socca_status socca_fit_conclude(socca_fit *f)
{
  socca_result *part[4];
  double *derived = NULL;
  int complete = 1;
  for (int i = 0; i < 4; i++) complete &= (part[i] = socca_items_new(f->journal)) != NULL;
  socca_status s = complete ? build(f, part, &derived) : socca_no_memory(f->journal);
  if (!s && f->outcome && f->output[0])
    s = socca_outcome_write(f->journal, f->outcome, f->output, f->same_result);
  for (int i = 0; i < 4; i++) socca_items_free(part[i]);
  free(derived);
  return s;
}
