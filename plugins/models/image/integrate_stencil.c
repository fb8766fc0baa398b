/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "integrate.h"
#include "kernels.h"
#include "memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Gauss-Lobatto points of a panel, and the matrix from values there to powers of t */
static void lobatto_matrix(double m[6][6])
{
  const double node[6] = {
    -1.0, -0.76505532392946469, -0.28523151648064510, 0.28523151648064510, 0.76505532392946469, 1.0
  };
  for (int i = 0; i < 6; i++) { /* Lagrange's polynomial of node i */
    double c[6] = { 1.0 }, scale = 1.0;
    int degree = 0;
    for (int k = 0; k < 6; k++) {
      if (k == i) continue;
      for (int q = ++degree; q > 0; q--) c[q] = c[q - 1] - node[k] * c[q];
      c[0] *= -node[k];
      scale *= node[i] - node[k];
    }
    for (int q = 0; q < 6; q++) m[q][i] = c[q] / scale;
  }
}

socca_status integrator_make(struct integrator *it, const struct grid *grid, uint32_t isa)
{
  memset(it, 0, sizeof *it);
  it->isa = isa;
  it->grid = grid;
  it->rows = image_doubles(9 * grid->stride);
  it->zone = image_doubles(12 * (2 * grid->stride + 32));
  lobatto_matrix(it->lobatto);
  return it->rows && it->zone ? SOCCA_OK : SOCCA_E_NOMEM;
}

void integrator_clear(struct integrator *it)
{
  free(it->rows);
  free(it->zone);
}

void integrate_stencil(struct integrator *it, const struct ellipse *e, const struct frame *frame,
                       const struct profile *p, double *map, double *least)
{
  const struct grid *g = it->grid;
  double *sample = it->rows + 7 * g->stride, *radius = sample + g->stride;
  /* a profile may be infinite at 0; what is sampled there has no weight in the end */
  double low = frame->known ? 1e-12 * frame->small * frame->small : 0.0;
  if (least) *least = INFINITY;
  for (size_t j = 0; j < g->rows; j++) {
    double *filtered = it->rows + (j % 7) * g->stride;
    size_t at = j * g->stride;
    SOCCA_DISPATCH(it->isa, image_radius)(e, low, g->stride, g->lon + at, g->lat + at, radius);
    profile_values(p, it->isa, g->stride, radius, sample);
    if (least && j >= g->rim && j < g->rim + g->ny)
      *least = fmin(*least, SOCCA_DISPATCH(it->isa, image_least)(g->nx, sample + g->rim));
    SOCCA_DISPATCH(it->isa, image_stencil_across)(g->out, sample, filtered);
    if (j < 6) continue;
    const double *row[7];
    for (size_t k = 0; k < 7; k++) row[k] = it->rows + ((j - 6 + k) % 7) * g->stride;
    SOCCA_DISPATCH(it->isa, image_stencil_down)(g->out, row, map + (j - 6) * g->out);
  }
}

/* r^-2 and steeper: what the table makes of it is no integral */
static void infinite_centre(const struct grid *g, const struct frame *f, double *map)
{
  double i = rint(f->x), j = rint(f->y);
  if (i >= 0.0 && j >= 0.0 && i < (double)g->nx && j < (double)g->ny)
    map[(size_t)j * g->out + (size_t)i] = INFINITY;
}

void integrate_radial(struct integrator *it, const struct ellipse *e, const struct frame *frame,
                      const struct profile *p, double *map, double *least)
{
  if (p->shape == PROFILE_TOPHAT && p->edge == EDGE_NONE && frame->known && e->power == 2.0) {
    integrate_tophat(it, e, frame, p, map);
    if (least) *least = p->c[0];
    return;
  }
  integrate_stencil(it, e, frame, p, map, least);
  if (!frame->known) return; /* the centre lies where the projection has no pixels */
  struct zone zone;
  zone_find(frame, p, it->isa, &zone);
  if (!isfinite(zone.polar) || !isfinite(zone.gauss)) return;
  integrate_gauss(it, e, frame, p, &zone, map);
  integrate_polar(it, e, frame, p, &zone, map);
  if (p->shape == PROFILE_POWER_LAW && p->c[2] >= 1.0) infinite_centre(it->grid, frame, map);
}
