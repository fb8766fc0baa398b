/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <numeric/random.h>
#include <math.h>
#include <string.h>

enum { LANES = 4 };
typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));

/* |u - 1/2| <= 0.425; P(r)/Q(r) times q */
static const double central_p[8] = { 3.3871328727963666080e0,  1.3314166789178437745e+2,
                                     1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                     4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                     3.3430575583588128105e+4, 2.5090809287301226727e+3 };
static const double central_q[8] = { 1.0,
                                     4.2313330701600911252e+1,
                                     6.8718700749205790830e+2,
                                     5.3941960214247511077e+3,
                                     2.1213794301586595867e+4,
                                     3.9307895800092710610e+4,
                                     2.8729085735721942674e+4,
                                     5.2264952788528545610e+3 };
/* sqrt(-log(tail)) <= 5, and above */
static const double near_p[8] = { 1.42343711074968357734e0,  4.63033784615654529590e0,
                                  5.76949722146069140550e0,  3.64784832476320460504e0,
                                  1.27045825245236838258e0,  2.41780725177450611770e-1,
                                  2.27238449892691845833e-2, 7.74545014278341407640e-4 };
static const double near_q[8] = { 1.0,
                                  2.05319162663775882187e0,
                                  1.67638483018380384940e0,
                                  6.89767334985100004550e-1,
                                  1.48103976427480074590e-1,
                                  1.51986665636164571966e-2,
                                  5.47593808499534494600e-4,
                                  1.05075007164441684324e-9 };
static const double far_p[8] = { 6.65790464350110377720e0,  5.46378491116411436990e0,
                                 1.78482653991729133580e0,  2.96560571828504891230e-1,
                                 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                 2.71155556874348757815e-5, 2.01033439929228813265e-7 };
static const double far_q[8] = { 1.0,
                                 5.99832206555887937690e-1,
                                 1.36929880922735805310e-1,
                                 1.48753612908506148525e-2,
                                 7.86869131145613259100e-4,
                                 1.84631831751005468180e-5,
                                 1.42151175831644588870e-7,
                                 2.04426310338993978564e-15 };

static double horner(const double c[8], double x)
{
  double s = c[7];
  for (int k = 7; k-- > 0;) s = s * x + c[k];
  return s;
}

static double tail(double u)
{
  double r = sqrt(-log(u < 0.5 ? u : 1 - u)), z;
  z = r <= 5 ? horner(near_p, r - 1.6) / horner(near_q, r - 1.6)
             : horner(far_p, r - 5) / horner(far_q, r - 5);
  return u < 0.5 ? -z : z;
}

static void central(const double *u, double *z)
{
  lanes q, r, p, s;
  memcpy(&q, u, sizeof q);
  q -= 0.5;
  r = 0.180625 - q * q;
  p = r * central_p[7] + central_p[6];
  s = r * central_q[7] + central_q[6];
  for (int k = 6; k-- > 0;) {
    p = p * r + central_p[k];
    s = s * r + central_q[k];
  }
  p = q * p / s;
  memcpy(z, &p, sizeof p);
}

void numeric_normals(size_t n, double *u)
{
  double last[LANES] = { 0.5, 0.5, 0.5, 0.5 }, z[LANES];
  for (size_t i = 0; i < n; i += LANES) {
    size_t m = n - i < LANES ? n - i : LANES;
    double *at = u + i;
    if (m < LANES) at = memcpy(last, at, m * sizeof *at);
    central(at, z);
    for (size_t k = 0; k < m; k++)
      if (fabs(at[k] - 0.5) > 0.425) z[k] = tail(at[k]);
    memcpy(u + i, z, m * sizeof *z);
  }
}

void numeric_ball(size_t n, size_t d, const double *g, double *out)
{
  for (size_t i = 0; i < n; i++, g += d + 2, out += d) {
    double s = 0;
    for (size_t k = 0; k < d + 2; k++) s += g[k] * g[k];
    s = 1 / sqrt(s);
    for (size_t k = 0; k < d; k++) out[k] = g[k] * s;
  }
}

void numeric_permutation(size_t n, const double *u, uint32_t *out)
{
  for (size_t i = 0; i < n; i++) {
    size_t j = (size_t)(u[i] * (double)(i + 1));
    j = j > i ? i : j;
    out[i] = out[j];
    out[j] = (uint32_t)i;
  }
}
