/* SPDX-License-Identifier: BSD-3-Clause */
/* A disc of constant brightness: the area that each pixel shares with the ellipse, in closed form. */
#include "config.h"
#include "integrate.h"
#include "kernels.h"
#include <math.h>

/* Area of the triangle (0, p, q) within the circle of radius r, with the triangle's sign */
static double sector(const double p[2], const double q[2], double r, double tiny)
{
  double du = q[0] - p[0], dv = q[1] - p[1], length = hypot(du, dv);
  double tu = du / length, tv = dv / length;
  double d = p[0] * tv - p[1] * tu, at = fabs(d) + tiny;
  double a = p[0] * tu + p[1] * tv, b = a + length;
  double angles = atan2(b, at) - atan2(a, at), area = 0.5 * r * r * angles;
  if (at < r) { /* the part of the edge within the circle is the triangle's */
    double c = sqrt(r * r - at * at);
    double from = fmin(fmax(a, -c), c), to = fmin(fmax(b, -c), c);
    area += 0.5 * at * (to - from) - 0.5 * r * r * (atan2(to, at) - atan2(from, at));
  }
  return area * (d / at);
}

static double overlap(const struct grid *g, const struct ellipse *e, size_t at, double r,
                      double tiny)
{
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
  double u = x * e->ux + y * e->uy, v = x * e->vx + y * e->vy;
  double a[2] = { 0.5 * (xx * e->ux + yx * e->uy), 0.5 * (xx * e->vx + yx * e->vy) };
  double b[2] = { 0.5 * (xy * e->ux + yy * e->uy), 0.5 * (xy * e->vx + yy * e->vy) };
  double corner[4][2] = { { u - a[0] - b[0], v - a[1] - b[1] },
                          { u + a[0] - b[0], v + a[1] - b[1] },
                          { u + a[0] + b[0], v + a[1] + b[1] },
                          { u - a[0] + b[0], v - a[1] + b[1] } };
  double far = 0.0, sum = 0.0;
  for (int k = 0; k < 4; k++) far = fmax(far, hypot(corner[k][0], corner[k][1]));
  if (far < r) return 1.0;
  for (int k = 0; k < 4; k++) sum += sector(corner[k], corner[(k + 1) % 4], r, tiny);
  double share = sum / (4.0 * (a[0] * b[1] - a[1] * b[0]));
  return share > 0.0 ? fmin(share, 1.0) : 0.0;
}

void integrate_tophat(struct integrator *it, const struct ellipse *e, const struct frame *frame,
                      const struct profile *p, double *map)
{
  const struct grid *g = it->grid;
  double *r2 = it->zone, r = sqrt(p->c[1]), margin = r + frame->large;
  for (size_t j = 0; j < g->ny; j++) {
    size_t at = (j + g->rim) * g->stride + g->rim;
    SOCCA_DISPATCH(it->isa, image_radius)(e, 0.0, g->out, g->lon + at, g->lat + at, r2);
    for (size_t i = 0; i < g->out; i++) {
      double *out = &map[j * g->out + i];
      *out = 0.0;
      if (i < g->nx && r2[i] < margin * margin)
        *out = p->c[0] * overlap(g, e, at + i, r, 1e-10 * frame->large);
    }
  }
}
