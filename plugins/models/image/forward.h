/* SPDX-License-Identifier: BSD-3-Clause */
/* The forward model: components -> sky -> response -> PSF -> exposure -> + background, and its
 * likelihood. Read-only once loaded; everything that changes lives in a workspace, one per process.
 *
 * Maps are [j * nx + i] of the image's size, FITS row order. */
#ifndef IMAGE_FORWARD_H
#define IMAGE_FORWARD_H
#include <socca/socca.h>

struct image_data;
struct forward;
struct forward_ws;

/* Declares all parameters, component by component, in their order of registration. `data` must
 * outlive the model. Records as many errors as it finds, then returns SOCCA_E_INPUT. */
socca_status forward_load(socca_load *, const socca_node *components, const struct image_data *data,
                          struct forward **out);
void forward_free(struct forward *);

socca_status forward_workspace(socca_worker *, const struct forward *, struct forward_ws **);
void forward_drop(struct forward_ws *);

/* par: values of all declared parameters. -inf where a component that must be positive is not. */
socca_status forward_loglike(socca_worker *, const struct forward *, struct forward_ws *,
                             const double *par, double *logl);
/* log L of an all-zero model on the same pixels */
socca_status forward_null_loglike(socca_worker *, const struct forward *, double *logl);
/* chi2 (or fit statistic) and the number of pixels in it */
socca_status forward_chi2(socca_worker *, const struct forward *, struct forward_ws *,
                          const double *par, double *chi2, uint64_t *npix);

/* What the likelihood uses, with response and exposure. raw: not convolved, without response,
 * exposure and background; smoothed: as compared with the data, without background; model =
 * smoothed + background. Pointers that are NULL are skipped; each holds nx * ny values. */
struct forward_maps {
  double *raw, *smoothed, *background, *model;
};
/* component: a name, or NULL for all of them. An unknown name is SOCCA_E_INPUT. */
socca_status forward_maps(socca_worker *, const struct forward *, struct forward_ws *,
                          const double *par, const char *component, const struct forward_maps *);
/* model + noise of the given seed: out holds nx * ny values, NaN where the data are excluded. */
socca_status forward_mock(socca_worker *, const struct forward *, struct forward_ws *,
                          const double *par, uint64_t seed, double *out);

/* Names of the components, in order; NULL past the end. */
const char *forward_component(const struct forward *, size_t i);

/* What was made of the settings: "pixels", "psf" (centring, sum, centroid), "fft" (size); with par
 * also what the cut of a shifted kernel changes in log L there. */
socca_status forward_facts(socca_worker *, const struct forward *, struct forward_ws *,
                           const double *par, socca_result *);
/* Items of the problem's identity: components, their types and settings, PSF as used, sampling. */
socca_status forward_identity(const struct forward *, socca_result *, const socca_host *);
#endif
