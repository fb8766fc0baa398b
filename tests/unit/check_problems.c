/* SPDX-License-Identifier: BSD-3-Clause */
/* The problems of known evidence: log Z against published values and against plain quadrature over the cube,
 * gradients against finite differences. Everything goes through the core, as in a run. */
#include "config.h"
#include "run_fixture.h"
#include "run_suite.h"
#include <math.h>
#include <stdlib.h>

typedef struct known {
  const char *problem;
  double logz, tolerance;
} known;

/* nautilus.md 17 and the acceptance tests of the other samplers; the tolerance is that of the digits given */
static const known published[] = {
  { "{name: gaussian}", -6.39e-5, 1e-7 },
  { "{name: correlated}", 0, 1e-10 },
  { "{name: shells}", -1.745642, 2e-6 },
  { "{name: eggbox}", 235.855940, 1e-6 },
  { "{name: rosenbrock, ndim: 2}", -5.8041324, 1e-7 },
  { "{name: rosenbrock, ndim: 3}", -10.4770293, 1e-7 },
  { "{name: rosenbrock}", -15.1016907, 1e-7 },
  { "{name: rosenbrock, ndim: 10}", -43.1083552, 1e-7 },
  { "{name: rosenbrock, variant: pairs, steepness: 10, low: -10, high: 10}", -11.99832, 1e-5 },
  { "{name: rosenbrock, ndim: 10, variant: pairs, steepness: 10, low: -10, high: 10}", -29.99579,
    1e-5 },
  { "{name: loggamma}", -2.27e-5, 1e-7 },
  { "{name: mixture}", -9.21034, 1e-5 },
  { "{name: halfspace}", -2.077, 5e-4 },
  { "{name: halfspace, cut: 0.99}", -5.99, 5e-3 },
  { "{name: halfspace, sigma: 1e6}", -0.693147180559945, 1e-9 },
  { "{name: plateau, variant: cliff}", -5.298317366548036, 1e-12 },
  { "{name: plateau, variant: flat-top}", -1.06, 5e-3 },
};

START_TEST(evidence)
{
  fixture f;
  double logz = published_logz(&f, published[_i].problem);
  ck_assert_msg(fabs(logz - published[_i].logz) < published[_i].tolerance, "%s: %.9f, not %.9f",
                published[_i].problem, logz, published[_i].logz);
  fixture_close(&f);
}
END_TEST

/* Sum of 0.9 0.1^k e^(1 + k): the mean over each step, in closed form */
START_TEST(stairs)
{
  fixture f;
  double logz = published_logz(&f, "{name: plateau}");
  ck_assert(fabs(logz - log(0.9 * M_E / (1 - 0.1 * M_E))) < 1e-8);
  fixture_close(&f);
}
END_TEST

/* In two dimensions the midpoint rule on a fine grid: nothing in common with how the plugin computes it. */
static const struct {
  const char *problem;
  double tolerance;
} plane[] = {
  { "{name: gaussian, ndim: 2}", 1e-6 },
  { "{name: gaussian, ndim: 2, mean: 0.9, sigma: 0.3}", 1e-5 },
  { "{name: correlated, ndim: 2}", 1e-6 },
  { "{name: correlated, ndim: 2, mean: 0.1, sigma: 0.2, correlation: 0.5}", 1e-5 },
  { "{name: shells}", 1e-6 },
  { "{name: shells, offset: 2, radius: 1, width: 0.2}", 1e-6 },
  { "{name: eggbox}", 1e-6 },
  { "{name: rosenbrock, ndim: 2}", 1e-6 },
  { "{name: rosenbrock, ndim: 2, variant: pairs, steepness: 10, low: -4, high: 6}", 1e-6 },
  { "{name: rosenbrock, ndim: 2, temperature: 20}", 1e-5 },
  { "{name: loggamma, ndim: 2}", 1e-6 },
  { "{name: funnel, ndim: 2, width: 10}", 1e-5 },
  { "{name: mixture, ndim: 2}", 1e-6 },
  { "{name: mixture, ndim: 2, offset: 4.5, weight: 0.2, sigma: 0.8}", 1e-5 },
  { "{name: halfspace}", 1e-5 },
  { "{name: plateau, variant: flat-top}", 1e-5 },
  { "{name: plateau, variant: cliff}", 1e-4 },
};

START_TEST(quadrature)
{
  enum { N = 1500 };
  fixture f;
  socca_status failed = SOCCA_OK;
  double logz = published_logz(&f, plane[_i].problem), top = -INFINITY, sum = 0;
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < N; i++)
      for (int k = 0; k < N; k++) {
        const double x[2] = { (i + 0.5) / N, (k + 0.5) / N };
        double logl;
        failed |=
            socca_problem_loglike(f.problem, x, &logl); /* an assertion here writes to a pipe */
        if (pass == 0) top = fmax(top, logl);
        if (pass == 1) sum += exp(logl - top);
      }
  ck_assert_int_eq(failed, SOCCA_OK);
  sum = top + log(sum / N / N);
  ck_assert_msg(fabs(logz - sum) < plane[_i].tolerance, "%s: %.9f, by quadrature %.9f",
                plane[_i].problem, logz, sum);
  fixture_close(&f);
}
END_TEST

/* The funnel in three dimensions: the grid follows the scale given by the first coordinate. */
START_TEST(funnel)
{
  enum { N = 200 };
  fixture f;
  socca_status failed = SOCCA_OK;
  double logz = published_logz(&f, "{name: funnel, ndim: 3, width: 8, correlation: 0.5}"), sum = 0;
  for (int i = 0; i < N; i++) {
    double first = (i + 0.5) / N, scale = fmin(exp(4 * (first - 0.5)), 1);
    for (int j = 0; j < N; j++)
      for (int k = 0; k < N; k++) {
        double a = (j + 0.5) / N - 0.5, b = (k + 0.5) / N - 0.5, logl;
        const double x[3] = { first, 0.5 + scale * a, 0.5 + scale * b };
        failed |= socca_problem_loglike(f.problem, x, &logl);
        sum += exp(logl) * scale * scale / N / N / N;
      }
  }
  ck_assert_int_eq(failed, SOCCA_OK);
  ck_assert_msg(fabs(logz - log(sum)) < 1e-3, "%.6f, by quadrature %.6f", logz, log(sum));
  fixture_close(&f);
}
END_TEST

static const char *const smooth[] = {
  "{name: gaussian, ndim: 5}",
  "{name: correlated}",
  "{name: shells, ndim: 3}",
  "{name: eggbox}",
  "{name: rosenbrock, ndim: 5, temperature: 3}",
  "{name: rosenbrock, ndim: 5, variant: pairs, steepness: 10}",
  "{name: loggamma}",
  "{name: funnel, ndim: 5}",
  "{name: funnel, ndim: 1}",
  "{name: mixture}",
  "{name: halfspace, ndim: 3}",
  "{name: plateau, variant: cliff}",
  "{name: plateau, variant: flat-top}",
  "{name: plateau, variant: flat-top, ndim: 1}",
  "{name: plateau}",
};

static double density(const fixture *f, uint32_t space, const double *x)
{
  double logl, logp;
  ck_assert_int_eq(socca_problem_density(f->problem, space, x, &logl, &logp, NULL), SOCCA_OK);
  return logl + logp;
}

/* Central differences of fourth order; points near a jump or an edge are passed over. */
static int compare_gradients(const fixture *f, uint32_t space, const double *x, const char *what)
{
  static const double h = 1e-4;
  uint32_t d = socca_parameters_ndim(socca_problem_parameters(f->problem));
  double grad[16], logl, logp, y[16];
  int compared = 0;
  ck_assert_int_eq(socca_problem_density(f->problem, space, x, &logl, &logp, grad), SOCCA_OK);
  if (!(logl > -INFINITY)) return 0;
  for (uint32_t i = 0; i < d; i++) {
    double at[5];
    for (uint32_t k = 0; k < d; k++) y[k] = x[k];
    for (int k = -2; k <= 2; k++) {
      y[i] = x[i] + k * h;
      at[k + 2] = density(f, space, y);
    }
    double slope = (8 * (at[3] - at[1]) - (at[4] - at[0])) / (12 * h);
    double coarse = (at[4] - at[0]) / (4 * h), scale = fabs(slope) + 1;
    if (!isfinite(slope) || fabs(slope - coarse) > 1e-3 * scale) continue;
    ck_assert_msg(fabs(grad[i] - slope) < 2e-6 * scale + 1e-9 * fabs(at[2]) / h,
                  "%s: d/dx%u %.10g, by differences %.10g", what, i, grad[i], slope);
    compared++;
  }
  return compared;
}

START_TEST(gradients)
{
  fixture f;
  int compared = 0;
  published_logz(&f, smooth[_i]);
  uint32_t d = socca_parameters_ndim(socca_problem_parameters(f.problem));
  for (uint64_t k = 0; k < 40; k++) {
    double u[16], z[16];
    fixture_uniform(k, d, u);
    for (uint32_t i = 0; i < d && k % 2; i++) u[i] = 0.3 + 0.4 * u[i]; /* where the mass is */
    compared += compare_gradients(&f, SOCCA_PHYSICAL, u, smooth[_i]);
    socca_problem_convert(f.problem, SOCCA_CUBE, u, SOCCA_UNBOUNDED, z, NULL);
    compared += compare_gradients(&f, SOCCA_UNBOUNDED, z, smooth[_i]);
  }
  ck_assert_int_gt(compared, 4);
  fixture_close(&f);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("problems");
  TCase *c = tcase_create("problems");
  tcase_set_timeout(c, 60);
  tcase_add_loop_test(c, evidence, 0, sizeof published / sizeof *published);
  tcase_add_test(c, stairs);
  tcase_add_loop_test(c, quadrature, 0, sizeof plane / sizeof *plane);
  tcase_add_test(c, funnel);
  tcase_add_loop_test(c, gradients, 0, sizeof smooth / sizeof *smooth);
  suite_add_tcase(s, c);
  return run_suite(s);
}
