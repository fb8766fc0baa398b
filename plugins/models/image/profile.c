/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "kernels.h"
#include <math.h>

/* P(a, x) - 1/2 and its derivative by the power series; all terms are positive */
static double half_gamma(double a, double x, double log_gamma_a1, double *slope)
{
  double term = 1.0, sum = 1.0;
  for (int k = 1; k < 500 && term > 1e-17 * sum; k++) {
    term *= x / (a + k);
    sum += term;
  }
  double front = exp(a * log(x) - x - log_gamma_a1);
  *slope = front * a / x;
  return front * sum - 0.5;
}

double sersic_b(double n)
{
  if (!(n >= 0.01 && n < 1000.0)) return NAN;
  /* start: expansion in 1/n, or the small-n limit of P(2n, b) = 1/2 */
  double b = 2.0 * n - 1.0 / 3.0 + (4.0 / 405.0 + 46.0 / 25515.0 / n) / n;
  if (n < 0.4) b = pow(0.5 * tgamma(2.0 * n + 1.0), 0.5 / n);
  int sign;
  double log_gamma_a1 = lgamma_r(2.0 * n + 1.0, &sign);
  for (int k = 0; k < 8; k++) { /* Halley's steps on log b, so that b stays positive */
    double slope, f = half_gamma(2.0 * n, b, log_gamma_a1, &slope);
    double t = f / slope, curve = (2.0 * n - 1.0) / b - 1.0;
    double next = b - t / (1.0 - 0.5 * t * curve);
    next = next > 0.0 ? next : 0.5 * b;
    if (fabs(next - b) <= 2e-16 * b) return next;
    b = next;
  }
  return b;
}

double sersic_b_table(double n)
{
  if (!(n > 0.25)) return sersic_b(0.25);
  if (n >= 10.0) return sersic_b(10.0);
  double k = floor((n - 0.25) * (999.0 / 9.75));
  double low = 0.25 + 9.75 * k / 999.0, high = 0.25 + 9.75 * (k + 1.0) / 999.0;
  double a = sersic_b(low);
  return a + (sersic_b(high) - a) * ((n - low) / (high - low));
}

static void custom_values(const struct profile *p, uint32_t isa, size_t n, const double *r2,
                          double *out)
{
  enum { BLOCK = 256 };
  double r[BLOCK];
  const double *column[PROFILE_OWN + 1] = { r };
  unsigned char scalar[PROFILE_OWN + 1] = { 0 };
  for (size_t k = 0; k < p->nown; k++) {
    column[k + 1] = &p->own[k];
    scalar[k + 1] = 1;
  }
  for (size_t i = 0; i < n; i += BLOCK) {
    size_t m = n - i < BLOCK ? n - i : BLOCK;
    SOCCA_DISPATCH(isa, image_sqrt)(m, r2 + i, r);
    p->host->evaluate(p->expression, m, column, scalar, out + i);
  }
}

void profile_values(const struct profile *p, uint32_t isa, size_t n, const double *r2, double *out)
{
  if (p->shape == PROFILE_CUSTOM)
    custom_values(p, isa, n, r2, out);
  else
    SOCCA_DISPATCH(isa, image_profile)(p, n, r2, out);
  if (p->edge != EDGE_NONE) SOCCA_DISPATCH(isa, image_edge)(p, n, r2, out);
}
