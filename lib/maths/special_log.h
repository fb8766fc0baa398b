/* SPDX-License-Identifier: BSD-3-Clause */
/* Shared by the special functions: extended precision, arguments and results that keep both tails. */
#ifndef SOCCA_MATHS_SPECIAL_LOG_H
#define SOCCA_MATHS_SPECIAL_LOG_H

long double socca_log_gamma_l(long double x);
/* I_x(a, b) with x = 1/(1 + exp(-logit)) */
long double socca_beta_i_l(long double a, long double b, long double logit);
/* logit x of the p-quantile */
long double socca_beta_logit_quantile(long double a, long double b, long double p);

/* Newton's method for log F(t) = log p, F a distribution whose density in t is log-concave: log F is concave, so
 * every step but the first approaches from the left and none diverges. f returns log F and, in *slope, d log F/dt. */
typedef long double (*socca_log_cdf)(const void *arg, long double t, long double *slope);
long double socca_newton_log(socca_log_cdf f, const void *arg, long double t, long double log_p);
#endif
