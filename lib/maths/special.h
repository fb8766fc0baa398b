/* SPDX-License-Identifier: BSD-3-Clause */
/* Special functions of the priors, to 1e-13 relative where the result is not near an end of its range. */
#ifndef SOCCA_MATHS_SPECIAL_H
#define SOCCA_MATHS_SPECIAL_H

double socca_normal_cdf(double x);
double socca_normal_quantile(double p);   /* -inf at 0, inf at 1 */
double socca_gamma_p(double a, double x); /* regularised lower incomplete gamma */
double socca_gamma_q(double a, double x);
double socca_gamma_p_inverse(double a, double p); /* x with P(a, x) = p */
double socca_log_beta(double a, double b);
double socca_beta_i(double a, double b, double x); /* regularised incomplete beta */
double socca_beta_i_inverse(double a, double b, double p);
double socca_student_cdf(double dof, double t);
double socca_student_quantile(double dof, double p);
#endif
