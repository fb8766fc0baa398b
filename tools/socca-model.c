/* SPDX-License-Identifier: BSD-3-Clause */
/* socca-model: the model of a fit file at given values: log-likelihoods, maps, mock data. */
#include "config.h"
#include "args.h"
#include "points.h"
#include "start.h"
#include <base/json.h>
#include <fit/fit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LOGLIKE, AT, AT_TABLE, CUBE, MAPS, COMPONENT, MOCK, MASK, SEED, PLUGIN_PATH, END };
static const arg_row rows[] = {
  [LOGLIKE] = { "loglike", 0, ARG_FLAG, NULL, "print the log-likelihood" },
  [AT] = { "at", 0, ARG_VALUE, "NAME=VALUE", "value of a free parameter, repeatable" },
  [AT_TABLE] = { "at-table", 0, ARG_VALUE, "FILE",
                 "a line of names, then a point per line ('-': standard input)" },
  [CUBE] = { "cube", 0, ARG_FLAG, NULL,
             "values are those of the unit cube; print theta, log prior, log-likelihood" },
  [MAPS] = { "maps", 0, ARG_VALUE, "PREFIX", "write the model's maps" },
  [COMPONENT] = { "component", 0, ARG_VALUE, "NAME", "of this component alone" },
  [MOCK] = { "mock", 0, ARG_VALUE, "FILE", "write mock data, with noise" },
  [MASK] = { "mask", 0, ARG_VALUE, "FILE", "write the mask in force" },
  [SEED] = { "seed", 0, ARG_VALUE, "N", "seed of the noise (default: 0)" },
  [PLUGIN_PATH] = { "plugin-path", 0, ARG_VALUE, "DIRS", "folders to search for plugins first" },
  [END] = { NULL, 0, 0, NULL, NULL },
};
static const arg_usage usage = { "socca-model", "FIT.yaml", "Evaluates the model of a fit file.",
                                 rows };

typedef struct job {
  socca_journal *journal;
  const char *fit_file, *table, *maps, *mock, *mask, *component, *plugin_path;
  const char **at;
  size_t nat;
  int loglike, cube, json;
  uint64_t seed;
} job;

static socca_status take(job *j, int row, const char *value)
{
  switch (row) {
  case LOGLIKE:
    j->loglike = 1;
    break;
  case AT:
    j->at[j->nat++] = value;
    break;
  case AT_TABLE:
    j->table = value;
    break;
  case CUBE:
    j->cube = 1;
    break;
  case MAPS:
    j->maps = value;
    break;
  case COMPONENT:
    j->component = value;
    break;
  case MOCK:
    j->mock = value;
    break;
  case MASK:
    j->mask = value;
    break;
  case PLUGIN_PATH:
    j->plugin_path = value;
    break;
  default:
    if (socca_parse_uint64(value, &j->seed))
      return socca_error(j->journal, SOCCA_E_INPUT, "--seed=%s: a whole number from 0 on is wanted",
                         value);
  }
  return SOCCA_OK;
}

static socca_status check(job *j, const args *a)
{
  j->json = a->json;
  if (a->noperands != 1)
    return socca_error(j->journal, SOCCA_E_INPUT, "%s",
                       a->noperands ? "one fit file at a time" : "which fit file?");
  j->fit_file = a->operand[0];
  if (j->table && j->nat)
    return socca_error(j->journal, SOCCA_E_INPUT, "cannot specify both --at and --at-table");
  if (j->cube || j->table) j->loglike = 1;
  if (j->cube && !j->nat && !j->table) j->table = "-";
  if (j->table && (j->maps || j->mock))
    return socca_error(j->journal, SOCCA_E_INPUT, "maps are made at one point: give it by --at");
  if (!j->loglike && !j->maps && !j->mock && !j->mask)
    return socca_error(j->journal, SOCCA_E_INPUT,
                       "nothing to do: give --loglike, --maps, --mock or --mask");
  return SOCCA_OK;
}

/* All parameters at a point; a tie that leaves its range has no likelihood. */
static socca_status place(const job *j, socca_problem *p, const double *x, double *theta,
                          double *all, int *outside)
{
  const socca_parameters *par = socca_problem_parameters(p);
  socca_parameter_info info;
  socca_problem_convert(p, j->cube ? SOCCA_CUBE : SOCCA_PHYSICAL, x, SOCCA_PHYSICAL, theta, NULL);
  uint32_t wrong = socca_parameters_fill(par, theta, all);
  *outside = wrong != 0;
  if (!wrong) return SOCCA_OK;
  socca_parameters_info(par, wrong - 1, &info);
  if (j->maps || j->mock)
    return socca_error(j->journal, SOCCA_E_INPUT, "'%s' (%s) leaves its legal range here",
                       info.name, info.value);
  socca_message(j->journal, SOCCA_LOG_INFO, "'%s' (%s) leaves its legal range: log-likelihood -inf",
                info.name, info.value);
  return SOCCA_OK;
}

static void print_point(const job *j, const double *theta, uint32_t ndim, double logp, double logl,
                        socca_json *json)
{
  char number[32];
  if (j->json) {
    socca_json_object(json, NULL);
    for (uint32_t i = 0; i < ndim && j->cube; i++) {
      if (i == 0) socca_json_list(json, "theta");
      socca_json_number(json, NULL, theta[i]);
      if (i + 1 == ndim) socca_json_close(json, ']');
    }
    socca_json_number(json, "loglike", logl);
    socca_json_number(json, "logprior", logp);
    socca_json_close(json, '}');
    return;
  }
  for (uint32_t i = 0; i < ndim && j->cube; i++)
    printf("%s ", socca_format_double(theta[i], number));
  if (j->cube) printf("%s ", socca_format_double(logp, number));
  printf("%s\n", socca_format_double(logl, number));
}

static socca_status write_product(const job *j, socca_problem *p, const double *all,
                                  const char *name, const char *path)
{
  const socca_product product = { name, path, j->component, j->seed, { 0, 0 } };
  return path ? socca_problem_write(p, all, &product) : SOCCA_OK;
}

static socca_status evaluate(const job *j, socca_problem *p, const points *pts, double *theta,
                             double *all, socca_json *json)
{
  socca_status s = SOCCA_OK;
  int outside;
  for (size_t i = 0; !s && i < pts->n; i++) {
    double logl = -INFINITY;
    s = place(j, p, pts->x + i * pts->ndim, theta, all, &outside);
    if (!s && j->loglike && !outside) s = socca_problem_loglike(p, all, &logl);
    if (!s && j->loglike)
      print_point(j, theta, pts->ndim, socca_problem_log_prior(p, theta), logl, json);
    if (!s) s = write_product(j, p, all, "maps", j->maps);
    if (!s) s = write_product(j, p, all, "mock", j->mock);
  }
  return s;
}

/* One point is one object, a table a list of them. */
static socca_status evaluate_all(const job *j, socca_problem *p, const points *pts)
{
  uint32_t count = socca_parameters_count(socca_problem_parameters(p));
  double *theta = socca_calloc((size_t)pts->ndim + count + 1, sizeof *theta);
  socca_json json = { 0 };
  if (!theta) return socca_no_memory(j->journal);
  if (j->table) {
    socca_json_object(&json, NULL);
    socca_json_list(&json, "points");
  }
  socca_status s = evaluate(j, p, pts, theta, theta + pts->ndim, &json);
  if (j->table) {
    socca_json_close(&json, ']');
    socca_json_close(&json, '}');
  }
  if (!s && j->json && json.text.failed) s = socca_no_memory(j->journal);
  if (!s && j->json) printf("%s\n", json.text.s ? json.text.s : "{}");
  socca_text_free(&json.text);
  free(theta);
  return s;
}

static socca_status work(const job *j)
{
  socca_registry *registry = NULL;
  socca_tree *tree = NULL;
  socca_problem *p = NULL;
  points pts = { 0 };
  socca_status s = socca_tree_read(j->journal, j->fit_file, &tree);
  if (!s && j->table && socca_tree_add_input(tree, j->table, "it is the table of points"))
    s = socca_no_memory(j->journal);
  if (!s) s = socca_fit_registry(j->journal, j->plugin_path, &registry);
  if (!s) s = socca_problem_load(j->journal, registry, tree, j->seed, &p);
  if (!s && (j->loglike || j->maps || j->mock))
    s = j->table ? points_read(j->journal, p, j->table, j->cube, &pts)
                 : points_at(j->journal, p, j->at, j->nat, j->cube, &pts);
  if (!s) s = evaluate_all(j, p, &pts);
  if (!s) s = write_product(j, p, NULL, "mask", j->mask);
  points_free(&pts);
  socca_problem_free(p);
  if (registry) socca_registry_close(registry);
  socca_tree_free(tree);
  return s;
}

int main(int argc, char **argv)
{
  socca_launcher launcher;
  args a;
  socca_status s = SOCCA_OK, t;
  job j = { .journal = tool_start(usage.tool, &launcher) };
  if (!j.journal) return 1;
  /* one answer is enough: the other ranks of a launcher leave */
  if (launcher.rank) return tool_finish(j.journal, SOCCA_OK, 0);
  j.at = socca_calloc((size_t)argc + 1, sizeof *j.at);
  if (!j.at) return tool_finish(j.journal, SOCCA_E_NOMEM, 0);
  args_begin(&a, j.journal, &usage, argc, argv);
  for (int i; (i = args_next(&a)) >= 0;)
    if ((t = take(&j, i, a.value)) && !s) s = t;
  if (a.leave)
    s = a.status;
  else if (!s)
    s = check(&j, &a);
  if (!a.leave && !s) s = work(&j);
  free(j.at);
  return tool_finish(j.journal, s, 0);
}
