/* SPDX-License-Identifier: BSD-3-Clause */
/* Elliptical coordinates of a component: u along the major axis, v along the minor one, stretched by
 * 1/(1-e), so that r = (|u|^p + |v|^p)^(1/p) is the major-axis radius. */
#ifndef IMAGE_GEOMETRY_H
#define IMAGE_GEOMETRY_H
#include "data.h"

struct ellipse {
  double lon, lat;       /* centre */
  double ux, uy, vx, vy; /* u = ux (x - lon) + uy (y - lat), v likewise */
  double east_u, east_v; /* ux and vx without the factor from longitude to East */
  double power;          /* p: 2 for ellipses */
  int wrap;              /* differences of longitude may leave [-180, 180] */
};

/* value: xc, yc, theta, e, cbox. lon_range: least and greatest longitude of the grid. */
void ellipse_set(struct ellipse *, const struct image_data *, const double value[5],
                 const double lon_range[2]);

/* The same frame in pixels about the component's centre: u = u0 dx + u1 dy, v = v0 dx + v1 dy. */
struct frame {
  double x, y;           /* the centre's pixel */
  double u0, u1, v0, v1; /* deg per pixel */
  double det;            /* |u0 v1 - u1 v0| */
  double large, small;   /* singular values: growth of r per pixel across and along */
  int known;             /* 0: the centre has no pixel position */
};
/* centre: pixel position; jacobian: d(East, North) / d(x, y) there, deg per pixel */
void frame_set(struct frame *, const struct ellipse *, const double centre[2],
               const double jacobian[4]);
#endif
