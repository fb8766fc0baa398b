/* SPDX-License-Identifier: BSD-3-Clause */
/* Two-component Gaussian mixture with full covariances, for dividing a cluster in two; compiled once per
 * instruction-set level. */
#ifndef NAUTILUS_GMM_H
#define NAUTILUS_GMM_H
#include <numeric/level.h>
#include <socca/host.h>

enum { GMM_RESTARTS = 4, GMM_UNIFORMS = 2 * GMM_RESTARTS };

/* gmm_fit: of n points y (n x d, coordinates of order one): log of weight times density for both components, in
 * score[0 .. n-1] and score[n .. 2n-1], from the best of GMM_RESTARTS fits that start from 2-means with
 * seeds drawn by u. SOCCA_E_NUMERIC: the points do not allow a fit. */
#define GMM_DECLARE(v)                                                                             \
  socca_status gmm_fit_##v(size_t d, size_t n, const double *y, const double u[GMM_UNIFORMS],      \
                           double *score);
GMM_DECLARE(v1)
#if SOCCA_X86_LEVELS
GMM_DECLARE(v3)
GMM_DECLARE(v4)
#endif
#endif
