/* SPDX-License-Identifier: BSD-3-Clause */
/* Two shells of radius r and width w in y = 12 x - 6, centred at -offset and +offset on the first axis. */
#include "config.h"
#include "problems.h"
#include <math.h>

enum { OFFSET, RADIUS, WIDTH };
static const double side = 12;

static double shell(const problem *p, const double *x, double centre, double *r)
{
  double sum = 0;
  for (uint32_t i = 0; i < p->ndim; i++) {
    double y = side * x[i] - side / 2 - (i ? 0 : centre);
    sum += y * y;
  }
  *r = sqrt(sum);
  double t = (*r - p->k[RADIUS]) / p->k[WIDTH];
  return -t * t / 2 - log(p->k[WIDTH]) - PROBLEM_LOG_2PI / 2;
}

static double shells(const problem *p, const double *x, double *grad)
{
  double w = p->k[WIDTH], r[2];
  const double centre[2] = { -p->k[OFFSET], p->k[OFFSET] };
  const double part[2] = { shell(p, x, centre[0], &r[0]), shell(p, x, centre[1], &r[1]) };
  double sum = problem_log_add(part[0], part[1]);
  for (uint32_t i = 0; grad && i < p->ndim; i++) {
    grad[i] = 0;
    for (int k = 0; k < 2; k++) {
      double y = side * x[i] - side / 2 - (i ? 0 : centre[k]), share = exp(part[k] - sum);
      if (r[k] > 0 && share > 0)
        grad[i] -= share * (r[k] - p->k[RADIUS]) / (w * w) * side * y / r[k];
    }
  }
  return sum;
}

static double radial(double r, const void *arg)
{
  const problem *p = arg;
  double t = (r - p->k[RADIUS]) / p->k[WIDTH];
  return pow(r, p->ndim - 1) * exp(-t * t / 2 - PROBLEM_LOG_2PI / 2) / p->k[WIDTH];
}

/* What lies outside the box is neglected: with the default keys a fraction below 1e-7. */
static double shells_logz(const problem *p)
{
  double d = p->ndim, low = fmax(p->k[RADIUS] - 12 * p->k[WIDTH], 0);
  double sphere = log(2) + d / 2 * log(3.14159265358979323846) - lgamma(d / 2);
  double integral = problem_integral(radial, p, low, p->k[RADIUS] + 12 * p->k[WIDTH], 2000);
  return log(2) + sphere + log(integral) - d * log(side);
}

const problem_family problem_shells = {
  .name = "shells",
  .ndim = 2,
  .least = 1,
  .most = 100,
  .key = { [OFFSET] = { "offset", 3.5, 0, 6, { NULL } },
           [RADIUS] = { "radius", 2, 1e-3, 6, { NULL } },
           [WIDTH] = { "width", 0.1, 1e-6, 1, { NULL } } },
  .loglike = shells,
  .logz = shells_logz,
};
