/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "outcome_fixture.h"
#include <maths/philox.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifdef STANDIN
#include "standin.h"
#else
#include <document/tree.h>

static const char document[] = "agn:\n"
                               "  xc: uniform(19.997, 20.003)\n"
                               "  Ic: loguniform(1e-2, 1e2)\n"
                               "host:\n"
                               "  xc: = agn.xc\n"
                               "  theta: uniform(0, pi)\n"
                               "  ns: 1\n"
                               "parameters:\n"
                               "  ratio: uniform(0, 1)\n";

typedef struct owned {
  socca_tree *tree;
  socca_units *units;
} owned;

static socca_parameters *make_parameters(fixture *f)
{
  static const struct {
    const char *component, *key;
    socca_param p;
  } t[] = {
    { "agn", "xc", { .name = "agn.xc", .unit = "deg", .low = -INFINITY, .high = INFINITY } },
    { "agn", "Ic", { .name = "agn.Ic", .unit = "image", .low = -INFINITY, .high = INFINITY } },
    { "host", "xc", { .name = "host.xc", .unit = "deg", .low = -INFINITY, .high = INFINITY } },
    { "host",
      "theta",
      { .name = "host.theta", .unit = "rad", .low = -INFINITY, .high = INFINITY, .period = M_PI } },
    { "host", "ns", { .name = "host.ns", .unit = "", .low = 0, .high = INFINITY } },
  };
  owned *o = calloc(1, sizeof *o);
  if (!o || socca_tree_parse(f->journal, "fit.yaml", document, sizeof document - 1, &o->tree))
    abort();
  f->owned = o;
  o->units = socca_units_new();
  const socca_node *root = socca_tree_root(o->tree);
  socca_parameters *p = socca_parameters_new(f->journal, o->units);
  for (size_t i = 0; i < sizeof t / sizeof *t; i++)
    if (socca_parameters_declare(
            p, &t[i].p, socca_node_get(socca_node_get(root, t[i].component), t[i].key), NULL))
      abort();
  if (socca_parameters_auxiliary(p, socca_node_get(root, "parameters")) ||
      socca_parameters_finish(p, NULL))
    abort();
  return p;
}

static void free_parameters(fixture *f)
{
  owned *o = f->owned;
  socca_parameters_free(f->parameters);
  socca_units_free(o->units);
  socca_tree_free(o->tree);
  free(o);
}
#endif

void fixture_open(fixture *f)
{
  static const double image[6] = { 1, 2, 3, 4, 5, 6 };
  static const int64_t shape[2] = { 2, 3 };
  *f = (fixture){ .journal = socca_journal_new("test", SOCCA_LOG_WARN) };
  socca_journal_set_silent(f->journal, 1);
  f->parameters = make_parameters(f);
  f->collected = socca_items_new(f->journal);
  f->attributes = socca_items_new(f->journal);
  f->run = socca_items_new(f->journal);
  f->observed = socca_items_new(f->journal);
  socca_items_set_ndim(f->collected, FIXTURE_NDIM);
  socca_items_text(f->attributes, "method", "nautilus");
  socca_items_text(f->attributes, "fingerprint", "0123456789abcdef");
  socca_items_text(f->attributes, "fit_file", "components:\n  agn: {type: Point}\n");
  socca_items_integer(f->attributes, "n_calls", 43210);
  socca_items_text(f->attributes, "stopped", "done");
  socca_items_real(f->attributes, "chi2", 10123.4);
  socca_items_real(f->attributes, "dof", 10150);
  socca_items_real(f->attributes, "logz_data", -15012.25);
  socca_items_real(f->attributes, "logz_prior", 3.25);
  socca_items_real(f->run, "seconds", 83.5);
  socca_items_text(f->run, "host", "somewhere");
  socca_items_value(f->observed, "image", SOCCA_F64, 6, image);
  socca_items_value(f->observed, "image.shape", SOCCA_I64, 2, shape);
}

void fixture_close(fixture *f)
{
  socca_items_free(f->collected);
  socca_items_free(f->attributes);
  socca_items_free(f->run);
  socca_items_free(f->observed);
  free_parameters(f);
  socca_journal_free(f->journal);
}

/* One draw: xc Gaussian of 1e-4 about 20, Ic log-normal, theta about 0 (so on both sides of the period's end),
 * ratio a Gaussian cut at its peak by the prior's lower end. */
static double draw(uint64_t i, double x[FIXTURE_NDIM])
{
  double z[FIXTURE_NDIM], q = 0;
  socca_philox_normal(1, 2, i, FIXTURE_NDIM, z);
  x[0] = 20 + 1e-4 * z[0];
  x[1] = 5 * exp(0.5 * z[1]);
  x[2] = fmod(M_PI + 0.1 * z[2], M_PI);
  x[3] = 0.05 * fabs(z[3]);
  for (int k = 0; k < FIXTURE_NDIM; k++) q -= z[k] * z[k] / 2;
  return -5000 + q;
}

void fixture_weighted(fixture *f)
{
  static const double shells[3] = { 3, 2, 1 };
  for (uint64_t i = 0; i < FIXTURE_DRAWS; i++) {
    double x[FIXTURE_NDIM], u, loglike = draw(i, x);
    socca_philox_uniform(1, 3, i, 1, &u);
    const double logw = log(u) + 7; /* any constant */
    const socca_draws d = {
      .n = 1, .space = SOCCA_PHYSICAL, .x = x, .loglike = &loglike, .logw = &logw
    };
    socca_items_draws(f->collected, &d);
  }
  socca_items_real(f->collected, "logz", -4990.125);
  socca_items_real(f->collected, "logz_err", 0.0625);
  socca_items_real(f->collected, "logz_shells", -4990.25);
  socca_items_value(f->collected, "shells", SOCCA_F64, 3, shells);
}

void fixture_chains(fixture *f, uint32_t nchain, size_t each)
{
  static const char *const stat[] = { "energy" };
  socca_items_text(f->attributes, "method", "emcee");
  for (uint64_t i = 0; i < each * nchain; i++) {
    double x[FIXTURE_NDIM], energy = (double)i, loglike = draw(i, x);
    const socca_draws d = { .n = 1,
                            .space = SOCCA_PHYSICAL,
                            .x = x,
                            .loglike = &loglike,
                            .chain = (uint32_t)(i % nchain),
                            .nstat = 1,
                            .stat = stat,
                            .stats = &energy };
    socca_items_draws(f->collected, &d);
  }
  socca_items_real(f->collected, "n_eff", 1500);
}

socca_status fixture_build(fixture *f, socca_outcome **o)
{
  const socca_outcome_setup setup = { .parameters = f->parameters,
                                      .collected = f->collected,
                                      .attributes = f->attributes,
                                      .run = f->run,
                                      .observed = f->observed,
                                      .seed = 42 };
  return socca_outcome_build(f->journal, &setup, o);
}
