/* SPDX-License-Identifier: BSD-3-Clause */
/* 4 x 4 Gauss-Legendre points in each pixel, placed by the grid's own slopes, so that a curved
 * projection enters as it is. */
#include "config.h"
#include "integrate.h"
#include "kernels.h"

struct pending {
  struct gauss_block block;
  size_t n, index[GAUSS_BLOCK];
  double weight[GAUSS_BLOCK];
};

static void flush(struct integrator *it, const struct ellipse *e, double low,
                  const struct profile *p, struct pending *q, double *map)
{
  double r2[GAUSS_POINTS * GAUSS_BLOCK], value[GAUSS_POINTS * GAUSS_BLOCK], mean[GAUSS_BLOCK];
  if (q->n == 0) return;
  size_t m = grid_pad(q->n);
  for (size_t i = q->n; i < m; i++) { /* any finite point will do */
    q->block.u[i] = q->block.u[0];
    q->block.v[i] = q->block.v[0];
    q->block.ux[i] = q->block.uy[i] = q->block.vx[i] = q->block.vy[i] = 0.0;
  }
  SOCCA_DISPATCH(it->isa, image_gauss_radii)(&q->block, e->power, low, m, r2);
  profile_values(p, it->isa, GAUSS_POINTS * m, r2, value);
  SOCCA_DISPATCH(it->isa, image_gauss_mean)(m, value, mean);
  for (size_t i = 0; i < q->n; i++) {
    double *out = &map[q->index[i]];
    *out = q->weight[i] * mean[i] + (1.0 - q->weight[i]) * *out;
  }
  q->n = 0;
}

static void add(const struct grid *g, const struct ellipse *e, size_t j, size_t i, double weight,
                struct pending *q)
{
  size_t at = (j + g->rim) * g->stride + i + g->rim, k = q->n++;
  double x = g->lon[at] - e->lon, y = g->lat[at] - e->lat;
  double xx = 0.5 * (g->lon[at + 1] - g->lon[at - 1]);
  double xy = 0.5 * (g->lon[at + g->stride] - g->lon[at - g->stride]);
  double yx = 0.5 * (g->lat[at + 1] - g->lat[at - 1]);
  double yy = 0.5 * (g->lat[at + g->stride] - g->lat[at - g->stride]);
  if (e->wrap) {
    x = image_wrap(x);
    xx = 0.5 * image_wrap(2.0 * xx);
    xy = 0.5 * image_wrap(2.0 * xy);
  }
  q->block.u[k] = x * e->ux + y * e->uy;
  q->block.v[k] = x * e->vx + y * e->vy;
  q->block.ux[k] = xx * e->ux + yx * e->uy;
  q->block.uy[k] = xy * e->ux + yy * e->uy;
  q->block.vx[k] = xx * e->vx + yx * e->vy;
  q->block.vy[k] = xy * e->vx + yy * e->vy;
  q->index[k] = j * g->out + i;
  q->weight[k] = weight;
}

void integrate_gauss(struct integrator *it, const struct ellipse *e, const struct frame *frame,
                     const struct profile *p, const struct zone *zone, double *map)
{
  const struct grid *g = it->grid;
  struct pending q;
  double *r2 = it->zone, low = 1e-6 * frame->small;
  double outer = zone->gauss * zone->gauss, inner = 0.64 * zone->polar * zone->polar;
  double reach = zone->gauss * zone_reach(e);
  size_t row, rows, from, to;
  q.n = 0;
  if (!zone_rows(g, frame, reach, &row, &rows)) return;
  for (size_t j = row; j < rows; j++) {
    if (!zone_row(g, frame, reach, j, &from, &to)) continue;
    size_t at = (j + g->rim) * g->stride + from + g->rim;
    SOCCA_DISPATCH(it->isa, image_radius)
    (e, 0.0, grid_pad(to - from), g->lon + at, g->lat + at, r2);
    for (size_t i = from; i < to; i++) {
      if (!(r2[i - from] < outer && r2[i - from] > inner)) continue;
      add(g, e, j, i, zone_weight(r2[i - from], zone->gauss), &q);
      if (q.n == GAUSS_BLOCK) flush(it, e, low * low, p, &q, map);
    }
  }
  flush(it, e, low * low, p, &q, map);
}
