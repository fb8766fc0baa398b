/* SPDX-License-Identifier: BSD-3-Clause */
/* Priors: values from high-precision arithmetic, and what must hold for any of them. */
#include "config.h"
#include "run_suite.h"
#include <base/text.h>
#include <config/value.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static socca_prior make(const char *text)
{
  socca_journal *j = socca_journal_new("test", SOCCA_LOG_WARN);
  socca_units *u = socca_units_new();
  socca_value v;
  socca_status s = socca_value_read(j, u, "here", text, "rad", SOCCA_PLAIN, &v);
  ck_assert_msg(s == SOCCA_OK, "%s", s ? socca_journal_error(j, 0) : "");
  ck_assert_int_eq(v.state, SOCCA_FREE);
  socca_units_free(u);
  socca_journal_free(j);
  return v.prior;
}

static void close_to(const char *prior, const char *what, double at, double got, double want,
                     double relative, double absolute)
{
  double tolerance = fmax(relative * fabs(want), absolute);
  int good = isinf(want) ? got == want : fabs(got - want) <= tolerance;
  ck_assert_msg(good, "%s: %s at %.17g is %.17g, not %.17g (relative %.2g)", prior, what, at, got,
                want, fabs(got / want - 1));
}

/* From 50-digit arithmetic (densities from their definitions, quantiles by bisection). */
static const struct {
  const char *prior;
  double x, log_density, cdf, quantile, log_square; /* quantile: of the double cdf */
} golden[] = {
  { "uniform(0.25, 8)", 0.3, -2.0476928433652555, 0.006451612903225805, 0.3, -2.0476928433652555 },
  { "uniform(0.25, 8)", 7.5, -2.0476928433652555, 0.9354838709677419, 7.5, -2.0476928433652555 },
  { "loguniform(0.25, 8)", 0.26, 0.10414865611417325, 0.011316705673273503, 0.26,
    -1.1313043208995617 },
  { "loguniform(0.25, 8)", 3.0, -2.3415372805205457, 0.7169925001442312, 3.0, -1.1313043208995617 },
  { "normal(1.5, 0.3)", -1.0, -34.43718795110096, 3.9298734348510524e-17, -1.0,
    -0.06153931915870937 },
  { "normal(1.5, 0.3)", 1.4, 0.22947871556570762, 0.3694413401817635, 1.4, -0.06153931915870937 },
  { "splitnormal(1.5, 0.3, 0.7)", 0.5, -5.781346908200283, 0.00025743619991810236, 0.5,
    -0.5723649429247001 },
  { "splitnormal(1.5, 0.3, 0.7)", 2.5, -1.2461995159100336, 0.8928107842862314, 2.5,
    -0.5723649429247001 },
  { "powerlaw(2.5, 0.1, 10)", 0.2, -10.829879538069038, 1.0313709530355715e-06, 0.2,
    -1.5888184252323547 },
  { "powerlaw(2.5, 0.1, 10)", 9.0, -1.3132233136432385, 0.691590093437834, 9.0,
    -1.5888184252323547 },
  { "logpowerlaw(2.5, 0.1, 10)", 0.2, -10.829879538069038, 1.0313709530355715e-06, 0.2,
    -1.5888184252323547 },
  { "logpowerlaw(2.5, 0.1, 10)", 9.0, -1.3132233136432385, 0.691590093437834, 9.0,
    -1.5888184252323547 },
  { "powerlaw(-3.25, 0.1, 10)", 0.11, 2.803788848122931, 0.19301925283255458, 0.11,
    2.219760679731502 },
  { "powerlaw(-3.25, 0.1, 10)", 5.0, -9.600527835154487, 0.999881194895931, 5.000000000000093,
    2.219760679731502 },
  { "truncnormal(0.2, 0.5, 1, 4)", 1.25, 0.47328665765778855, 0.674002710459291, 1.25,
    0.7983200882602606 },
  { "truncnormal(0.2, 0.5, 1, 4)", 2.5, -7.9017133423422115, 0.9999614510585414, 2.4999999999998823,
    0.7983200882602606 },
  { "lognormal(-0.5, 1.25)", 0.02, -0.9554673957534303, 0.003170383717557951, 0.02,
    -0.5980306747988552 },
  { "lognormal(-0.5, 1.25)", 4.0, -3.666970499012436, 0.9343551431046453, 3.999999999999998,
    -0.5980306747988552 },
  { "halfnormal(1.75)", 1e-05, -0.7854071405964766, 4.559340347420132e-06, 1e-05,
    -1.1319807308601229 },
  { "halfnormal(1.75)", 3.0, -2.254794895682191, 0.9135237345063344, 3.0000000000000004,
    -1.1319807308601229 },
  { "beta(1.75, 4.5)", 0.01, -0.6387852778100509, 0.0030558068482662236, 0.01, 0.5697560864711151 },
  { "beta(1.75, 4.5)", 0.7, -1.6311424859265522, 0.9862022125000229, 0.7000000000000002,
    0.5697560864711151 },
  { "gamma(1.25, 0.4)", 0.01, -2.2023841249179035, 0.0008858884868594478, 0.01,
    -1.880250067505692 },
  { "gamma(1.25, 0.4)", 9.0, -4.097785434086826, 0.956017938508769, 9.0, -1.880250067505692 },
  { "studentt(3.5, -1, 0.75)", -4.0, -4.566507387224971, 0.010460308182701862, -4.0,
    -1.154495784509226 },
  { "studentt(3.5, -1, 0.75)", 0.5, -2.4166066359132388, 0.9369307387120432, 0.5000000000000001,
    -1.154495784509226 },
  { "sine(0.5, 2)", 0.51, -0.9746057822401677, 0.0037396183857803297, 0.51, -0.3756715664719794 },
  { "sine(0.5, 2)", 1.75, -0.27367271765576856, 0.8161124102266116, 1.75, -0.3756715664719794 },
};

START_TEST(closed_forms)
{
  for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
    const char *name = golden[i].prior;
    socca_prior p = make(name);
    double scale = socca_prior_quantile(&p, 0.84) - socca_prior_quantile(&p, 0.16);
    close_to(name, "log density", golden[i].x, socca_prior_log_density(&p, golden[i].x, NULL),
             golden[i].log_density, 1e-13, 0);
    close_to(name, "cdf", golden[i].x, socca_prior_cdf(&p, golden[i].x), golden[i].cdf, 1e-13,
             1e-15);
    close_to(name, "quantile", golden[i].cdf, socca_prior_quantile(&p, golden[i].cdf),
             golden[i].quantile, 1e-13, 1e-15 * scale);
    close_to(name, "ln square", 0, socca_prior_log_square(&p), golden[i].log_square, 1e-13, 0);
  }
}
END_TEST

static const char *const some[] = { "uniform(-1, 4)",
                                    "loguniform(1e-3, 7)",
                                    "normal(2, 3)",
                                    "splitnormal(-1, 0.5, 2)",
                                    "powerlaw(1.5, 0.2, 3)",
                                    "powerlaw(-1.0001, 0.2, 3)",
                                    "logpowerlaw(-40, 0.2, 3)",
                                    "powerlaw(300, 1e-3, 1e3)",
                                    "truncnormal(0, 1, 2, 3)",
                                    "truncnormal(0, 1000, -1, 2)",
                                    "truncnormal(5, 1, -2, 3)",
                                    "lognormal(1, 0.3)",
                                    "halfnormal(2)",
                                    "beta(0.7, 3)",
                                    "beta(30, 2)",
                                    "gamma(0.85, 2)",
                                    "gamma(40, 0.1)",
                                    "studentt(1, 0, 1)",
                                    "studentt(1e6, 3, 2)",
                                    "sine(0.3, pi)" };
enum { NSOME = sizeof some / sizeof *some };

/* What holds for any distribution: F(q(u)) = u, the density is F's slope, the slope is the density's, the
 * integral of the squared density is that of the density over u. */
START_TEST(consistency)
{
  const int n = 20000;
  socca_prior p = make(some[_i]);
  double last = p.lower, sum = 0;
  double scale = socca_prior_quantile(&p, 0.84) - socca_prior_quantile(&p, 0.16);
  for (int i = 1; i < 400; i++) {
    double u = i / 400.0, x = socca_prior_quantile(&p, u), slope, h, d;
    ck_assert_double_ge(x, last);
    close_to(some[_i], "F(q(u))", u, socca_prior_cdf(&p, x), u, 0, 2e-12);
    double y = socca_prior_log_density(&p, x, &slope);
    h = 1e-3 * fmin(socca_prior_quantile(&p, u + 1e-3) - x, x - socca_prior_quantile(&p, u - 1e-3));
    d = (socca_prior_cdf(&p, x + h) - socca_prior_cdf(&p, x - h)) / (2 * h);
    close_to(some[_i], "dF/dx", x, d, exp(y), 1e-5, 0);
    h *= 10;
    d = (socca_prior_log_density(&p, x + h, NULL) - socca_prior_log_density(&p, x - h, NULL)) /
        (2 * h);
    close_to(some[_i], "slope", x, slope, d, 1e-3, 1e-3 / scale);
    last = x;
  }
  for (int i = 0; i < n; i++)
    sum += exp(socca_prior_log_density(&p, socca_prior_quantile(&p, (i + 0.5) / n), NULL)) / n;
  if (isfinite(socca_prior_log_square(&p)))
    close_to(some[_i], "ln square", 0, socca_prior_log_square(&p), log(sum), 0, 5e-3);
  ck_assert(socca_prior_quantile(&p, 0) == p.lower && socca_prior_quantile(&p, 1) == p.upper);
  ck_assert(socca_prior_log_density(&p, -1e300, NULL) == -INFINITY);
  ck_assert(socca_prior_log_density(&p, NAN, NULL) == -INFINITY);
  ck_assert(isnan(socca_prior_quantile(&p, NAN)));
}
END_TEST

START_TEST(formats_and_kinds)
{
  char text[100];
  for (int i = 0; i < NSOME; i++) {
    socca_prior p = make(some[i]), again;
    socca_prior_format(&p, text, sizeof text);
    again = make(text);
    ck_assert_msg(memcmp(p.a, again.a, sizeof p.a) == 0, "%s is not %s", text, some[i]);
  }
  size_t n = 0;
  for (const char *const *name = socca_prior_names(); *name; name++, n++) {
    const socca_prior_kind *k = socca_prior_find(*name);
    ck_assert_ptr_nonnull(k);
    ck_assert(strncmp(socca_prior_signature(k), *name, strlen(*name)) == 0);
  }
  ck_assert_uint_eq(n, 13);
  ck_assert_ptr_null(socca_prior_find("unifrom"));
  ck_assert_int_eq(socca_prior_arg_has_unit(socca_prior_find("powerlaw"), 0), 0);
  ck_assert_int_eq(socca_prior_arg_has_unit(socca_prior_find("powerlaw"), 2), 1);
}
END_TEST

static const struct {
  const char *kind;
  double args[4];
  const char *why;
} bad[] = {
  { "uniform", { 1, 1 }, "low must be less than high" },
  { "uniform", { -1e308, 1e308 }, "the limits are too far apart" },
  { "loguniform", { 0, 1 }, "low must be positive" },
  { "loguniform", { 2, 1 }, "low must be less than high" },
  { "normal", { 0, 0 }, "sigma must be positive" },
  { "normal", { NAN, 1 }, "arguments must be finite" },
  { "normal", { 0, INFINITY }, "arguments must be finite" },
  { "splitnormal", { 0, 1, -1 }, "sigma_low and sigma_high must be positive" },
  { "powerlaw", { -2, -1, 1 }, "low must be positive" },
  { "truncnormal", { 0, -1, 0, 1 }, "sigma must be positive" },
  { "truncnormal", { 0, 1, 1, 0 }, "low must be less than high" },
  { "truncnormal",
    { 0, 1, 50, 60 },
    "the limits are too far from the mean, or too close together" },
  { "halfnormal", { -1 }, "sigma must be positive" },
  { "beta", { 0, 1 }, "a and b must lie between 1e-3 and 1e6" },
  { "beta", { 1, 1e7 }, "a and b must lie between 1e-3 and 1e6" },
  { "gamma", { 1, 0 }, "rate must be positive" },
  { "gamma", { 1e-4, 1 }, "shape must lie between 1e-3 and 1e6" },
  { "studentt", { 0, 0, 1 }, "dof must lie between 1e-3 and 1e6" },
  { "studentt", { 1, 0, 0 }, "scale must be positive" },
  { "sine", { 0, 4 }, "the limits must lie between 0 and pi" },
};

START_TEST(refusals)
{
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    socca_prior p;
    const char *why;
    ck_assert_int_eq(socca_prior_make(socca_prior_find(bad[i].kind), bad[i].args, &p, &why),
                     SOCCA_E_INPUT);
    ck_assert_str_eq(why, bad[i].why);
  }
}
END_TEST

int main(void)
{
  Suite *s = suite_create("prior");
  TCase *t = tcase_create("prior");
  tcase_add_test(t, closed_forms);
  tcase_add_loop_test(t, consistency, 0, NSOME);
  tcase_add_test(t, formats_and_kinds);
  tcase_add_test(t, refusals);
  suite_add_tcase(s, t);
  return run_suite_as(s, CK_NOFORK);
}
