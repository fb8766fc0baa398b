/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside of the priors. The functions are called with arguments strictly inside the support, u in (0, 1). */
#ifndef SOCCA_MATHS_PRIOR_KIND_H
#define SOCCA_MATHS_PRIOR_KIND_H
#include <maths/prior.h>

struct socca_prior_kind {
  const char *name, *signature;
  unsigned nargs, units;              /* units: bit i: argument i is in the parameter's unit */
  const char *(*make)(socca_prior *); /* fills in c, lower, upper; returns what is wrong, or NULL */
  double (*log_density)(const socca_prior *, double x, double *slope);
  double (*cdf)(const socca_prior *, double x);
  double (*quantile)(const socca_prior *, double u);
  double (*log_square)(const socca_prior *);
};

/* Where the special functions keep their precision, and take microseconds. */
static inline int socca_prior_shape(double x)
{
  return x >= 1e-3 && x <= 1e6;
}

/* prior_bounded.c: between two limits */
extern const socca_prior_kind socca_prior_uniform, socca_prior_loguniform, socca_prior_powerlaw,
    socca_prior_logpowerlaw, socca_prior_sine, socca_prior_beta;
/* prior_normal.c: the normal family, gamma and Student's t */
extern const socca_prior_kind socca_prior_normal, socca_prior_splitnormal, socca_prior_truncnormal,
    socca_prior_lognormal, socca_prior_halfnormal, socca_prior_gamma, socca_prior_studentt;
#endif
