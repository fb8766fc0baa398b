/* SPDX-License-Identifier: BSD-3-Clause */
/* The normal family, gamma and Student's t. */
#include "config.h"
#include <math.h>
#include <maths/special.h>
#include <maths/prior_kind.h>

#define LOG_SQRT_2PI 0.91893853320467274178
#define LOG_SQRT_PI 0.57236494292470008707

static const char positive[] = "sigma must be positive";

/* ---- normal(mean, sigma) ---- */

static const char *normal_make(socca_prior *p)
{
  return p->a[1] > 0 ? NULL : positive;
}

static double normal_log(const socca_prior *p, double x, double *slope)
{
  double z = (x - p->a[0]) / p->a[1];
  *slope = -z / p->a[1];
  return -z * z / 2 - LOG_SQRT_2PI - log(p->a[1]);
}

static double normal_cdf(const socca_prior *p, double x)
{
  return socca_normal_cdf((x - p->a[0]) / p->a[1]);
}

static double normal_quantile(const socca_prior *p, double u)
{
  return p->a[0] + p->a[1] * socca_normal_quantile(u);
}

static double normal_square(const socca_prior *p)
{
  return -log(2 * p->a[1]) - LOG_SQRT_PI;
}

SOCCA_PRIOR_KIND(normal, "(mean, sigma)", 2, 3, normal_make, normal);

/* ---- splitnormal(mean, sigma_low, sigma_high): the mass below the mean is sigma_low / sum, in c[0] ---- */

static const char *split_make(socca_prior *p)
{
  p->c[0] = p->a[1] / (p->a[1] + p->a[2]);
  return p->a[1] > 0 && p->a[2] > 0 ? NULL : "sigma_low and sigma_high must be positive";
}

static double split_log(const socca_prior *p, double x, double *slope)
{
  double s = x < p->a[0] ? p->a[1] : p->a[2], z = (x - p->a[0]) / s;
  *slope = -z / s;
  return -z * z / 2 - LOG_SQRT_2PI - log((p->a[1] + p->a[2]) / 2);
}

static double split_cdf(const socca_prior *p, double x)
{
  double z = x - p->a[0];
  if (z < 0) return 2 * p->c[0] * socca_normal_cdf(z / p->a[1]);
  return p->c[0] + (1 - p->c[0]) * erf(z / p->a[2] * M_SQRT1_2);
}

static double split_quantile(const socca_prior *p, double u)
{
  if (u < p->c[0]) return p->a[0] + p->a[1] * socca_normal_quantile(u / (2 * p->c[0]));
  return p->a[0] - p->a[2] * socca_normal_quantile((1 - u) / (2 * (1 - p->c[0])));
}

static double split_square(const socca_prior *p)
{
  return -log(p->a[1] + p->a[2]) - LOG_SQRT_PI;
}

SOCCA_PRIOR_KIND(splitnormal, "(mean, sigma_low, sigma_high)", 3, 7, split_make, split);

/* ---- truncnormal(mean, sigma, low, high): mirrored where the mean lies below the middle, so that both limits
 * a[2], a[3] or their mirror images, c[0] < c[1] in units of sigma, are in the accurate lower tail ---- */

static long double phi(double z)
{
  return 0.5L * erfcl(-(long double)z * 0.70710678118654752440L);
}

static const char *trunc_make(socca_prior *p)
{
  double a = (p->a[2] - p->a[0]) / p->a[1], b = (p->a[3] - p->a[0]) / p->a[1];
  if (!(p->a[1] > 0)) return positive;
  p->lower = p->a[2];
  p->upper = p->a[3];
  if (!(p->lower < p->upper)) return "low must be less than high";
  p->c[2] = a + b > 0 ? -1 : 1;
  p->c[0] = a + b > 0 ? -b : a;
  p->c[1] = a + b > 0 ? -a : b;
  p->c[3] = (double)(phi(p->c[1]) - phi(p->c[0]));
  return p->c[3] > 1e-290 ? NULL : "the limits are too far from the mean, or too close together";
}

static double trunc_log(const socca_prior *p, double x, double *slope)
{
  return normal_log(p, x, slope) - log(p->c[3]);
}

static double trunc_cdf(const socca_prior *p, double x)
{
  double z = p->c[2] * (x - p->a[0]) / p->a[1];
  long double part = p->c[2] > 0 ? phi(z) - phi(p->c[0]) : phi(p->c[1]) - phi(z);
  return (double)(part / p->c[3]);
}

static double trunc_quantile(const socca_prior *p, double u)
{
  long double mass = (long double)u * p->c[3];
  double z =
      socca_normal_quantile((double)(p->c[2] > 0 ? phi(p->c[0]) + mass : phi(p->c[1]) - mass));
  return p->a[0] + p->c[2] * p->a[1] * z;
}

static double trunc_square(const socca_prior *p)
{
  double mass = (double)(phi(p->c[1] * M_SQRT2) - phi(p->c[0] * M_SQRT2));
  return normal_square(p) + log(mass) - 2 * log(p->c[3]);
}

SOCCA_PRIOR_KIND(truncnormal, "(mean, sigma, low, high)", 4, 15, trunc_make, trunc);

/* ---- lognormal(mu, sigma): ln x is normal ---- */

static const char *lognormal_make(socca_prior *p)
{
  p->lower = 0;
  return p->a[1] > 0 ? NULL : positive;
}

static double lognormal_log(const socca_prior *p, double x, double *slope)
{
  double l = log(x), y = normal_log(p, l, slope) - l;
  *slope = (*slope - 1) / x;
  return y;
}

static double lognormal_cdf(const socca_prior *p, double x)
{
  return normal_cdf(p, log(x));
}

static double lognormal_quantile(const socca_prior *p, double u)
{
  return exp(normal_quantile(p, u));
}

static double lognormal_square(const socca_prior *p)
{
  return normal_square(p) - p->a[0] + p->a[1] * p->a[1] / 4;
}

SOCCA_PRIOR_KIND(lognormal, "(mu, sigma)", 2, 0, lognormal_make, lognormal);

/* ---- halfnormal(sigma) ---- */

static const char *half_make(socca_prior *p)
{
  p->lower = 0;
  return p->a[0] > 0 ? NULL : positive;
}

static double half_log(const socca_prior *p, double x, double *slope)
{
  double z = x / p->a[0];
  *slope = -z / p->a[0];
  return -z * z / 2 + M_LN2 - LOG_SQRT_2PI - log(p->a[0]);
}

static double half_cdf(const socca_prior *p, double x)
{
  return erf(x / p->a[0] * M_SQRT1_2);
}

/* Above the median from the upper tail; below, Newton's method on erf(z / sqrt 2) = u from z of the linear part
 * keeps the relative precision of small values. */
static double half_quantile(const socca_prior *p, double u)
{
  const double slope = M_2_SQRTPI * M_SQRT1_2; /* of the distribution function at 0 */
  if (u > 0.5) return -p->a[0] * socca_normal_quantile((1 - u) / 2);
  double z = u < 0.01 ? u / slope : socca_normal_quantile(0.5 + u / 2);
  for (int i = 0; i < 2; i++) z -= (erf(z * M_SQRT1_2) - u) / (slope * exp(-z * z / 2));
  return p->a[0] * z;
}

static double half_square(const socca_prior *p)
{
  return -log(p->a[0]) - LOG_SQRT_PI;
}

SOCCA_PRIOR_KIND(halfnormal, "(sigma)", 1, 1, half_make, half);

/* ---- gamma(shape, rate): ln Gamma(shape) in c[0] ---- */

static double log_gamma(double x)
{
  int sign;
  return lgamma_r(x, &sign);
}

static const char *gamma_make(socca_prior *p)
{
  p->lower = 0;
  if (!socca_prior_shape(p->a[0])) return "shape must lie between 1e-3 and 1e6";
  if (!(p->a[1] > 0)) return "rate must be positive";
  p->c[0] = log_gamma(p->a[0]);
  return NULL;
}

static double gamma_log(const socca_prior *p, double x, double *slope)
{
  double k = p->a[0] - 1, y = p->a[1] * x;
  *slope = (k == 0 ? 0 : k / x) - p->a[1];
  return (k == 0 ? 0 : k * log(y)) - y + log(p->a[1]) - p->c[0];
}

static double gamma_cdf(const socca_prior *p, double x)
{
  return socca_gamma_p(p->a[0], p->a[1] * x);
}

static double gamma_quantile(const socca_prior *p, double u)
{
  return socca_gamma_p_inverse(p->a[0], u) / p->a[1];
}

static double gamma_square(const socca_prior *p)
{
  double k = 2 * p->a[0] - 1;
  if (!(k > 0)) return INFINITY;
  return log(p->a[1]) + log_gamma(k) - 2 * p->c[0] - k * M_LN2;
}

SOCCA_PRIOR_KIND(gamma, "(shape, rate)", 2, 0, gamma_make, gamma);

/* ---- studentt(dof, location, scale): ln of the density's peak in c[0] ---- */

static const char *student_make(socca_prior *p)
{
  if (!socca_prior_shape(p->a[0])) return "dof must lie between 1e-3 and 1e6";
  if (!(p->a[2] > 0)) return "scale must be positive";
  p->c[0] = -socca_log_beta(0.5, p->a[0] / 2) - log(p->a[0]) / 2 - log(p->a[2]);
  return NULL;
}

static double student_log(const socca_prior *p, double x, double *slope)
{
  double dof = p->a[0], t = (x - p->a[1]) / p->a[2];
  *slope = -(dof + 1) * t / (dof + t * t) / p->a[2];
  return p->c[0] - (dof + 1) / 2 * log1p(t * t / dof);
}

static double student_cdf(const socca_prior *p, double x)
{
  return socca_student_cdf(p->a[0], (x - p->a[1]) / p->a[2]);
}

static double student_quantile(const socca_prior *p, double u)
{
  return p->a[1] + p->a[2] * socca_student_quantile(p->a[0], u);
}

static double student_square(const socca_prior *p)
{
  double dof = p->a[0];
  return 2 * p->c[0] + log(dof) / 2 + socca_log_beta(0.5, dof + 0.5) + log(p->a[2]);
}

SOCCA_PRIOR_KIND(studentt, "(dof, location, scale)", 3, 6, student_make, student);
