/* SPDX-License-Identifier: BSD-3-Clause */
/* (2 + cos(y0 / 2) cos(y1 / 2))^5 in y = 10 pi x: eighteen equal peaks. */
#include "config.h"
#include "problems.h"
#include <math.h>

static const double half_side = 5 * 3.14159265358979323846; /* y / 2 = half_side x */

static double eggbox(const problem *p, const double *x, double *grad)
{
  double a = half_side * x[0], b = half_side * x[1], t = 2 + cos(a) * cos(b);
  (void)p;
  if (grad) {
    grad[0] = -5 * pow(t, 4) * half_side * sin(a) * cos(b);
    grad[1] = -5 * pow(t, 4) * half_side * cos(a) * sin(b);
  }
  return pow(t, 5);
}

/* With c = cos a the inner mean over b is a function of |c|; both means run over whole half-periods, so that
 * the midpoint rule converges like a Fourier series. exp(243) at most: no overflow. */
static double eggbox_logz(const problem *p)
{
  enum { N = 2000 };
  const double pi = 3.14159265358979323846;
  double sum = 0;
  (void)p;
  for (int i = 0; i < N; i++) {
    double c = cos(pi * (i + 0.5) / N), inner = 0;
    for (int k = 0; k < N; k++) inner += exp(pow(2 + c * cos(pi * (k + 0.5) / N), 5) - 243);
    sum += inner / N;
  }
  return 243 + log(sum / N);
}

const problem_family problem_eggbox = {
  .name = "eggbox",
  .ndim = 2,
  .least = 2,
  .most = 2,
  .key = { { NULL, 0, 0, 0, { NULL } } },
  .loglike = eggbox,
  .logz = eggbox_logz,
};
