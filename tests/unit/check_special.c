/* SPDX-License-Identifier: BSD-3-Clause */
/* Special functions against 50-digit values (mpmath), and quantiles as inverses. */
#include "config.h"
#include "run_suite.h"
#include <maths/special.h>
#include <math.h>
#include <stdlib.h>

static const double gammas[][4] = {
  /* a, x, P, Q */
  { 0.5, 1e-08, 0.00011283791633342487067, 0.99988716208366657513 },
  { 0.5, 0.3, 0.56142197391900013648, 0.43857802608099986352 },
  { 1, 1, 0.6321205588285576784, 0.3678794411714423216 },
  { 2.5, 0.01, 2.9876015319065938441e-6, 0.99999701239846809341 },
  { 2.5, 2, 0.45058404864721976739, 0.54941595135278023261 },
  { 2.5, 30, 0.99999999998784543022, 1.2154569777183038948e-11 },
  { 50, 30, 0.00051889146254803429258, 0.99948110853745196571 },
  { 50, 52, 0.62785029842613244507, 0.37214970157386755493 },
  { 50, 120, 0.99999999999983991773, 1.6008226793344828707e-13 },
  { 0.001, 1e-10, 0.97780065659862580418, 0.022199343401374195822 },
  { 0.001, 5, 0.99999884901866026914, 1.1509813397308608782e-6 },
  { 300, 320, 0.87475009086201319352, 0.12524990913798680648 },
};
static const double betas[][4] = {
  /* a, b, x, I */
  { 0.5, 0.5, 1e-06, 0.00063661987847092446978 }, { 0.5, 0.5, 0.5, 0.5 },
  { 2, 3, 0.3, 0.34829999999999998042 },          { 2, 3, 0.999, 0.999999996003 },
  { 30, 2, 0.9, 0.16956463310086491132 },         { 30, 2, 0.2, 2.6843545600000044346e-20 },
  { 0.1, 20, 0.001, 0.70799700842341537837 },     { 200, 300, 0.41, 0.67762816477217894864 },
  { 5, 0.2, 0.99999, 0.8521609855920706122 },
};
static const double students[][3] = {
  /* dof, t, CDF */
  { 1, -3.0, 0.10241638234956672582 },      { 1, 0.1, 0.53172551743055357126 },
  { 2.5, -0.01, 0.49638199717895412885 },   { 3, 1.5, 0.88470806737758847386 },
  { 3, -40.0, 0.000017190340394579264142 }, { 30, 2.0, 0.97268747751850844804 },
  { 200, -5.0, 6.2509906388576976811e-7 },  { 0.7, -10000.0, 0.00049263077384049191583 },
};
static const double normals[][2] = {
  /* p, quantile */
  { 1e-300, -37.047096299361199237 },
  { 1e-20, -9.2623400897984075796 },
  { 0.001, -3.0902323061678135354 },
  { 0.025, -1.9599639845400542118 },
  { 0.3, -0.52440051270804081597 },
  { 0.49999, -0.000025066282748960008527 },
  { 0.5, 0.0 },
  { 0.8, 0.8416212335729143638 },
  { 0.9999, 3.7190164854557083867 },
};
#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

static void near_to(double got, double want, double tolerance)
{
  ck_assert_msg(fabs(got - want) <= tolerance * fabs(want) + 1e-320, "got %.17g, want %.17g", got,
                want);
}

START_TEST(gamma_values)
{
  const double *g = gammas[_i];
  near_to(socca_gamma_p(g[0], g[1]), g[2], 1e-13);
  near_to(socca_gamma_q(g[0], g[1]), g[3], 1e-13);
}
END_TEST

START_TEST(gamma_inverse)
{
  static const double p[] = { 1e-300, 1e-12, 0.01, 0.5, 0.9, 0.9999 };
  double a = gammas[_i][0];
  for (int k = 0; k < COUNT(p); k++) {
    double x = socca_gamma_p_inverse(a, p[k]);
    if (x < 1e-290) continue; /* the quantile itself underflows */
    if (p[k] < 0.5)
      near_to(socca_gamma_p(a, x), p[k], 1e-12 * fmax(1, a));
    else
      near_to(socca_gamma_q(a, x), 1 - p[k], 1e-11 * fmax(1, a));
  }
}
END_TEST

START_TEST(beta_values)
{
  const double *b = betas[_i];
  near_to(socca_beta_i(b[0], b[1], b[2]), b[3], 1e-13);
  near_to(socca_beta_i_inverse(b[0], b[1], b[3]), b[2], 1e-12 + 1e-16 / (1 - b[3]));
}
END_TEST

START_TEST(student_values)
{
  const double *s = students[_i];
  near_to(socca_student_cdf(s[0], s[1]), s[2], 1e-13);
  near_to(socca_student_quantile(s[0], s[2]), s[1], s[2] > 0.5 ? 1e-12 : 2e-14);
}
END_TEST

START_TEST(normal_values)
{
  const double *n = normals[_i];
  near_to(socca_normal_quantile(n[0]), n[1], 4e-16);
  if (n[0] > 1e-200) near_to(socca_normal_cdf(n[1]), n[0], 1e-13);
}
END_TEST

START_TEST(ends)
{
  ck_assert(isinf(socca_normal_quantile(0)) && isinf(socca_normal_quantile(1)));
  ck_assert_double_eq(socca_gamma_p_inverse(2, 0), 0);
  ck_assert(isinf(socca_gamma_p_inverse(2, 1)));
  ck_assert_double_eq(socca_beta_i_inverse(2, 3, 0), 0);
  ck_assert_double_eq(socca_beta_i_inverse(2, 3, 1), 1);
  ck_assert(isinf(socca_student_quantile(3, 0)));
  ck_assert_double_eq(socca_student_quantile(3, 0.5), 0);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("special");
  TCase *t = tcase_create("special");
  tcase_add_loop_test(t, gamma_values, 0, COUNT(gammas));
  tcase_add_loop_test(t, gamma_inverse, 0, COUNT(gammas));
  tcase_add_loop_test(t, beta_values, 0, COUNT(betas));
  tcase_add_loop_test(t, student_values, 0, COUNT(students));
  tcase_add_loop_test(t, normal_values, 0, COUNT(normals));
  tcase_add_test(t, ends);
  suite_add_tcase(s, t);
  return run_suite(s);
}
