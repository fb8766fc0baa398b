/* SPDX-License-Identifier: BSD-3-Clause */
/* The normal distribution and Student's t. */
#include "config.h"
#include <maths/special.h>
#include <maths/special_log.h>
#include <math.h>

double socca_normal_cdf(double x)
{
  return (double)(0.5L * erfcl(-(long double)x * 0.70710678118654752440084436210484904L));
}

static double ratio(const double *a, const double *b, double r)
{
  double p = a[7], q = b[6];
  for (int i = 6; i >= 0; i--) p = p * r + a[i];
  for (int i = 5; i >= 0; i--) q = q * r + b[i];
  return p / (q * r + 1);
}

/* Rational approximations of Wichura (1988), Applied Statistics 37, 477, algorithm AS 241 (PPND16). */
double socca_normal_quantile(double p)
{
  static const double a[8] = { 3.3871328727963666080e0,  1.3314166789178437745e+2,
                               1.9715909503065514427e+3, 1.3731693765509461125e+4,
                               4.5921953931549871457e+4, 6.7265770927008700853e+4,
                               3.3430575583588128105e+4, 2.5090809287301226727e+3 };
  static const double b[7] = { 4.2313330701600911252e+1, 6.8718700749205790830e+2,
                               5.3941960214247511077e+3, 2.1213794301586595867e+4,
                               3.9307895800092710610e+4, 2.8729085735721942674e+4,
                               5.2264952788528545610e+3 };
  static const double c[8] = { 1.42343711074968357734e0,  4.63033784615654529590e0,
                               5.76949722146069140550e0,  3.64784832476320460504e0,
                               1.27045825245236838258e0,  2.41780725177450611770e-1,
                               2.27238449892691845833e-2, 7.74545014278341407640e-4 };
  static const double d[7] = { 2.05319162663775882187e0,  1.67638483018380384940e0,
                               6.89767334985100004550e-1, 1.48103976427480074590e-1,
                               1.51986665636164571966e-2, 5.47593808499534494600e-4,
                               1.05075007164441684324e-9 };
  static const double e[8] = { 6.65790464350110377720e0,  5.46378491116411436990e0,
                               1.78482653991729133580e0,  2.96560571828504891230e-1,
                               2.65321895265761230930e-2, 1.24266094738807843860e-3,
                               2.71155556874348757815e-5, 2.01033439929228813265e-7 };
  static const double f[7] = { 5.99832206555887937690e-1, 1.36929880922735805310e-1,
                               1.48753612908506148525e-2, 7.86869131145613259100e-4,
                               1.84631831751005468180e-5, 1.42151175831644588870e-7,
                               2.04426310338993978564e-15 };
  double q = p - 0.5;
  if (fabs(q) <= 0.425) return q * ratio(a, b, 0.180625 - q * q);
  double tail = q < 0 ? p : 1 - p;
  if (tail <= 0) return q < 0 ? -INFINITY : INFINITY;
  double r = sqrt(-log(tail));
  double x = r <= 5 ? ratio(c, d, r - 1.6) : ratio(e, f, r - 5);
  return q < 0 ? -x : x;
}

/* With x = dof/(dof + t^2): P(T < -|t|) = I_x(dof/2, 1/2)/2. */
double socca_student_cdf(double dof, double t)
{
  long double t2 = (long double)t * t;
  if (isinf(t)) return t > 0 ? 1 : 0;
  if (t2 > dof) {
    long double tail = socca_beta_i_l(dof / 2.0L, 0.5L, logl(dof) - logl(t2)) / 2;
    return (double)(t < 0 ? tail : 1 - tail);
  }
  long double half = t == 0 ? 0 : socca_beta_i_l(0.5L, dof / 2.0L, logl(t2) - logl(dof)) / 2;
  return (double)(t < 0 ? 0.5L - half : 0.5L + half);
}

double socca_student_quantile(double dof, double p)
{
  double tail = p < 0.5 ? p : 1 - p;
  if (tail <= 0) return p < 0.5 ? -INFINITY : INFINITY;
  if (p == 0.5) return 0;
  long double t2;
  if (tail < 0.25)
    t2 = dof * expl(-socca_beta_logit_quantile(dof / 2.0L, 0.5L, 2.0L * tail));
  else
    t2 = dof * expl(socca_beta_logit_quantile(0.5L, dof / 2.0L, 1 - 2.0L * tail));
  double t = (double)sqrtl(t2);
  return p < 0.5 ? -t : t;
}
