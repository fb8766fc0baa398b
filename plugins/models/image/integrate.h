/* SPDX-License-Identifier: BSD-3-Clause */
/* Mean of a radial profile over every pixel, smooth in all parameters. Three rules, blended in the
 * elliptical radius with C2 weights:
 *   stencil  far out: samples at pixel centres, filtered by 7 taps along x and y (order 8);
 *   Gauss    nearer: 4 x 4 points in each pixel;
 *   polar    around the centre and where the profile is very steep: edge integrals over the polar
 *            angle of the profile's radial integral, which see the cusp exactly.
 * The zones are measured by r / (growth of r per pixel across the ellipse): the distance to a pixel
 * centre of the complex singularity of r nearest to it, on which any fixed rule's error depends. */
#ifndef IMAGE_INTEGRATE_H
#define IMAGE_INTEGRATE_H
#include "grid.h"
#include "geometry.h"
#include "profile.h"

enum { POLAR_PANELS = 64, POLAR_NODES = 5 * POLAR_PANELS + 1, GAUSS_BLOCK = 64, GAUSS_POINTS = 16 };

/* F(r) = int_0^r f s ds for r <= R: per panel of x = (r/R)^(1/4) a polynomial of degree 6 */
struct radial_table {
  double inverse; /* 1/R^2 */
  double coef[POLAR_PANELS][8];
};

struct zone { /* radii: polar up to `polar`, Gauss up to `gauss`; blends begin at 0.8 of them */
  double polar, gauss;
};

struct integrator { /* working memory, one per process */
  uint32_t isa;
  const struct grid *grid;
  double *rows; /* 7 filtered rows, one of samples, one of radii */
  double *zone; /* radii of a row, and what the edges of a row need */
  struct radial_table table;
  double lobatto[6][6]; /* values at a panel's nodes -> coefficients */
};

socca_status integrator_make(struct integrator *, const struct grid *, uint32_t isa);
void integrator_clear(struct integrator *);

/* map: ny rows of grid->out. least, if not NULL, gets the least sample at a pixel's centre. */
void integrate_radial(struct integrator *, const struct ellipse *, const struct frame *,
                      const struct profile *, double *map, double *least);

/* parts of it */
void zone_find(const struct frame *, const struct profile *, uint32_t isa, struct zone *);
void integrate_stencil(struct integrator *, const struct ellipse *, const struct frame *,
                       const struct profile *, double *map, double *least);
void integrate_gauss(struct integrator *, const struct ellipse *, const struct frame *,
                     const struct profile *, const struct zone *, double *map);
void integrate_polar(struct integrator *, const struct ellipse *, const struct frame *,
                     const struct profile *, const struct zone *, double *map);
void integrate_tophat(struct integrator *, const struct ellipse *, const struct frame *,
                      const struct profile *, double *map);

/* Pixels of row j whose centre may lie within r, [*from, *to), clipped to the image; 0 if none. */
int zone_row(const struct grid *, const struct frame *, double r, size_t j, size_t *from,
             size_t *to);
/* Rows that may hold such pixels, [*from, *to) */
int zone_rows(const struct grid *, const struct frame *, double r, size_t *from, size_t *to);

/* how far a superellipse of radius 1 reaches, and how large r may be at distance 1 */
static inline double zone_reach(const struct ellipse *e)
{
  return e->power > 2.0 ? __builtin_exp2(0.5 - 1.0 / e->power) : 1.0;
}
static inline double zone_growth(const struct ellipse *e)
{
  return e->power < 2.0 ? __builtin_exp2(1.0 / e->power - 0.5) : 1.0;
}

static inline double zone_weight(double r2, double r) /* 1 within 0.8 r, 0 beyond r */
{
  double in = 0.64 * r * r, t = (r2 - in) / (r * r - in);
  t = t < 0.0 ? 0.0 : t > 1.0 ? 1.0 : t;
  return 1.0 - t * t * t * (10.0 - t * (15.0 - 6.0 * t));
}
#endif
