/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "problems.h"
#include <math.h>

double problem_integral(double (*f)(double x, const void *arg), const void *arg, double a, double b,
                        unsigned panels)
{
  static const double node[] = { 0, 0.5384693101056830910363, 0.9061798459386639927976 };
  static const double weight[] = { 0.5688888888888888888889, 0.4786286704993664680413,
                                   0.2369268850561890875143 };
  double half = (b - a) / (2 * (double)panels), sum = 0;
  for (unsigned i = 0; i < panels; i++) {
    double centre = a + (2 * i + 1) * half, part = weight[0] * f(centre, arg);
    for (int k = 1; k < 3; k++)
      part += weight[k] * (f(centre - half * node[k], arg) + f(centre + half * node[k], arg));
    sum += part * half;
  }
  return sum;
}

/* The difference is taken of tails on the side where they are small. */
double problem_box(double low, double high)
{
  const double r = 0.7071067811865475244;
  if (low > 0) return 0.5 * (erfc(low * r) - erfc(high * r));
  if (high < 0) return 0.5 * (erfc(-high * r) - erfc(-low * r));
  return 0.5 * (erf(high * r) - erf(low * r));
}

double problem_log_add(double a, double b)
{
  double top = fmax(a, b);
  return top > -INFINITY ? top + log1p(exp(-fabs(a - b))) : top;
}
