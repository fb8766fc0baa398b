/* SPDX-License-Identifier: BSD-3-Clause */
/* y = width (x - 1/2): the first coordinate normal (sigma), the others normal with covariance
 * e^{y0} [(1 - r) I + r 1 1']. Normalised in x. */
#include "config.h"
#include "problems.h"
#include <math.h>

enum { WIDTH, SIGMA, R };

static double funnel(const problem *p, const double *x, double *grad)
{
  double width = p->k[WIDTH], sigma = p->k[SIGMA], r = p->k[R], m = p->ndim - 1;
  double first = width * (x[0] - 0.5), along = 1 + (m - 1) * r, across = 1 - r;
  double sum = 0, squares = 0, shrink = exp(-first);
  for (uint32_t i = 1; i < p->ndim; i++) {
    double y = width * (x[i] - 0.5);
    sum += y;
    squares += y * y;
  }
  double common = m > 0 ? sum * r / along : 0;
  double form = (squares - sum * common) / across * shrink; /* y' Sigma^-1 y */
  double value = p->ndim * (log(width) - PROBLEM_LOG_2PI / 2) - log(sigma) -
                 first * first / (2 * sigma * sigma);
  if (m > 0) value -= (form + m * first + log(along) + (m - 1) * log(across)) / 2;
  if (grad) {
    grad[0] = width * (-first / (sigma * sigma) + (form - m) / 2);
    for (uint32_t i = 1; i < p->ndim; i++)
      grad[i] = -width * (width * (x[i] - 0.5) - common) / across * shrink;
  }
  return value;
}

typedef struct slice {
  const problem *p;
  double spread; /* e^{y0 / 2} */
} slice;

/* given y0 and the factor t common to the others, these are independent */
static double given_factor(double t, const void *arg)
{
  const slice *s = arg;
  double half = s->p->k[WIDTH] / 2 / s->spread, r = s->p->k[R];
  double centre = sqrt(r) * t, width = sqrt(1 - r);
  double inside = problem_box((-half - centre) / width, (half - centre) / width);
  return exp(-t * t / 2 - PROBLEM_LOG_2PI / 2) * pow(inside, s->p->ndim - 1);
}

static double given_first(double z, const void *arg)
{
  const problem *p = arg;
  const slice s = { p, exp(p->k[SIGMA] * z / 2) };
  return exp(-z * z / 2 - PROBLEM_LOG_2PI / 2) * problem_integral(given_factor, &s, -9, 9, 200);
}

static double funnel_logz(const problem *p)
{
  double end = fmin(p->k[WIDTH] / 2 / p->k[SIGMA], 9);
  return log(problem_integral(given_first, p, -end, end, 100));
}

const problem_family problem_funnel = {
  .name = "funnel",
  .ndim = 20,
  .least = 1,
  .most = 10000,
  .key = { [WIDTH] = { "width", 20, 1e-3, 1e6, { NULL } },
           [SIGMA] = { "sigma", 1, 1e-3, 1e3, { NULL } },
           [R] = { "correlation", 0.95, 0, 0.9999, { NULL } } },
  .loglike = funnel,
  .logz = funnel_logz,
};
