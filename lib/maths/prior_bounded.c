/* SPDX-License-Identifier: BSD-3-Clause */
/* Priors between two limits: uniform, powers of x, sine, beta. */
#include "config.h"
#include <math.h>
#include <maths/special.h>
#include <maths/prior_kind.h>

static const char low_high[] = "low must be less than high";

/* ---- uniform(low, high) ---- */

static const char *uniform_make(socca_prior *p)
{
  p->lower = p->a[0];
  p->upper = p->a[1];
  p->c[0] = p->upper - p->lower;
  return !(p->lower < p->upper) ? low_high
         : isfinite(p->c[0])    ? NULL
                                : "the limits are too far apart";
}

static double uniform_log(const socca_prior *p, double x, double *slope)
{
  (void)x, (void)slope;
  return -log(p->c[0]);
}

static double uniform_cdf(const socca_prior *p, double x)
{
  return (x - p->lower) / p->c[0];
}

static double uniform_quantile(const socca_prior *p, double u)
{
  return p->lower + u * p->c[0];
}

static double uniform_square(const socca_prior *p)
{
  return -log(p->c[0]);
}

SOCCA_PRIOR_KIND(uniform, "(low, high)", 2, 3, uniform_make, uniform);

/* ---- powers: density ~ x^alpha, alpha in c[0]. With b = alpha + 1 in c[1], L = ln(high / low) in c[2] and
 * t = x over the limit where the density's integral x^b is largest, t^b runs from r = exp(-|b| L) to 1; c[3] is
 * 1 - r. Nothing cancels as b goes to 0. ---- */

static const char *power(socca_prior *p, double alpha, double low, double high)
{
  p->lower = low;
  p->upper = high;
  if (!(low < high)) return low_high;
  if (!(low > 0)) return "low must be positive";
  p->c[0] = alpha;
  p->c[1] = alpha + 1;
  p->c[2] = log1p((high - low) / low);
  if (!isfinite(p->c[2])) p->c[2] = log(high) - log(low);
  p->c[3] = -expm1(-fabs(p->c[1]) * p->c[2]);
  return NULL;
}

static const char *loguniform_make(socca_prior *p)
{
  return power(p, -1, p->a[0], p->a[1]);
}

static const char *powerlaw_make(socca_prior *p)
{
  return power(p, p->a[0], p->a[1], p->a[2]);
}

/* ln of the integral of x^alpha over the support, divided by (high or low)^b as b > 0 or not */
static double log_norm(double b, double length)
{
  return b == 0 ? log(length) : log(-expm1(-fabs(b) * length) / fabs(b));
}

static double power_log(const socca_prior *p, double x, double *slope)
{
  double b = p->c[1], limit = b > 0 ? p->upper : p->lower, t = x / limit;
  *slope = p->c[0] / x;
  return p->c[0] * (isfinite(t) ? log(t) : log(x) - log(limit)) - log(limit) - log_norm(b, p->c[2]);
}

static double power_cdf(const socca_prior *p, double x)
{
  double b = p->c[1], l = log1p((x - p->lower) / p->lower);
  if (!isfinite(l)) l = log(x) - log(p->lower);
  if (b == 0) return l / p->c[2];
  return (b > 0 ? exp(b * (l - p->c[2])) : 1) * -expm1(-fabs(b) * l) / p->c[3];
}

static double power_quantile(const socca_prior *p, double u)
{
  double b = p->c[1], length = p->c[2], down = b > 0 ? 1 - u : u;
  if (b == 0) return p->lower * exp(u * length);
  double w = down * p->c[3], r = exp(-fabs(b) * length);
  double l = w < 0.5 ? log1p(-w) : log(r + (b > 0 ? u : 1 - u) * p->c[3]);
  return (b > 0 ? p->upper : p->lower) * exp(l / b);
}

static double power_square(const socca_prior *p)
{
  double b = p->c[1], b2 = 2 * p->c[0] + 1, l = p->c[2];
  double square = log_norm(b2, l) + b2 * log(b2 > 0 ? p->upper : p->lower);
  return square - 2 * (log_norm(b, l) + b * log(b > 0 ? p->upper : p->lower));
}

SOCCA_PRIOR_KIND(loguniform, "(low, high)", 2, 3, loguniform_make, power);
SOCCA_PRIOR_KIND(powerlaw, "(alpha, low, high)", 3, 6, powerlaw_make, power);
SOCCA_PRIOR_KIND(logpowerlaw, "(alpha, low, high)", 3, 6, powerlaw_make, power);

/* ---- sine(low, high): density sin x / C, C = cos low - cos high in c[0] ---- */

/* The double next to pi/2 stands for pi/2. */
static double cosine(double x)
{
  double c = cos(x);
  return fabs(c) < 1e-16 ? 0 : c;
}

static double cosine_difference(double low, double high)
{
  double d = cosine(low) - cosine(high);
  return d > 0.5 ? d : 2 * sin((high + low) / 2) * sin((high - low) / 2);
}

static const char *sine_make(socca_prior *p)
{
  p->lower = p->a[0];
  p->upper = p->a[1];
  p->c[0] = cosine_difference(p->lower, p->upper);
  if (!(p->lower < p->upper)) return low_high;
  return p->lower >= 0 && p->upper <= M_PI ? NULL : "the limits must lie between 0 and pi";
}

static double sine_log(const socca_prior *p, double x, double *slope)
{
  double c = cos(x);
  *slope = 1 / tan(x);
  return (c * c < 0.5 ? log1p(-c * c) / 2 : log(sin(x))) - log(p->c[0]);
}

static double sine_cdf(const socca_prior *p, double x)
{
  return cosine_difference(p->lower, x) / p->c[0];
}

/* sin^2 and cos^2 of x / 2, each a sum of positive terms */
static double sine_quantile(const socca_prior *p, double u)
{
  double s = sin(p->lower / 2), c = cos(p->upper / 2), half = p->c[0] / 2;
  return 2 * atan2(sqrt(s * s + u * half), sqrt(c * c + (1 - u) * half));
}

static double sine_square(const socca_prior *p)
{
  double d = p->upper - p->lower, m = p->upper + p->lower, s = sin(m / 2);
  double integral = d * s * s + cos(m) * (d - sin(d)) / 2;
  return log(integral) - 2 * log(p->c[0]);
}

SOCCA_PRIOR_KIND(sine, "(low, high)", 2, 3, sine_make, sine);

/* ---- beta(a, b): ln B(a, b) in c[0] ---- */

static const char *beta_make(socca_prior *p)
{
  p->lower = 0;
  p->upper = 1;
  if (!socca_prior_shape(p->a[0]) || !socca_prior_shape(p->a[1]))
    return "a and b must lie between 1e-3 and 1e6";
  p->c[0] = socca_log_beta(p->a[0], p->a[1]);
  return NULL;
}

static double beta_log(const socca_prior *p, double x, double *slope)
{
  double a = p->a[0] - 1, b = p->a[1] - 1;
  *slope = (a == 0 ? 0 : a / x) - (b == 0 ? 0 : b / (1 - x));
  return (a == 0 ? 0 : a * log(x)) + (b == 0 ? 0 : b * log1p(-x)) - p->c[0];
}

static double beta_cdf(const socca_prior *p, double x)
{
  return socca_beta_i(p->a[0], p->a[1], x);
}

static double beta_quantile(const socca_prior *p, double u)
{
  return socca_beta_i_inverse(p->a[0], p->a[1], u);
}

static double beta_square(const socca_prior *p)
{
  double a = 2 * p->a[0] - 1, b = 2 * p->a[1] - 1;
  return a > 0 && b > 0 ? socca_log_beta(a, b) - 2 * p->c[0] : INFINITY;
}

SOCCA_PRIOR_KIND(beta, "(a, b)", 2, 0, beta_make, beta);
