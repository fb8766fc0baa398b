/* SPDX-License-Identifier: BSD-3-Clause */
/* Weighted quantiles ("inverted CDF": always one of the samples) and their circular counterpart. */
#ifndef SOCCA_MATHS_QUANTILE_H
#define SOCCA_MATHS_QUANTILE_H
#include <socca/status.h>

/* out[j]: the smallest x whose cumulative weight reaches q[j] of the total; w may be NULL (equal weights).
 * `stride`: distance between samples in x. SOCCA_E_NOMEM. */
socca_status socca_quantiles(size_t n, const double *x, size_t stride, const double *w, size_t nq,
                             const double *q, double *out);
/* For a coordinate of period p: out[0] the draw with the least weighted sum of circular distances (the
 * median), out[1], out[2] the quantiles lo, hi of the differences from it, wrapped to half a period. */
socca_status socca_circular_quantiles(size_t n, const double *x, size_t stride, const double *w,
                                      double period, double lo, double hi, double out[3]);
#endif
