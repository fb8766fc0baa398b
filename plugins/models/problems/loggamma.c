/* SPDX-License-Identifier: BSD-3-Clause */
/* Log-gamma and normal densities of scale 1/30: two modes in each of the first two coordinates, then about as
 * many skewed as normal ones. Normalised on the line. */
#include "config.h"
#include "problems.h"
#include <math.h>

static const double scale = 30;
enum { SKEWED, NORMAL };

static double skewed(double x, double m, double *slope)
{
  double y = scale * (x - m), e = exp(y);
  *slope = scale * (1 - e);
  return y - e + log(scale);
}
static double normal(double x, double m, double *slope)
{
  double y = scale * (x - m);
  *slope = -scale * y;
  return -y * y / 2 + log(scale) - PROBLEM_LOG_2PI / 2;
}

static int kind_of(const problem *p, uint32_t i)
{
  return i == 0 || (i > 1 && i < (p->ndim + 2) / 2) ? SKEWED : NORMAL;
}

static double one(int kind, double x, double m, double *slope)
{
  return kind == SKEWED ? skewed(x, m, slope) : normal(x, m, slope);
}

static double loggamma(const problem *p, const double *x, double *grad)
{
  double sum = 0, a, b, slope;
  for (uint32_t i = 0; i < p->ndim; i++) {
    int kind = kind_of(p, i);
    double right = one(kind, x[i], 2. / 3, &slope);
    if (i < 2) {
      double left = one(kind, x[i], 1. / 3, &a), both = problem_log_add(left, right);
      b = slope;
      slope = exp(left - both) * a + exp(right - both) * b;
      right = both - log(2);
    }
    if (grad) grad[i] = slope;
    sum += right;
  }
  return sum;
}

/* mass between 0 and 1 */
static double mass(int kind, double m)
{
  double low = -scale * m, high = scale * (1 - m);
  return kind == SKEWED ? exp(-exp(low)) - exp(-exp(high)) : problem_box(low, high);
}

static double loggamma_logz(const problem *p)
{
  double sum = 0;
  for (uint32_t i = 0; i < p->ndim; i++) {
    double right = mass(kind_of(p, i), 2. / 3);
    sum += log(i < 2 ? (mass(kind_of(p, i), 1. / 3) + right) / 2 : right);
  }
  return sum;
}

const problem_family problem_loggamma = {
  .name = "loggamma",
  .ndim = 10,
  .least = 2,
  .most = 10000,
  .key = { { NULL, 0, 0, 0, { NULL } } },
  .loglike = loggamma,
  .logz = loggamma_logz,
};
