/* SPDX-License-Identifier: BSD-3-Clause */
/* The three coordinate systems of a point. Every map acts coordinate by coordinate. */
#include "config.h"
#include "problem_private.h"
#include <float.h>
#include <math.h>

#define TWO_PI 6.283185307179586476925
#define LOG_TWO_PI 1.837877066409345483561

static double wrap(double x)
{
  return x - floor(x);
}

/* Log density of the logistic distribution, and its CDF kept inside (0,1): quantiles at its ends would be
 * infinite for priors without limits. */
static double logistic(double z, double *u)
{
  double e = exp(-fabs(z)), small = e / (1 + e);
  *u = fmin(fmax(z < 0 ? small : 1 - small, DBL_MIN), 1 - DBL_EPSILON / 2);
  return -fabs(z) - 2 * log1p(e);
}
static double logit(double u)
{
  u = fmin(fmax(u, DBL_MIN), 1 - DBL_EPSILON / 2);
  return log(u) - log1p(-u);
}

void socca_coordinate_at(const socca_problem *p, uint32_t i, uint32_t space, double x,
                         socca_coordinate *c)
{
  const socca_prior *prior = socca_parameters_prior(p->parameters, i);
  const socca_free *f = socca_parameters_free_at(p->parameters, i);
  double u = f->period > 0 ? wrap(x) : x;
  if (space == SOCCA_PHYSICAL) {
    *c = (socca_coordinate){ .theta = x, .jacobian = 1 };
    c->logp = socca_prior_log_density(prior, x, &c->slope);
  } else if (space == SOCCA_CUBE && u >= 0 && u <= 1) {
    *c = (socca_coordinate){ .theta = socca_prior_quantile(prior, u) };
    c->jacobian = exp(-socca_prior_log_density(prior, c->theta, NULL));
  } else if (space == SOCCA_CUBE) {
    *c = (socca_coordinate){ .theta = NAN, .logp = -INFINITY };
  } else if (socca_prior_is_normal(prior)) {
    double mean = prior->a[0], sigma = prior->a[1];
    *c = (socca_coordinate){ mean + sigma * x, sigma, -x * x / 2 - LOG_TWO_PI / 2, -x };
  } else if (f->period > 0) {
    *c = (socca_coordinate){ f->lower + f->period * wrap(x / TWO_PI), f->period / TWO_PI,
                             -LOG_TWO_PI, 0 };
  } else {
    double logp = logistic(x, &u), theta = socca_prior_quantile(prior, u);
    *c = (socca_coordinate){ theta, exp(logp - socca_prior_log_density(prior, theta, NULL)), logp,
                             -tanh(x / 2) };
  }
}

/* physical value -> coordinate in `to` */
static double coordinate_of(const socca_problem *p, uint32_t i, double theta, uint32_t to)
{
  const socca_prior *prior = socca_parameters_prior(p->parameters, i);
  const socca_free *f = socca_parameters_free_at(p->parameters, i);
  if (to == SOCCA_PHYSICAL) return theta;
  if (to == SOCCA_CUBE)
    return f->period > 0 ? wrap((theta - f->lower) / f->period) : socca_prior_cdf(prior, theta);
  if (socca_prior_is_normal(prior)) return (theta - prior->a[0]) / prior->a[1];
  if (f->period > 0) return TWO_PI * (theta - f->lower) / f->period;
  return logit(socca_prior_cdf(prior, theta));
}

/* Between the cube and R^d without a detour over quantiles: exact, and cheap. */
static int is_logistic(const socca_problem *p, uint32_t i)
{
  return !socca_prior_is_normal(socca_parameters_prior(p->parameters, i)) &&
         socca_parameters_free_at(p->parameters, i)->period <= 0;
}

void socca_problem_convert(const socca_problem *p, uint32_t from, const double *x, uint32_t to,
                           double *y, double *dydx)
{
  for (uint32_t i = 0; i < p->ndim; i++) {
    double v = x[i], slope = 1, u;
    if (from == to) {
      y[i] = v;
    } else if (from != SOCCA_PHYSICAL && to != SOCCA_PHYSICAL && is_logistic(p, i)) {
      y[i] = to == SOCCA_CUBE ? (logistic(v, &u), u) : logit(v);
      slope = exp(to == SOCCA_CUBE ? logistic(v, &u) : -logistic(y[i], &u));
    } else {
      socca_coordinate a, b;
      socca_coordinate_at(p, i, from, v, &a);
      y[i] = coordinate_of(p, i, a.theta, to);
      if (dydx) {
        socca_coordinate_at(p, i, to, y[i], &b);
        slope = a.jacobian / b.jacobian;
      }
    }
    if (dydx) dydx[i] = slope;
  }
}

double socca_problem_log_prior(const socca_problem *p, const double *theta)
{
  double sum = 0;
  for (uint32_t i = 0; i < p->ndim; i++)
    sum += socca_prior_log_density(socca_parameters_prior(p->parameters, i), theta[i], NULL);
  return sum;
}
