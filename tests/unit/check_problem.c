/* SPDX-License-Identifier: BSD-3-Clause */
/* Spaces, densities, chain rule, and the rules for values that are no log-likelihoods. */
#include "config.h"
#include "run_fixture.h"
#include "run_suite.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* one parameter of every kind of prior and map, tied to the model's */
static const char *const mixed = "model: problems\n"
                                 "problem: {name: correlated, ndim: 3, mean: 0.4, sigma: 0.3}\n"
                                 "x0: normal(0.3, 0.2)\n"
                                 "x1: = a * b / 3 + x0^2\n"
                                 "x2: = sin(c) / 4\n"
                                 "parameters:\n"
                                 "  a: loguniform(0.1, 10)\n"
                                 "  b: beta(2, 3)\n"
                                 "  c: uniform(0, 6.5)\n"
                                 "  d: studentt(4, 0, 1)\n"
                                 "  e: halfnormal(2)\n"
                                 "  f: truncnormal(0, 1, -1, 2)\n"
                                 "  g: lognormal(0, 0.5)\n"
                                 "  h: gamma(2, 3)\n"
                                 "  i: splitnormal(1, 0.5, 2)\n"
                                 "  j: powerlaw(-1.5, 1, 5)\n"
                                 "  k: sine(0.2, 2)\n";

enum { D = 12 };

static void open_mixed(fixture *f)
{
  socca_status s = fixture_open(f, mixed);
  ck_assert_msg(s == SOCCA_OK, "%s", s ? socca_journal_error(f->journal, 0) : "");
  ck_assert_uint_eq(socca_parameters_ndim(socca_problem_parameters(f->problem)), D);
}

START_TEST(round_trips)
{
  fixture f;
  open_mixed(&f);
  for (uint64_t k = 0; k < 50; k++)
    for (uint32_t from = 0; from < 3; from++)
      for (uint32_t to = 0; to < 3; to++) {
        double u[D], x[D], y[D], back[D], dydx[D], dxdy[D];
        fixture_uniform(k, D, u);
        socca_problem_convert(f.problem, SOCCA_CUBE, u, from, x, NULL);
        socca_problem_convert(f.problem, from, x, to, y, dydx);
        socca_problem_convert(f.problem, to, y, from, back, dxdy);
        for (int i = 0; i < D; i++) {
          ck_assert_msg(fabs(back[i] - x[i]) <= 1e-9 * (1 + fabs(x[i])), "%u->%u %d: %.17g %.17g",
                        from, to, i, x[i], back[i]);
          ck_assert_msg(fabs(dydx[i] * dxdy[i] - 1) < 1e-7, "%u->%u %d: %g", from, to, i,
                        dydx[i] * dxdy[i] - 1);
        }
      }
  fixture_close(&f);
}
END_TEST

START_TEST(slopes)
{
  fixture f;
  open_mixed(&f);
  for (uint64_t k = 0; k < 20; k++)
    for (uint32_t from = 0; from < 3; from++)
      for (uint32_t to = 0; to < 3; to++) {
        double u[D], x[D], left[D], right[D], y[D], dydx[D];
        fixture_uniform(k, D, u);
        for (int i = 0; i < D; i++) u[i] = 0.05 + 0.9 * u[i];
        socca_problem_convert(f.problem, SOCCA_CUBE, u, from, x, NULL);
        socca_problem_convert(f.problem, from, x, to, y, dydx);
        for (int i = 0; i < D; i++) {
          double h = 1e-5, keep = x[i];
          x[i] = keep - h;
          socca_problem_convert(f.problem, from, x, to, left, NULL);
          x[i] = keep + h;
          socca_problem_convert(f.problem, from, x, to, right, NULL);
          x[i] = keep;
          double slope = (right[i] - left[i]) / (2 * h);
          ck_assert_msg(fabs(slope - dydx[i]) < 1e-5 * (1 + fabs(slope)), "%u->%u %d: %g, not %g",
                        from, to, i, dydx[i], slope);
        }
      }
  fixture_close(&f);
}
END_TEST

/* log prior in R^d = log prior of theta + log Jacobian; in the cube it is nil */
START_TEST(jacobians)
{
  fixture f;
  open_mixed(&f);
  for (uint64_t k = 0; k < 50; k++) {
    double u[D], z[D], theta[D], dz[D], logl, logp, other, expected;
    fixture_uniform(k, D, u);
    socca_problem_convert(f.problem, SOCCA_CUBE, u, SOCCA_UNBOUNDED, z, NULL);
    socca_problem_convert(f.problem, SOCCA_UNBOUNDED, z, SOCCA_PHYSICAL, theta, dz);
    expected = socca_problem_log_prior(f.problem, theta);
    for (int i = 0; i < D; i++) expected += log(dz[i]);
    ck_assert_int_eq(socca_problem_density(f.problem, SOCCA_UNBOUNDED, z, &logl, &logp, NULL), 0);
    ck_assert_msg(fabs(logp - expected) < 1e-8, "%g %g", logp, expected);
    ck_assert_int_eq(socca_problem_density(f.problem, SOCCA_PHYSICAL, theta, &other, &logp, NULL),
                     0);
    ck_assert(fabs(other - logl) < 1e-9 * (1 + fabs(logl)));
    ck_assert(fabs(logp - socca_problem_log_prior(f.problem, theta)) < 1e-12);
    ck_assert_int_eq(socca_problem_density(f.problem, SOCCA_CUBE, u, &other, &logp, NULL), 0);
    ck_assert(fabs(other - logl) < 1e-8 * (1 + fabs(logl)));
    ck_assert_double_eq(logp, 0);
  }
  fixture_close(&f);
}
END_TEST

static double at(fixture *f, uint32_t space, const double *x)
{
  double logl, logp;
  ck_assert_int_eq(socca_problem_density(f->problem, space, x, &logl, &logp, NULL), SOCCA_OK);
  return logl + logp;
}

/* through ties and maps; `space` 0..2 */
START_TEST(gradients)
{
  fixture f;
  uint32_t space = (uint32_t)_i;
  open_mixed(&f);
  for (uint64_t k = 0; k < 20; k++) {
    double u[D], x[D], grad[D], logl, logp;
    fixture_uniform(k, D, u);
    for (int i = 0; i < D; i++) u[i] = 0.1 + 0.8 * u[i];
    socca_problem_convert(f.problem, SOCCA_CUBE, u, space, x, NULL);
    ck_assert_int_eq(socca_problem_density(f.problem, space, x, &logl, &logp, grad), SOCCA_OK);
    for (int i = 0; i < D; i++) {
      double h = 1e-5, keep = x[i], slope;
      x[i] = keep + h;
      slope = at(&f, space, x);
      x[i] = keep - h;
      slope = (slope - at(&f, space, x)) / (2 * h);
      x[i] = keep;
      ck_assert_msg(fabs(slope - grad[i]) < 3e-5 * (1 + fabs(slope)), "%u: d/dx%d %.10g, not %.10g",
                    space, i, grad[i], slope);
    }
  }
  fixture_close(&f);
}
END_TEST

START_TEST(far_out)
{
  fixture f;
  double z[D], grad[D], logl, logp;
  open_mixed(&f);
  for (int sign = -1; sign < 2; sign += 2)
    for (double far = 1; far < 1e3; far *= 2) {
      for (int i = 0; i < D; i++) z[i] = sign * far;
      ck_assert_int_eq(socca_problem_density(f.problem, SOCCA_UNBOUNDED, z, &logl, &logp, grad), 0);
      ck_assert(!isnan(logl) && !isnan(logp) && logp > -INFINITY);
      for (int i = 0; i < D; i++) ck_assert(!isnan(grad[i]));
    }
  fixture_close(&f);
}
END_TEST

/* outside the prior there is nothing to evaluate */
START_TEST(outside)
{
  fixture f;
  double x[D], grad[D], logl, logp;
  open_mixed(&f);
  for (int i = 0; i < D; i++) x[i] = 0.5;
  x[1] = 11;
  ck_assert_int_eq(socca_problem_density(f.problem, SOCCA_PHYSICAL, x, &logl, &logp, grad), 0);
  ck_assert(logl == -INFINITY && logp == -INFINITY);
  for (int i = 0; i < D; i++) ck_assert_double_eq(grad[i], 0);
  x[1] = 1.5;
  ck_assert_int_eq(socca_problem_density(f.problem, SOCCA_CUBE, x, &logl, &logp, NULL), 0);
  ck_assert(logl == -INFINITY);
  fixture_close(&f);
}
END_TEST

/* unwrapped on the line: a whole turn changes nothing, and no turn has an end */
START_TEST(periodic)
{
  fixture f;
  double theta, dz, z, u, near[2], far[2], grad[2];
  socca_status s = fixture_open(&f, "model: problems\nproblem: {name: gaussian, ndim: 1}\n"
                                    "x0: uniform(0.1, 0.9)\nsampler: {periodic: [x0]}\n");
  ck_assert_msg(s == SOCCA_OK, "%s", s ? socca_journal_error(f.journal, 0) : "");
  ck_assert_double_eq_tol(socca_parameters_free_at(socca_problem_parameters(f.problem), 0)->period,
                          0.8, 1e-12);
  u = 0.25;
  socca_problem_convert(f.problem, SOCCA_CUBE, &u, SOCCA_UNBOUNDED, &z, NULL);
  ck_assert_double_eq_tol(z, M_PI / 2, 1e-12);
  socca_problem_convert(f.problem, SOCCA_UNBOUNDED, &z, SOCCA_PHYSICAL, &theta, &dz);
  ck_assert_double_eq_tol(theta, 0.3, 1e-12);
  ck_assert_double_eq_tol(dz, 0.8 / (2 * M_PI), 1e-12);
  ck_assert_int_eq(
      socca_problem_density(f.problem, SOCCA_UNBOUNDED, &z, &near[0], &near[1], &grad[0]), 0);
  z -= 6 * M_PI;
  ck_assert_int_eq(
      socca_problem_density(f.problem, SOCCA_UNBOUNDED, &z, &far[0], &far[1], &grad[1]), 0);
  ck_assert_double_eq_tol(far[0], near[0], 1e-9);
  ck_assert_double_eq_tol(far[1], near[1], 1e-12);
  ck_assert_double_eq_tol(grad[0], grad[1], 1e-9);
  u = 3.25;
  ck_assert_int_eq(socca_problem_density(f.problem, SOCCA_CUBE, &u, &far[0], &far[1], NULL), 0);
  ck_assert_double_eq_tol(far[0], near[0], 1e-9);
  fixture_close(&f);
}
END_TEST

static void execute(fixture *f, socca_task *t, double *u, double *out)
{
  t->in = u;
  t->out = out;
  ck_assert_int_eq(socca_problem_execute(f->problem, t), SOCCA_OK);
}

START_TEST(not_a_number)
{
  fixture f;
  double u[2] = { 0.1, 0.5 }, out[2];
  socca_task t = { .op = SOCCA_OP_LOGLIKE, .index = 7 };
  ck_assert_int_eq(fixture_open(&f, "model: faulty\nfaulty: {nan: 0.2, inf: 0.2, error: 0.2}\n"),
                   0);
  execute(&f, &t, u, out);
  ck_assert(out[0] == -INFINITY);
  ck_assert_uint_eq(t.cost.calls, 1);
  ck_assert_uint_eq(t.cost.nonfinite, 1);
  ck_assert_uint_eq(t.cost.bad_index, 7);
  ck_assert_ptr_nonnull(strstr(t.cost.message, "NaN at x0 = 0.1, x1 = 0.5"));
  u[0] = 0.3; /* +inf */
  t.in = u;
  ck_assert_int_eq(socca_problem_execute(f.problem, &t), SOCCA_E_NUMERIC);
  ck_assert_ptr_nonnull(strstr(t.message, "+inf at x0 = 0.3, x1 = 0.5"));
  u[0] = 0.5; /* the model's own error */
  ck_assert_int_eq(socca_problem_execute(f.problem, &t), SOCCA_E_NUMERIC);
  ck_assert_str_eq(t.message, "this point is cursed: x0 = 0.5");
  u[0] = 0.7;
  execute(&f, &t, u, out);
  ck_assert_uint_eq(t.cost.nonfinite, 0);
  ck_assert_uint_eq(t.cost.bad_index, UINT64_MAX);
  ck_assert_double_eq_tol(out[0], -2, 1e-12);
  t.op = SOCCA_OP_FIRST;
  ck_assert_int_eq(socca_problem_execute(f.problem, &t), SOCCA_E_BUG);
  ck_assert_uint_eq(socca_journal_errors(f.journal), 0); /* all of it is the task's */
  fixture_close(&f);
}
END_TEST

START_TEST(density_op)
{
  fixture f;
  double theta[1] = { 0.25 }, out[2];
  socca_task t = { .op = SOCCA_OP_DENSITY };
  ck_assert_int_eq(fixture_open(&f, "model: problems\nproblem: {name: gaussian, ndim: 1}\n"
                                    "x0: uniform(0, 4)\n"),
                   0);
  execute(&f, &t, theta, out);
  ck_assert_double_eq_tol(out[0], -1.125 - log(0.1 * sqrt(2 * M_PI)), 1e-12);
  ck_assert_double_eq_tol(out[1], -log(4), 1e-12);
  fixture_close(&f);
}
END_TEST

START_TEST(ties_outside)
{
  fixture f;
  double u[1] = { 0.75 }, out[1];
  socca_task t = { .op = SOCCA_OP_LOGLIKE };
  ck_assert_int_eq(fixture_open(&f, "model: problems\nproblem: {name: gaussian, ndim: 1}\n"
                                    "x0: = sqrt(0.5 - p)\nparameters: {p: \"uniform(0, 1)\"}\n"),
                   0);
  execute(&f, &t, u, out);
  ck_assert(out[0] == -INFINITY);
  ck_assert_uint_eq(t.cost.calls, 1);
  ck_assert_uint_eq(t.cost.outside, 1);
  ck_assert_uint_eq(t.cost.nonfinite, 0);
  u[0] = 0.34;
  execute(&f, &t, u, out);
  ck_assert_double_eq_tol(out[0], -log(0.1 * sqrt(2 * M_PI)), 1e-12);
  ck_assert_uint_eq(t.cost.outside, 0);
  fixture_close(&f);
}
END_TEST

START_TEST(identities)
{
  static const char *const document[] = {
    "model: problems\nproblem: {name: gaussian, ndim: 2}\n",
    "model: problems\nproblem: {ndim: 2, name: gaussian, cost: 1e-6} # no other value\n",
    "model: problems\nproblem: {name: gaussian, ndim: 2, sigma: 0.2}\n",
    "model: problems\nproblem: {name: gaussian, ndim: 2}\nx0: uniform(0, 2)\n",
    "model: problems\nproblem: {name: gaussian, ndim: 3}\n",
    "model: faulty\n",
  };
  enum { N = sizeof document / sizeof *document };
  char hex[N][33];
  for (int i = 0; i < N; i++) {
    fixture f;
    ck_assert_int_eq(fixture_open(&f, document[i]), 0);
    socca_result *items = socca_items_new(f.journal);
    ck_assert_int_eq(socca_problem_identity(f.problem, items), 0);
    socca_items_digest(items, hex[i]);
    socca_items_free(items);
    fixture_close(&f);
  }
  ck_assert_str_eq(hex[0], hex[1]);
  for (int i = 1; i < N; i++)
    for (int k = i + 1; k < N; k++) ck_assert_str_ne(hex[i], hex[k]);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("problem");
  TCase *c = tcase_create("problem");
  tcase_add_test(c, round_trips);
  tcase_add_test(c, slopes);
  tcase_add_test(c, jacobians);
  tcase_add_loop_test(c, gradients, 0, 3);
  tcase_add_test(c, far_out);
  tcase_add_test(c, outside);
  tcase_add_test(c, periodic);
  tcase_add_test(c, not_a_number);
  tcase_add_test(c, density_op);
  tcase_add_test(c, ties_outside);
  tcase_add_test(c, identities);
  suite_add_tcase(s, c);
  return run_suite(s);
}
