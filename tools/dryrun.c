/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "dryrun.h"
#include <base/json.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct report {
  const socca_parameters *parameters;
  socca_plan plan;
  socca_result *facts;
  double *all; /* values at the prior median */
  double loglike, null, seconds;
} report;

static double seconds_now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The median of a few calls, after a first one that warms up. */
static socca_status time_calls(socca_problem *p, report *r)
{
  enum { MOST = 31 };
  double t[MOST], logl, begin = seconds_now();
  int n = 0;
  socca_status s = socca_problem_loglike(p, r->all, &r->loglike);
  while (!s && n < MOST && (n < 3 || seconds_now() - begin < 0.1)) {
    double start = seconds_now();
    s = socca_problem_loglike(p, r->all, &logl);
    t[n++] = seconds_now() - start;
    if (t[n - 1] > 1) break;
  }
  qsort(t, (size_t)n, sizeof *t, by_size);
  r->seconds = n ? t[n / 2] : NAN;
  return s;
}

static socca_status evaluate(socca_journal *j, socca_problem *p, report *r)
{
  uint32_t d = socca_parameters_ndim(r->parameters), outside;
  double *theta = socca_calloc((size_t)d + 1, sizeof *theta);
  r->all = socca_calloc((size_t)socca_parameters_count(r->parameters) + 1, sizeof *r->all);
  if (!theta || !r->all || !r->facts) {
    free(theta);
    return socca_no_memory(j);
  }
  for (uint32_t i = 0; i < d; i++)
    theta[i] = socca_prior_median(socca_parameters_prior(r->parameters, i));
  outside = socca_parameters_fill(r->parameters, theta, r->all);
  free(theta);
  if (outside) {
    socca_parameter_info info;
    socca_parameters_info(r->parameters, outside - 1, &info);
    socca_message(j, SOCCA_LOG_WARN,
                  "at the prior median %s %s leaves its legal range: log-likelihood -inf",
                  info.name, info.value);
    r->loglike = -INFINITY;
    r->seconds = NAN;
  } else {
    socca_status s = time_calls(p, r);
    if (s) return s;
  }
  socca_status s = socca_problem_null(p, &r->null);
  return s ? s : socca_problem_facts(p, r->all, r->facts);
}

static const char *state_name(int state)
{
  return state == SOCCA_FREE ? "free" : state == SOCCA_TIED ? "tied" : "fixed";
}

static void print_fact(const socca_item *f, FILE *out)
{
  char number[32];
  fprintf(out, "%-17s", f->name);
  if (f->type == SOCCA_BYTES) fprintf(out, " %s", (const char *)f->data);
  for (size_t i = 0; f->type == SOCCA_F64 && i < f->n; i++)
    fprintf(out, " %s", socca_format_short(((const double *)f->data)[i], number));
  for (size_t i = 0; f->type == SOCCA_I64 && i < f->n; i++)
    fprintf(out, " %" PRId64, ((const int64_t *)f->data)[i]);
  fputc('\n', out);
}

static void print_parameters(const report *r, FILE *out)
{
  int width = 9;
  uint32_t n = socca_parameters_count(r->parameters);
  socca_parameter_info info;
  for (uint32_t i = 0; i < n; i++) {
    socca_parameters_info(r->parameters, i, &info);
    if ((int)strlen(info.name) > width) width = (int)strlen(info.name);
  }
  fprintf(out, "\n%-*s  state  %-20s unit   value\n", width, "parameter", "at prior median");
  for (uint32_t i = 0; i < n; i++) {
    socca_parameters_info(r->parameters, i, &info);
    fprintf(out, "%-*s  %-5s  %-20.12g %-6s %s%s\n", width, info.name, state_name(info.state),
            r->all[i], info.unit ? info.unit : "", info.state == SOCCA_FIXED ? "" : info.value,
            info.period > 0 ? ", periodic" : "");
  }
}

static void print(const report *r, FILE *out)
{
  const socca_item *f;
  char number[32];
  fprintf(out, "%-17s %s\n", "method", r->plan.method);
  fprintf(out, "%-17s %s, %u worker%s\n", "pool", r->plan.pool, r->plan.workers,
          r->plan.workers == 1 ? "" : "s");
  for (size_t i = 0; (f = socca_items_at(r->facts, i)); i++) print_fact(f, out);
  print_parameters(r, out);
  fprintf(out, "\n%-17s %u\n", "free parameters", socca_parameters_ndim(r->parameters));
  fprintf(out, "%-17s %s\n", "log-likelihood", socca_format_double(r->loglike, number));
  if (!isnan(r->null))
    fprintf(out, "%-17s %s\n", "of no source", socca_format_double(r->null, number));
  if (!isnan(r->seconds)) fprintf(out, "%-17s %.3g\n", "seconds per call", r->seconds);
}

/* "pixel scale" is pixel_scale to programs. */
static const char *key_of(const char *name, char key[64])
{
  size_t i = 0;
  for (; name[i] && i < 63; i++) key[i] = name[i] == ' ' || name[i] == '-' ? '_' : name[i];
  key[i] = '\0';
  return key;
}

static void json_fact(socca_json *j, const socca_item *f, const char *key)
{
  if (f->type == SOCCA_BYTES) {
    socca_json_string(j, key, f->data);
    return;
  }
  if (f->n != 1) socca_json_list(j, key);
  for (size_t i = 0; i < f->n; i++)
    if (f->type == SOCCA_I64)
      socca_json_integer(j, f->n == 1 ? key : NULL, ((const int64_t *)f->data)[i]);
    else if (f->type == SOCCA_F64)
      socca_json_number(j, f->n == 1 ? key : NULL, ((const double *)f->data)[i]);
  if (f->n != 1) socca_json_close(j, ']');
}

static void json_parameters(socca_json *j, const report *r)
{
  socca_parameter_info info;
  socca_json_list(j, "parameters");
  for (uint32_t i = 0; i < socca_parameters_count(r->parameters); i++) {
    socca_parameters_info(r->parameters, i, &info);
    socca_json_object(j, NULL);
    socca_json_string(j, "name", info.name);
    socca_json_string(j, "unit", info.unit ? info.unit : "");
    socca_json_string(j, "state", state_name(info.state));
    socca_json_string(j, "prior", info.state == SOCCA_FREE ? info.value : NULL);
    if (info.state == SOCCA_TIED) socca_json_string(j, "tie", info.value);
    socca_json_number(j, "value", r->all[i]);
    socca_json_bool(j, "periodic", info.period > 0);
    socca_json_close(j, '}');
  }
  socca_json_close(j, ']');
}

/* Facts by their own names, but excluded.CAUSE as members of `excluded`. */
static void json_facts(socca_json *j, const report *r)
{
  static const char prefix[] = "excluded.";
  const size_t n = sizeof prefix - 1;
  char key[64];
  const socca_item *f;
  for (size_t i = 0; (f = socca_items_at(r->facts, i)); i++)
    if (strncmp(f->name, prefix, n) != 0) json_fact(j, f, key_of(f->name, key));
  socca_json_object(j, "excluded");
  for (size_t i = 0; (f = socca_items_at(r->facts, i)); i++)
    if (!strncmp(f->name, prefix, n)) json_fact(j, f, f->name + n);
  socca_json_close(j, '}');
}

static socca_status print_json(const report *r, FILE *out)
{
  socca_json j = { 0 };
  socca_json_object(&j, NULL);
  socca_json_string(&j, "method", r->plan.method);
  socca_json_string(&j, "pool", r->plan.pool);
  socca_json_integer(&j, "workers", r->plan.workers);
  json_parameters(&j, r);
  socca_json_integer(&j, "ndim", socca_parameters_ndim(r->parameters));
  json_facts(&j, r);
  socca_json_string(&j, "at", "prior median");
  socca_json_number(&j, "loglike", r->loglike);
  socca_json_number(&j, "null_loglike", r->null);
  socca_json_number(&j, "seconds_per_call", r->seconds);
  socca_json_close(&j, '}');
  if (!j.text.failed) fprintf(out, "%s\n", j.text.s);
  int failed = j.text.failed;
  socca_text_free(&j.text);
  return failed ? SOCCA_E_NOMEM : SOCCA_OK;
}

socca_status dryrun(socca_journal *j, socca_fit *f, int json, FILE *out)
{
  socca_problem *p = socca_fit_problem(f);
  report r = { .parameters = socca_problem_parameters(p), .facts = socca_items_new(j) };
  socca_fit_plan(f, &r.plan);
  socca_status s = evaluate(j, p, &r);
  if (!s && json) s = print_json(&r, out);
  if (!s) print(&r, json ? stderr : out);
  free(r.all);
  socca_items_free(r.facts);
  return s;
}
