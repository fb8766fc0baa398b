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

/* All of them. prior_bounded.c: with two limits; prior_normal.c: the normal family, gamma and Student's t. */
#define SOCCA_PRIOR_KINDS(X)                                                                       \
  X(uniform)                                                                                       \
  X(loguniform) X(normal) X(splitnormal) X(powerlaw) X(logpowerlaw) X(truncnormal) X(lognormal)    \
      X(halfnormal) X(beta) X(gamma) X(studentt) X(sine)
#define SOCCA_PRIOR_DECLARE(name) extern const socca_prior_kind socca_prior_##name;
SOCCA_PRIOR_KINDS(SOCCA_PRIOR_DECLARE)
#undef SOCCA_PRIOR_DECLARE

/* f: what the names of its functions begin with */
#define SOCCA_PRIOR_KIND(name, arguments, nargs, units, make, f)                                   \
  const socca_prior_kind socca_prior_##name = { #name,     #name arguments, nargs,   units,        \
                                                make,      f##_log,         f##_cdf, f##_quantile, \
                                                f##_square }
#endif
