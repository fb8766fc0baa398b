/* SPDX-License-Identifier: BSD-3-Clause */
#include "geometry.h"
#include <math.h>

void ellipse_set(struct ellipse *e, const struct image_data *data, const double value[5],
                 const double lon_range[2])
{
  /* X to the East, Y to the North: u = -X sin - Y cos, v = (X cos - Y sin) / (1 - e) */
  const double degree = 0.017453292519943295769;
  double east = data->pixels_only ? -1.0 : cos(value[1] * degree);
  double s = sin(value[2]), c = cos(value[2]), q = 1.0 - value[3];
  e->lon = value[0];
  e->lat = value[1];
  e->east_u = -s;
  e->east_v = c / q;
  e->ux = east * e->east_u;
  e->uy = -c;
  e->vx = east * e->east_v;
  e->vy = -s / q;
  e->power = value[4] + 2.0;
  e->wrap = !data->pixels_only && !(lon_range[1] - e->lon < 180.0 && e->lon - lon_range[0] < 180.0);
}

void frame_set(struct frame *f, const struct ellipse *e, const double centre[2],
               const double jacobian[4])
{
  double ux = e->east_u, vx = e->east_v;
  f->x = centre[0];
  f->y = centre[1];
  f->u0 = ux * jacobian[0] + e->uy * jacobian[2];
  f->u1 = ux * jacobian[1] + e->uy * jacobian[3];
  f->v0 = vx * jacobian[0] + e->vy * jacobian[2];
  f->v1 = vx * jacobian[1] + e->vy * jacobian[3];
  f->det = fabs(f->u0 * f->v1 - f->u1 * f->v0);
  /* sum and difference of the singular values by an orthogonal split of the matrix */
  double a = hypot(f->u0 + f->v1, f->u1 - f->v0), b = hypot(f->u0 - f->v1, f->u1 + f->v0);
  f->large = 0.5 * (a + b);
  f->small = f->det / f->large;
  f->known = isfinite(f->x) && isfinite(f->y) && isfinite(f->large) && f->det > 0.0;
}
