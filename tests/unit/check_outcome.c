/* SPDX-License-Identifier: BSD-3-Clause */
/* Results in memory: statistics, draws, and what is printed. Tolerances are five standard errors. */
#include "config.h"
#include "outcome_fixture.h"
#include "run_suite.h"
#include <base/text.h>
#include <math.h>
#include <result/result_private.h>
#include <stdlib.h>
#include <string.h>

static fixture f;

static void setup(void)
{
  fixture_open(&f);
}

static void teardown(void)
{
  fixture_close(&f);
}

static socca_outcome *build(void)
{
  socca_outcome *o;
  ck_assert_int_eq(fixture_build(&f, &o), 0);
  return o;
}

static const socca_summary_row *row(const socca_outcome *o, const char *name)
{
  for (size_t i = 0; i < socca_outcome_rows(o); i++)
    if (strcmp(socca_outcome_row(o, i)->name, name) == 0) return socca_outcome_row(o, i);
  ck_abort_msg("no parameter %s", name);
}

static const double *values(const socca_outcome *o, const char *group, const char *name, size_t n)
{
  const socca_item *i = socca_outcome_find(o, group, name, NULL);
  ck_assert_msg(i && i->type == SOCCA_F64, "no %s/%s", group, name);
  ck_assert_uint_eq(i->n, n);
  return i->data;
}

static double attribute(const socca_outcome *o, const char *name)
{
  return socca_items_get_real(socca_outcome_attributes(o), name, -1);
}

START_TEST(medians)
{
  fixture_weighted(&f);
  socca_outcome *o = build();
  /* uniform weights: n_eff / n = mean(w)^2 / mean(w^2) = 3/4, to about 0.7 / sqrt(n) */
  double n = attribute(o, "n_eff"), e = 5 * 1.2533 / sqrt(n); /* of a median, in sigma */
  ck_assert_double_eq_tol(n / FIXTURE_DRAWS, 0.75, 5 * 0.7 / sqrt(FIXTURE_DRAWS));
  const socca_summary_row *xc = row(o, "agn.xc"), *tied = row(o, "host.xc"), *Ic = row(o, "agn.Ic"),
                          *theta = row(o, "host.theta"), *ratio = row(o, "ratio");
  double q = 5 * 1.52 / sqrt(n); /* of the 16th percentile, in sigma: sqrt(.16 .84) / phi(0.994) */
  ck_assert_double_eq_tol(xc->median, 20, 1e-4 * e);
  ck_assert_double_eq_tol(xc->plus, 0.99446e-4, 1e-4 * (q + e));
  ck_assert_double_eq_tol(xc->minus, 0.99446e-4, 1e-4 * (q + e));
  ck_assert_str_eq(xc->unit, "deg");
  ck_assert_int_eq(xc->free, 1);
  ck_assert_double_eq_tol(log(Ic->median / 5), 0, 0.5 * e);
  ck_assert_double_eq(tied->median, xc->median);
  ck_assert_str_eq(tied->tie, "= agn.xc");
  ck_assert_int_eq(tied->free, 0);
  /* on both sides of the period's end */
  ck_assert_double_eq_tol(remainder(theta->median, M_PI), 0, 0.1 * e);
  ck_assert_double_eq_tol(theta->plus, 0.0994, 0.1 * (q + e));
  ck_assert_double_eq_tol(theta->minus, 0.0994, 0.1 * (q + e));
  ck_assert_double_eq(theta->period, M_PI);
  /* half a Gaussian: 9.6 % of it within a tenth of its width of the edge */
  ck_assert_double_eq_tol(ratio->edge_lower, 0.096, 5 * sqrt(0.096 / n));
  ck_assert_double_eq(ratio->edge_upper, 0);
  ck_assert_double_eq(xc->edge_lower + xc->edge_upper + Ic->edge_lower + Ic->edge_upper, 0);
  ck_assert_double_eq(theta->edge_lower + theta->edge_upper, 0);
  ck_assert_uint_eq(socca_outcome_rows(o), 5);
  socca_outcome_free(o);
}
END_TEST

/* A draw must be one of the sampler's, the mean that of the weighted ones. */
START_TEST(equal_weights)
{
  fixture_weighted(&f);
  socca_outcome *o = build();
  const size_t n = FIXTURE_DRAWS, m = (size_t)attribute(o, "n_eff");
  const double *x = values(o, "weighted", "samples", n * 5),
               *w = values(o, "weighted", "weights", n), *logw = values(o, "weighted", "logw", n),
               *p = values(o, "posterior", "agn.xc", m),
               *l = values(o, "sample_stats", "log_likelihood", m),
               *wl = values(o, "weighted", "log_likelihood", n);
  double sum = 0, mean = 0, equal = 0, trend = 0;
  for (size_t i = 0; i < n; i++) {
    ck_assert_double_eq_tol(exp(logw[i]), w[i], 1e-15);
    sum += w[i];
    mean += w[i] * x[5 * i];
  }
  ck_assert_double_eq_tol(sum, 1, 1e-12);
  int *count = calloc(n, sizeof *count);
  for (size_t k = 0, i; k < m; k++) {
    for (i = 0; i < n && (x[5 * i] != p[k] || wl[i] != l[k]); i++) continue;
    ck_assert_uint_lt(i, n);
    count[i]++;
    equal += p[k] / (double)m;
    trend += ((double)k / (double)m - 0.5) * ((double)i / (double)n - 0.5);
  }
  /* systematic: each as often as its weight says, to less than one; mixed: no trend along the draws */
  for (size_t i = 0; i < n; i++) ck_assert_double_lt(fabs(count[i] - w[i] * (double)m), 1);
  ck_assert_double_eq_tol(equal, mean, 5 * 1e-4 / sqrt((double)m));
  ck_assert_double_eq_tol(trend / (double)m, 0, 5 / 12.0 / sqrt((double)m));
  free(count);
  socca_outcome_free(o);
}
END_TEST

START_TEST(reproducible)
{
  fixture_weighted(&f);
  socca_outcome *a = build(), *b;
  char da[33], db[33];
  socca_items_real(f.run, "seconds", 99);
  b = build();
  socca_outcome_digest(a, da);
  socca_outcome_digest(b, db);
  ck_assert_str_eq(da, db); /* the group `run` does not count */
  socca_outcome_free(b);
  socca_items_integer(f.attributes, "n_calls", 43211);
  b = build();
  socca_outcome_digest(b, db);
  ck_assert_str_ne(da, db);
  socca_outcome_free(a);
  socca_outcome_free(b);
}
END_TEST

/* Chains are cut to the shortest; a chain without draws does not count. */
START_TEST(chains)
{
  fixture_chains(&f, 3, 500);
  double x[FIXTURE_NDIM] = { 20, 1, 1, 0.5 }, l = -4000, energy = -1;
  static const char *const stat[] = { "energy" };
  const socca_draws d = { .n = 1,
                          .space = SOCCA_PHYSICAL,
                          .chain = 5,
                          .x = x,
                          .loglike = &l,
                          .nstat = 1,
                          .stat = stat,
                          .stats = &energy };
  for (int i = 0; i < 400; i++) ck_assert_int_eq(socca_items_draws(f.collected, &d), 0);
  socca_outcome *o = build();
  ck_assert_uint_eq(socca_outcome_find(o, "posterior", "chain", NULL)->n, 4);
  ck_assert_uint_eq(socca_outcome_find(o, "posterior", "draw", NULL)->n, 400);
  const double *e = values(o, "sample_stats", "energy", 1600);
  ck_assert_double_eq(e[0], 0);
  ck_assert_double_eq(e[1], 3); /* chain by chain */
  ck_assert_double_eq(e[400], 1);
  ck_assert_double_eq(e[1200], -1);
  ck_assert_ptr_null(socca_outcome_find(o, "weighted", "samples", NULL));
  ck_assert_double_eq(attribute(o, "n_eff"), 1500); /* the sampler's word */
  ck_assert(isnan(attribute(o, "logz")));
  ck_assert_double_eq(row(o, "ratio")->best, 0.5);
  socca_outcome_free(o);
}
END_TEST

/* log posterior density = log likelihood + the priors of the four free parameters */
START_TEST(posterior_density)
{
  fixture_chains(&f, 1, 10);
  socca_outcome *o = build();
  const double *lp = values(o, "sample_stats", "lp", 10),
               *l = values(o, "sample_stats", "log_likelihood", 10),
               *Ic = values(o, "posterior", "agn.Ic", 10);
  for (int i = 0; i < 10; i++)
    ck_assert_double_eq_tol(lp[i] - l[i], -log(0.006) - log(M_PI) - log(Ic[i]) - log(log(1e4)),
                            1e-9);
  socca_outcome_free(o);
}
END_TEST

START_TEST(point)
{
  fixture_chains(&f, 1, 1);
  socca_outcome *o = build();
  const socca_summary_row *r = row(o, "agn.xc");
  ck_assert_double_eq(r->median, r->best);
  ck_assert(isnan(r->plus) && isnan(r->minus));
  socca_outcome_free(o);
}
END_TEST

START_TEST(nothing)
{
  socca_outcome *o;
  ck_assert_int_eq(fixture_build(&f, &o), SOCCA_E_NUMERIC);
  const double x[FIXTURE_NDIM] = { 20, 1, 1, 0.5 }, l = -INFINITY, w = -INFINITY;
  const socca_draws d = { .n = 1, .space = SOCCA_PHYSICAL, .x = x, .loglike = &l, .logw = &w };
  ck_assert_int_eq(socca_items_draws(f.collected, &d), 0);
  ck_assert_int_eq(fixture_build(&f, &o), SOCCA_E_NUMERIC);
}
END_TEST

static void print_to(char **text, const socca_outcome *o, int what)
{
  size_t n;
  FILE *s = open_memstream(text, &n);
  if (what == 0) socca_outcome_print(o, s);
  if (what == 1) ck_assert_int_eq(socca_outcome_json(o, s), 0);
  if (what == 2) ck_assert_int_eq(socca_outcome_csv(f.journal, o, s), 0);
  if (what == 3) socca_outcome_comparison(o, s);
  fclose(s);
}

/* Numbers chosen so that every column and every kind of line shows. */
START_TEST(summary)
{
  static const struct {
    const char *name;
    double median, minus, plus;
  } t[] = { { "agn.xc", 20.0000012345, 1.94e-7, 2.06e-7 },
            { "agn.Ic", 2.5e-5, 3e-7, 1.2e-6 },
            { "host.xc", -0.25, 0.0996, 0.13 },
            { "host.theta", 1234.5, 21, 34 },
            { "ratio", 3.5e7, 2e5, 2.5e5 } };
  fixture_weighted(&f);
  socca_items_integer(f.collected, "converged", 0);
  socca_items_text(f.attributes, "stopped", "max-time");
  socca_items_integer(f.attributes, "n_nan", 3);
  socca_outcome *o = build();
  socca_items_real(o->attributes, "n_eff", 100);
  for (size_t i = 0; i < 5; i++) {
    ck_assert_str_eq(o->row[i].name, t[i].name);
    o->row[i].median = t[i].median;
    o->row[i].minus = t[i].minus;
    o->row[i].plus = t[i].plus;
  }
  char *text;
  print_to(&text, o, 0);
  ck_assert_str_eq(
      text,
      "Best-fit parameters: median, 16th and 84th percentile (nautilus)\n"
      "\n"
      "agn\n"
      "  xc       20.00000123   +0.00000021   -0.00000019  deg\n"
      "  Ic        2.500e-05    +0.120e-05    -0.030e-05   image\n"
      "\n"
      "host\n"
      "  xc       -0.250        +0.130        -0.100       deg    = agn.xc\n"
      "  theta  1234           +34           -21           rad\n"
      "\n"
      "parameters\n"
      "  ratio     3.500e+07    +0.025e+07    -0.020e+07\n"
      "\n"
      "chi2 at the best fit    10123.40 for 10150 degrees of freedom\n"
      "ln evidence             -4990.125 +/- 0.062\n"
      "likelihood calls        43210\n"
      "effective samples       100\n"
      "time                    1 min 23 s\n"
      "stopped by              --max-time\n"
      "\n"
      "Warning: not converged: evidence and percentiles are provisional.\n"
      "Warning: too few effective samples: 100 leave the percentiles uncertain by some 15 % of "
      "their distances.\n"
      "Warning: 3 likelihoods not a number, taken for zero.\n"
      "Warning: prior edge reached: ratio piles up at the lower end of its prior (10 % of the "
      "posterior).\n");
  free(text);
  socca_outcome_free(o);
}
END_TEST

START_TEST(json)
{
  fixture_chains(&f, 1, 1);
  socca_outcome *o = build();
  char *text, want[700], digest[33];
  print_to(&text, o, 1);
  const socca_summary_row *r = row(o, "agn.xc");
  socca_outcome_digest(o, digest);
  snprintf(want, sizeof want,
           "{\"method\":\"emcee\",\"logz\":\"nan\",\"logz_err\":\"nan\",\"logz_prior\":3.25,"
           "\"logz_data\":-15012.25,\"n_calls\":43210,\"n_eff\":1500,\"stopped\":\"done\","
           "\"seconds\":83.5,\"digest\":\"%s\",\"parameters\":[{\"name\":\"agn.xc\",\"unit\":"
           "\"deg\",\"median\":%.17g,\"minus\":\"nan\",\"plus\":\"nan\",\"best\":%.17g},",
           digest, r->median, r->best);
  ck_assert_uint_gt(strlen(text), strlen(want));
  text[strlen(want)] = '\0';
  ck_assert_str_eq(text, want);
  free(text);
  socca_outcome_free(o);
}
END_TEST

START_TEST(csv)
{
  fixture_chains(&f, 2, 3);
  socca_outcome *o = build();
  char *text;
  print_to(&text, o, 2);
  const char *line = strchr(text, '\n') + 1;
  ck_assert_int_eq(strncmp(text,
                           "chain,draw,log_likelihood,agn.xc,agn.Ic,host.xc,host.theta,ratio\n",
                           (size_t)(line - text)),
                   0);
  const double *xc = values(o, "posterior", "agn.xc", 6);
  for (int i = 0; i < 6; i++) {
    char start[32];
    double l, x;
    snprintf(start, sizeof start, "%d,%d,", i / 3, i % 3);
    ck_assert_int_eq(strncmp(line, start, strlen(start)), 0);
    const char *s = socca_scan_double(line + strlen(start), &l);
    ck_assert_int_eq(*s, ',');
    s = socca_scan_double(s + 1, &x);
    ck_assert_double_eq(x, xc[i]);
    line = strchr(line, '\n') + 1;
  }
  ck_assert_str_eq(line, "");
  free(text);
  socca_outcome_free(o);
}
END_TEST

/* the worked example: -10.5 against -100.25 with 3.2 */
START_TEST(comparison)
{
  fixture_chains(&f, 1, 1);
  socca_items_real(f.attributes, "logz_data", -100.25);
  socca_items_real(f.attributes, "logz_prior", 3.2);
  socca_items_real(f.collected, "logz", -10.5);
  socca_outcome *o = build();
  char *text;
  print_to(&text, o, 3);
  ck_assert_str_eq(text, "\nnull-model comparison\n=====================\n"
                         "ln(Bayes factor) :  8.975E+01\neffective sigma  :  1.340E+01\n"
                         "\nprior deboosted\n=====================\n"
                         "ln(Bayes factor) :  8.655E+01\neffective sigma  :  1.316E+01\n\n");
  free(text);
  socca_outcome_free(o);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("outcome");
  TCase *t = tcase_create("outcome");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_set_timeout(t, 120);
  tcase_add_test(t, medians);
  tcase_add_test(t, equal_weights);
  tcase_add_test(t, reproducible);
  tcase_add_test(t, chains);
  tcase_add_test(t, posterior_density);
  tcase_add_test(t, point);
  tcase_add_test(t, nothing);
  tcase_add_test(t, summary);
  tcase_add_test(t, json);
  tcase_add_test(t, csv);
  tcase_add_test(t, comparison);
  suite_add_tcase(s, t);
  return run_suite(s);
}
