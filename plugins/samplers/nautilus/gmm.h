/* SPDX-License-Identifier: BSD-3-Clause */
/* Two-component Gaussian mixture with full covariances, for dividing a cluster in two. */
#ifndef NAUTILUS_GMM_H
#define NAUTILUS_GMM_H
#include <socca/host.h>

enum { GMM_RESTARTS = 4, GMM_UNIFORMS = 2 * GMM_RESTARTS };

/* Of n points y (n x d, coordinates of order one): log of weight times density for both components, in
 * score[0 .. n-1] and score[n .. 2n-1], from the best of GMM_RESTARTS fits that start from 2-means with
 * seeds drawn by u. SOCCA_E_NUMERIC: the points do not allow a fit. */
socca_status gmm_fit(size_t d, size_t n, const double *y, const double u[GMM_UNIFORMS],
                     double *score);
#endif
