/* SPDX-License-Identifier: BSD-3-Clause */
/* One-dimensional priors: density, distribution, quantile. Values are checked in ../refs/priors.json's manner
 * to 1e-13; parametrisations as the fit file spells them. Pure functions. */
#ifndef SOCCA_MATHS_PRIOR_H
#define SOCCA_MATHS_PRIOR_H
#include <socca/status.h>

enum { SOCCA_PRIOR_ARGS = 4 };
typedef struct socca_prior_kind socca_prior_kind;
typedef struct socca_prior {
  const socca_prior_kind *kind;
  double a[SOCCA_PRIOR_ARGS]; /* arguments, in the parameter's unit */
  double c[4];                /* constants prepared from them */
  double lower, upper;        /* support */
} socca_prior;

/* Kinds by name; NULL if there is none of that name. socca_prior_names: NULL-terminated list. */
const socca_prior_kind *socca_prior_find(const char *name);
const char *const *socca_prior_names(void);
unsigned socca_prior_nargs(const socca_prior_kind *);
/* Does argument i carry the parameter's unit (mean, low, sigma), or none (alpha, shape, dof)? */
int socca_prior_arg_has_unit(const socca_prior_kind *, unsigned i);
const char *socca_prior_signature(const socca_prior_kind *); /* "uniform(low, high)" */
/* SOCCA_E_INPUT with *why when the arguments make no prior (low >= high, sigma <= 0, not finite). */
socca_status socca_prior_make(const socca_prior_kind *, const double *args, socca_prior *,
                              const char **why);
const char *socca_prior_name(const socca_prior *);
void socca_prior_format(const socca_prior *, char *out, size_t n); /* "uniform(0, 1)" */

double socca_prior_log_density(const socca_prior *, double x,
                               double *slope); /* -inf outside; slope may be NULL */
double socca_prior_cdf(const socca_prior *, double x);
double socca_prior_quantile(const socca_prior *,
                            double u); /* u = 0 and 1: the ends of the support */
double socca_prior_median(const socca_prior *);
double socca_prior_log_square(const socca_prior *); /* ln of the integral of the squared density */
int socca_prior_is_uniform(const socca_prior *);
int socca_prior_is_normal(const socca_prior *);
#endif
