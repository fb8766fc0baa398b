/* SPDX-License-Identifier: BSD-3-Clause */
/* gaussian: independent normal densities. correlated: equal correlations. mixture: two modes of unequal
 * mass. halfspace: no likelihood in a part of the prior. */
#include "config.h"
#include "problems.h"
#include <math.h>

static double sum_logs(const problem *p, double (*mass)(const problem *, uint32_t i))
{
  double sum = 0;
  for (uint32_t i = 0; i < p->ndim; i++) sum += log(mass(p, i));
  return sum;
}

/* ---- gaussian ---- */
enum { G_MEAN, G_SIGMA };

/* 0.4, 0.5, 0.6 in turn, unless given */
static double mean_of(const problem *p, uint32_t i)
{
  return isnan(p->k[G_MEAN]) ? 0.4 + 0.1 * (double)(i % 3) : p->k[G_MEAN];
}

static double gaussian(const problem *p, const double *x, double *grad)
{
  double sigma = p->k[G_SIGMA], sum = 0;
  for (uint32_t i = 0; i < p->ndim; i++) {
    double t = (x[i] - mean_of(p, i)) / sigma;
    sum += t * t;
    if (grad) grad[i] = -t / sigma;
  }
  return -sum / 2 - p->ndim * (log(sigma) + PROBLEM_LOG_2PI / 2);
}

static double gaussian_mass(const problem *p, uint32_t i)
{
  double m = mean_of(p, i), sigma = p->k[G_SIGMA];
  return problem_box(-m / sigma, (1 - m) / sigma);
}

static double gaussian_logz(const problem *p)
{
  return sum_logs(p, gaussian_mass);
}

const problem_family problem_gaussian = {
  .name = "gaussian",
  .ndim = 3,
  .least = 1,
  .most = 10000,
  .key = { [G_MEAN] = { "mean", NAN, -1e9, 1e9, { NULL } },
           [G_SIGMA] = { "sigma", 0.1, 1e-9, 1e9, { NULL } } },
  .loglike = gaussian,
  .logz = gaussian_logz,
};

/* ---- correlated: covariance sigma^2 [(1 - r) I + r 1 1'] ---- */
enum { C_MEAN, C_SIGMA, C_R };

static double correlated(const problem *p, const double *x, double *grad)
{
  double d = p->ndim, s = p->k[C_SIGMA], r = p->k[C_R], sum = 0, squares = 0;
  double along = 1 + (d - 1) * r, across = 1 - r; /* eigenvalues */
  for (uint32_t i = 0; i < p->ndim; i++) {
    double t = (x[i] - p->k[C_MEAN]) / s;
    sum += t;
    squares += t * t;
  }
  double common = sum * r / along;
  for (uint32_t i = 0; grad && i < p->ndim; i++)
    grad[i] = -((x[i] - p->k[C_MEAN]) / s - common) / (across * s);
  return -(squares - sum * common) / (2 * across) -
         (d * (2 * log(s) + PROBLEM_LOG_2PI) + log(along) + (d - 1) * log(across)) / 2;
}

/* Given the common factor z the coordinates are independent. */
static double correlated_slice(double z, const void *arg)
{
  const problem *p = arg;
  double s = p->k[C_SIGMA], r = p->k[C_R], width = s * sqrt(1 - r);
  double centre = p->k[C_MEAN] + s * sqrt(r) * z;
  double inside = problem_box(-centre / width, (1 - centre) / width);
  return exp(-z * z / 2 - PROBLEM_LOG_2PI / 2 + p->ndim * log(inside));
}

static double correlated_logz(const problem *p)
{
  return log(problem_integral(correlated_slice, p, -12, 12, 4000));
}

const problem_family problem_correlated = {
  .name = "correlated",
  .ndim = 10,
  .least = 1,
  .most = 10000,
  .key = { [C_MEAN] = { "mean", 0.5, -1e9, 1e9, { NULL } },
           [C_SIGMA] = { "sigma", 0.05, 1e-9, 1e9, { NULL } },
           [C_R] = { "correlation", 0.9, 0, 0.999999, { NULL } } },
  .loglike = correlated,
  .logz = correlated_logz,
};

/* ---- mixture: y = low + (high - low) x, normal at -offset and +offset in every coordinate ---- */
enum { M_LOW, M_HIGH, M_OFFSET, M_SIGMA, M_WEIGHT };

static double mixture(const problem *p, const double *x, double *grad)
{
  double width = p->k[M_HIGH] - p->k[M_LOW], s = p->k[M_SIGMA], c = p->k[M_OFFSET];
  double minus = log1p(-p->k[M_WEIGHT]), plus = log(p->k[M_WEIGHT]);
  for (uint32_t i = 0; i < p->ndim; i++) {
    double y = p->k[M_LOW] + width * x[i], a = (y + c) / s, b = (y - c) / s;
    minus -= a * a / 2;
    plus -= b * b / 2;
  }
  double sum = problem_log_add(minus, plus), share = exp(plus - sum);
  for (uint32_t i = 0; grad && i < p->ndim; i++) {
    double y = p->k[M_LOW] + width * x[i];
    grad[i] = -width * ((1 - share) * (y + c) + share * (y - c)) / (s * s);
  }
  return sum - p->ndim * (log(s) + PROBLEM_LOG_2PI / 2);
}

static double mixture_logz(const problem *p)
{
  double low = p->k[M_LOW], high = p->k[M_HIGH], s = p->k[M_SIGMA], c = p->k[M_OFFSET];
  double minus = problem_box((low + c) / s, (high + c) / s);
  double plus = problem_box((low - c) / s, (high - c) / s);
  return problem_log_add(log1p(-p->k[M_WEIGHT]) + p->ndim * log(minus),
                         log(p->k[M_WEIGHT]) + p->ndim * log(plus)) -
         p->ndim * log(high - low);
}

const problem_family problem_mixture = {
  .name = "mixture",
  .ndim = 4,
  .least = 1,
  .most = 10000,
  .key = { [M_LOW] = { "low", -5, -1e9, 1e9, { NULL } },
           [M_HIGH] = { "high", 5, -1e9, 1e9, { NULL } },
           [M_OFFSET] = { "offset", 2, 0, 1e9, { NULL } },
           [M_SIGMA] = { "sigma", 0.3, 1e-9, 1e9, { NULL } },
           [M_WEIGHT] = { "weight", 2. / 3, 1e-9, 1 - 1e-9, { NULL } } },
  .loglike = mixture,
  .logz = mixture_logz,
};

/* ---- halfspace: nothing at x0 < cut, a Gaussian (peak 1) in the other coordinates ---- */
enum { H_CUT, H_SIGMA };

static double halfspace(const problem *p, const double *x, double *grad)
{
  double s = p->k[H_SIGMA], sum = 0;
  if (grad) grad[0] = 0;
  for (uint32_t i = 1; i < p->ndim; i++) {
    double t = (x[i] - 0.5) / s;
    sum += t * t;
    if (grad) grad[i] = -t / s;
  }
  return x[0] < p->k[H_CUT] ? -INFINITY : -sum / 2;
}

static double halfspace_logz(const problem *p)
{
  double s = p->k[H_SIGMA], one = s * problem_box(-0.5 / s, 0.5 / s);
  return log1p(-p->k[H_CUT]) + (p->ndim - 1) * (log(one) + PROBLEM_LOG_2PI / 2);
}

const problem_family problem_halfspace = {
  .name = "halfspace",
  .ndim = 2,
  .least = 1,
  .most = 10000,
  .key = { [H_CUT] = { "cut", 0.5, 0, 1 - 1e-9, { NULL } },
           [H_SIGMA] = { "sigma", 0.1, 1e-9, 1e9, { NULL } } },
  .loglike = halfspace,
  .logz = halfspace_logz,
};
