/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "problems.h"
#include <math.h>
#include <string.h>

static const double ln_2pi = 1.8378770664093453;

static double ln_add(double a, double b)
{
  double m = a > b ? a : b;
  return m + log(exp(a - m) + exp(b - m));
}

static double normal(double x, double mean, double sigma)
{
  double z = (x - mean) / sigma;
  return -0.5 * z * z - log(sigma) - 0.5 * ln_2pi;
}

static double gaussian(uint32_t d, const double *u, void *arg)
{
  (void)d;
  (void)arg;
  return normal(u[0], 0.4, 0.1) + normal(u[1], 0.5, 0.1) + normal(u[2], 0.6, 0.1);
}

/* variance 0.05^2, all correlations 0.9 */
static double correlated(uint32_t d, const double *u, void *arg)
{
  double s = 0, q = 0, n = d, a = 0.1, b = 0.9;
  (void)arg;
  for (uint32_t k = 0; k < d; k++) {
    double z = (u[k] - 0.5) / 0.05;
    s += z;
    q += z * z;
  }
  double r2 = q / a - b * s * s / (a * (a + n * b));
  double lndet = 2 * n * log(0.05) + (n - 1) * log(a) + log(a + n * b);
  return -0.5 * (r2 + lndet + n * ln_2pi);
}

static double shells(uint32_t d, const double *u, void *arg)
{
  double x = 12 * u[0] - 6, y = 12 * u[1] - 6;
  (void)d;
  (void)arg;
  double a = hypot(x - 3.5, y) - 2, b = hypot(x + 3.5, y) - 2;
  return ln_add(-a * a / 0.02, -b * b / 0.02) - 0.5 * (ln_2pi + log(0.01));
}

static double log_gamma(double x, double m)
{
  double y = 30 * (x - m);
  return y - exp(y) + log(30.0);
}

static double loggamma(uint32_t d, const double *u, void *arg)
{
  double third = 1.0 / 3, l;
  (void)arg;
  l = log(0.5) + ln_add(log_gamma(u[0], third), log_gamma(u[0], 2 * third));
  l += log(0.5) + ln_add(normal(u[1], third, 1 / 30.0), normal(u[1], 2 * third, 1 / 30.0));
  for (uint32_t k = 2; k < d; k++)
    l += k < (d + 2) / 2 ? log_gamma(u[k], 2 * third) : normal(u[k], 2 * third, 1 / 30.0);
  return l;
}

static double rosenbrock(uint32_t d, const double *u, void *arg)
{
  double l = 0;
  (void)arg;
  for (uint32_t k = 0; k + 1 < d; k++) {
    double x = 10 * u[k] - 5, y = 10 * u[k + 1] - 5;
    l -= 100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x);
  }
  return l;
}

static double eggbox(uint32_t d, const double *u, void *arg)
{
  (void)d;
  (void)arg;
  return pow(2 + cos(5 * M_PI * u[0]) * cos(5 * M_PI * u[1]), 5);
}

/* a plateau of zeros over nine tenths of the cube */
static double plateau(uint32_t d, const double *u, void *arg)
{
  (void)d;
  (void)arg;
  return u[0] < 0.9 ? -INFINITY : log(u[0] - 0.9);
}

static double steps(uint32_t d, const double *u, void *arg)
{
  (void)d;
  (void)arg;
  return ceil(-log10(1 - u[0]));
}

/* density of N(0.5, 0.1) on the half with x0 > 0.5, nothing elsewhere */
static double halfspace(uint32_t d, const double *u, void *arg)
{
  double l = 0;
  (void)arg;
  for (uint32_t k = 0; k < d; k++) l += normal(u[k], 0.5, 0.1);
  return u[0] > 0.5 ? l : -INFINITY;
}

static double line(uint32_t d, const double *u, void *arg)
{
  (void)d;
  (void)arg;
  return normal(u[0], 0.3, 0.001);
}

static double funnel(uint32_t d, const double *u, void *arg)
{
  double s = exp(20 * (u[0] - 0.5)) / 100;
  (void)d;
  (void)arg;
  return normal(u[0], 0.5, 0.1) + normal(u[1], 0.5, s);
}

static double flat(uint32_t d, const double *u, void *arg)
{
  (void)d;
  (void)u;
  (void)arg;
  return 0;
}

const problem problems[] = { { "G3", 3, gaussian, -6.39e-5 },
                             { "C10", 10, correlated, 0 },
                             { "SH2", 2, shells, -1.745642 },
                             { "LG10", 10, loggamma, -2.27e-5 },
                             { "R4", 4, rosenbrock, -15.1016907 },
                             { "eggbox", 2, eggbox, 235.855940 },
                             { "plateau", 2, plateau, -5.298317366548036 },
                             { "steps", 2, steps, 1.2119096 },
                             { "halfspace", 3, halfspace, -0.6931483 },
                             { "line", 1, line, 0 },
                             { "funnel", 2, funnel, NAN },
                             { "flat", 2, flat, 0 },
                             { NULL, 0, NULL, 0 } };

const problem *problem_named(const char *name)
{
  for (const problem *p = problems; p->name; p++)
    if (!strcmp(p->name, name)) return p;
  return NULL;
}
