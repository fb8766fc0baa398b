/* SPDX-License-Identifier: BSD-3-Clause */
/* The model `problems`: densities with a known evidence, for tests and benchmarks.
 *
 *   model: problems
 *   problem: {name: gaussian, ndim: 3, cost: 100e-6}
 *
 * Parameters x0, x1, ... are uniform(0, 1) unless given, in `problem` or beside it. */
#include "config.h"
#include "problems.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const problem_family *const families[] = {
  &problem_gaussian, &problem_correlated, &problem_shells,  &problem_eggbox,    &problem_rosenbrock,
  &problem_loggamma, &problem_funnel,     &problem_mixture, &problem_halfspace, &problem_plateau,
};
enum { FAMILIES = sizeof families / sizeof *families };

static const problem_family *find_family(const char *name)
{
  for (int i = 0; name && i < FAMILIES; i++)
    if (!strcmp(families[i]->name, name)) return families[i];
  return NULL;
}

static socca_status read_family(socca_load *l, const socca_node *map, const socca_node *document,
                                problem *p)
{
  const socca_host *h = l->cx.h;
  const socca_node *node = h->get(map, "name");
  char names[160];
  size_t used = 0;
  for (int i = 0; i < FAMILIES; i++)
    used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
                             families[i]->name);
  p->family = find_family(node ? h->text(node) : NULL);
  if (p->family) return SOCCA_OK;
  if (!node)
    return h->fail_at(l, map ? map : document,
                      "which problem? problem: {name: gaussian}, or one of %s", names);
  return h->fail_at(l, node, "there is no problem '%s'; known are %s",
                    h->text(node) ? h->text(node) : "", names);
}

static socca_status read_number(socca_load *l, const socca_node *node, const char *name, double low,
                                double high, double *out)
{
  const socca_host *h = l->cx.h;
  if (!node) return SOCCA_OK;
  socca_status s = h->number(l, node, "", out);
  if (s || (*out >= low && *out <= high)) return s;
  return h->fail_at(l, node, "'%s' must lie between %g and %g", name, low, high);
}

static socca_status read_word(socca_load *l, const socca_node *node, const problem_key *key,
                              double *out)
{
  const socca_host *h = l->cx.h;
  const char *text = node ? h->text(node) : key->words[0];
  char list[80];
  size_t used = 0;
  for (int i = 0; i < WORDS && key->words[i]; i++) {
    if (text && !strcmp(text, key->words[i])) {
      *out = i;
      return SOCCA_OK;
    }
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", key->words[i]);
  }
  return h->fail_at(l, node, "'%s' is one of %s", key->name, list);
}

static socca_status read_keys(socca_load *l, const socca_node *map, problem *p)
{
  const socca_host *h = l->cx.h;
  const problem_family *f = p->family;
  double n = f->ndim, low = -INFINITY, high = INFINITY;
  socca_status s = read_number(l, h->get(map, "ndim"), "ndim", f->least, f->most, &n), t;
  if (!s && n != floor(n)) s = h->fail_at(l, h->get(map, "ndim"), "'ndim' is a whole number");
  p->ndim = s ? f->ndim : (uint32_t)n;
  if ((t = read_number(l, h->get(map, "cost"), "cost", 0, 60, &p->cost)) && !s) s = t;
  for (int i = 0; i < KEYS && f->key[i].name; i++) {
    const problem_key *k = &f->key[i];
    const socca_node *node = h->get(map, k->name);
    p->k[i] = k->fallback;
    t = k->words[0] ? read_word(l, node, k, &p->k[i])
                    : read_number(l, node, k->name, k->low, k->high, &p->k[i]);
    if (t && !s) s = t;
    if (!strcmp(k->name, "low")) low = p->k[i];
    if (!strcmp(k->name, "high")) high = p->k[i];
  }
  if (!s && low >= high)
    s = h->fail_at(l, h->get(map, "high"), "'high' must be greater than 'low'");
  return s;
}

static socca_status declare(socca_load *l, const socca_node *map, const socca_node *document,
                            problem *p)
{
  const socca_host *h = l->cx.h;
  socca_status s = SOCCA_OK;
  char name[16];
  p->standard = 1;
  for (uint32_t i = 0; i < p->ndim; i++) {
    snprintf(name, sizeof name, "x%u", (unsigned)i);
    const socca_node *inside = h->get(map, name), *beside = h->get(document, name);
    const socca_param q = { .name = name,
                            .unit = "",
                            .fallback = "uniform(0, 1)",
                            .help = "coordinate",
                            .low = -INFINITY,
                            .high = INFINITY };
    socca_status t = inside && beside
                         ? h->fail_at(l, beside, "'%s' is given in 'problem' already", name)
                         : h->declare(l, &q, inside ? inside : beside, NULL);
    if (t && !s) s = t;
    if (inside || beside) p->standard = 0;
  }
  return s;
}

static socca_status load(socca_load *l, const socca_node *document, void **self)
{
  const socca_node *map = l->cx.h->get(document, "problem");
  problem *p = calloc(1, sizeof *p);
  if (!p) return socca_fail(l, SOCCA_E_NOMEM, "out of memory");
  socca_status s = read_family(l, map, document, p);
  if (!s) {
    s = read_keys(l, map, p);
    socca_status t = declare(l, map, document, p);
    if (!s) s = t;
  }
  if (s)
    free(p);
  else
    *self = p;
  return s;
}

/* CPU time, not the wall's: several at once on one CPU are as slow as they ought to be. */
static void spend(double seconds)
{
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  const double start = (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
  do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  while ((double)t.tv_sec + 1e-9 * (double)t.tv_nsec - start < seconds);
}

static socca_status gradient(socca_worker *w, const void *self, void *ws, const double *par,
                             double *logl, double *grad)
{
  const problem *p = self;
  (void)w;
  (void)ws;
  *logl = p->family->loglike(p, par, grad);
  if (p->cost > 0) spend(p->cost);
  return SOCCA_OK;
}

static socca_status loglike(socca_worker *w, const void *self, void *ws, const double *par,
                            double *logl)
{
  return gradient(w, self, ws, par, logl, NULL);
}

/* `cost` changes no value: it is not part of the identity. */
static socca_status identity(const void *self, socca_result *out, const socca_host *h)
{
  const problem *p = self;
  const problem_family *f = p->family;
  const int64_t ndim = p->ndim;
  socca_status s = h->value(out, "problem.name", SOCCA_BYTES, strlen(f->name), f->name);
  if (!s) s = h->value(out, "problem.ndim", SOCCA_I64, 1, &ndim);
  for (int i = 0; !s && i < KEYS && f->key[i].name; i++) {
    char name[40];
    snprintf(name, sizeof name, "problem.%s", f->key[i].name);
    s = h->value(out, name, SOCCA_F64, 1, &p->k[i]);
  }
  return s;
}

static socca_status facts(socca_worker *w, const void *self, void *ws, const double *par,
                          socca_result *out)
{
  const problem *p = self;
  const socca_host *h = w->cx.h;
  (void)ws;
  (void)par;
  socca_status s = h->value(out, "problem", SOCCA_BYTES, strlen(p->family->name), p->family->name);
  if (s || !p->standard) return s;
  double logz = p->family->logz(p);
  return h->value(out, "logz_true", SOCCA_F64, 1, &logz);
}

static const socca_model_vtbl vtbl = {
  .load = load,
  .destroy = free,
  .loglike = loglike,
  .gradient = gradient,
  .identity = identity,
  .facts = facts,
};
SOCCA_MODEL(model_problems, &vtbl, .name = "problems", .version = PACKAGE_VERSION,
            .license = "BSD-3-Clause", .summary = "densities with a known evidence",
            .provides = SOCCA_MODEL_GRADIENT);
