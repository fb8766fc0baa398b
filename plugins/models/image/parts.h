/* SPDX-License-Identifier: BSD-3-Clause */
/* The forward model's insides. */
#ifndef IMAGE_PARTS_H
#define IMAGE_PARTS_H
#include "components/component.h"
#include "convolve.h"
#include "forward.h"
#include "grid.h"
#include "integrate.h"
#include "psf.h"

struct forward {
  const struct image_data *data;
  struct grid grid;
  struct psf psf;
  struct convolver convolver; /* empty without a PSF */
  size_t n;                   /* components */
  struct component *component;
  size_t npoint, nbackground;
  /* ny rows of grid.out: data and 1/sigma (0: excluded), NULL without data; response, exposure or
   * NULL */
  double *observed, *weight, *response, *exposure;
  double norm, null; /* sum of -log(2 pi sigma^2) / 2; log L of nothing */
};

enum { PLACES = 4 };
struct place { /* pixel position and Jacobian of a centre: kept, for WCS libraries are slow */
  double lon, lat, pixel[2], jacobian[4];
  int used;
};

struct forward_ws {
  const struct forward *by;
  uint32_t isa;
  struct integrator integrator;
  struct convolution convolution;
  image_wcs *wcs;
  struct place place[PLACES];
  size_t next_place;
  struct gnfw_table **table;            /* per component, NULL where not needed */
  double *map, *sky, *background, *row; /* maps of ny rows of grid.out; one row of a layer */
  struct point *point;
  size_t npoint;
};

/* What render() computes. only: one component, or SIZE_MAX. */
struct request {
  size_t only;
  int raw;      /* without response and exposure, not convolved */
  int any_sign; /* components that must be positive need not be */
};
/* Leaves the sky's ny rows of grid.out in *model, not yet exposed, and background (exposed) in
 * ws->background if has_background. SOCCA_DONE: a component that must be positive is not. */
struct rendered {
  const double *model;
  int has_background;
};
socca_status render(socca_worker *, struct forward_ws *, const double *par, const struct request *,
                    struct rendered *);

/* data and weights in rows, constants of the likelihood */
socca_status loglike_prepare(struct forward *);

/* Parts of it: a radial component on the map, a Background added to ws->background */
int render_radial(struct forward_ws *, size_t k, const double *par, double *map);
int render_background(struct forward_ws *, size_t k, const double *par, int exposed);
void render_point(struct forward_ws *, size_t k, const double *par, int response);
#endif
