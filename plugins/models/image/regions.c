/* SPDX-License-Identifier: BSD-3-Clause */
/* Outlines to pixels: each shape is tested in its own frame's axes at its centre (sky: West and
 * North), to which pixel offsets go by one matrix. Centres of pixels decide. */
#include "config.h"
#include "frames.h"
#include "regions.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double degree = 0.017453292519943295;

typedef struct mapping { /* image = m physical + v, FITS pixels */
  double m[4], v[2], scale;
} mapping;

typedef struct placed { /* a shape on the image */
  double x, y;          /* its centre, pixels from 0 */
  double a[4], back[4]; /* (u, v) = a (dx, dy), and the inverse */
  double outer[2], inner[2];
  double cosine, sine;
} placed;

static void read_mapping(const char *header, const char *prefix, mapping *t)
{
  char key[16];
  *t = (mapping){ .m = { 1, 0, 0, 1 } };
  for (int i = 0; i < 4; i++) {
    snprintf(key, sizeof key, "%sM%d_%d", prefix, i / 2 + 1, i % 2 + 1);
    image_card_real(header, key, &t->m[i]);
  }
  for (int i = 0; i < 2; i++) {
    snprintf(key, sizeof key, "%sV%d", prefix, i + 1);
    image_card_real(header, key, &t->v[i]);
  }
  double det = t->m[0] * t->m[3] - t->m[1] * t->m[2];
  if (!(fabs(det) > 1e-12 && fabs(det) < 1e12))
    *t = (mapping){ .m = { 1, 0, 0, 1 }, .v = { t->v[0], t->v[1] } }, det = 1;
  t->scale = sqrt(fabs(det));
}

static const char *prefix_of(enum region_frame f)
{
  return f == REGION_DETECTOR ? "DT" : f == REGION_AMPLIFIER ? "AT" : "LT";
}

static int invert(const double a[4], double b[4])
{
  double det = a[0] * a[3] - a[1] * a[2];
  if (!(fabs(det) > 1e-300) || !isfinite(det)) return -1;
  b[0] = a[3] / det;
  b[1] = -a[1] / det;
  b[2] = -a[2] / det;
  b[3] = a[0] / det;
  return 0;
}

/* A position of the shape's frame in pixels from 0; NaN where the image's projection ends. */
static void to_pixel(const region *r, image_wcs *w, const mapping *t, const double p[2],
                     double out[2])
{
  if (r->frame == REGION_SKY) {
    double lon = p[0], lat = p[1];
    out[0] = out[1] = NAN;
    if (image_frame_convert(r->sky, r->sky == IMAGE_FK4 ? 1950 : 2000, w->frame, w->equinox, &lon,
                            &lat) == 0)
      image_pixel(w, 1, &lon, &lat, &out[0], &out[1]);
  } else if (r->frame == REGION_IMAGE) {
    out[0] = p[0] - 1 - w->x0;
    out[1] = p[1] - 1 - w->y0;
  } else {
    out[0] = t->m[0] * p[0] + t->m[1] * p[1] + t->v[0] - 1 - w->x0;
    out[1] = t->m[2] * p[0] + t->m[3] * p[1] + t->v[1] - 1 - w->y0;
  }
}

/* West and North of the shape's sky frame, deg per pixel, at a pixel. */
static int sky_axes(const region *r, image_wcs *w, double x, double y, double a[4])
{
  static const double h = 0.5;
  double px[5] = { x, x + h, x - h, x, x }, py[5] = { y, y, y, y + h, y - h };
  double lon[5], lat[5], west[5], north[5];
  if (image_world(w, 5, px, py, lon, lat) != 0) return -1;
  for (int k = 0; k < 5; k++)
    if (image_frame_convert(w->frame, w->equinox, r->sky, r->sky == IMAGE_FK4 ? 1950 : 2000,
                            &lon[k], &lat[k]) != 0)
      return -1;
  double s0 = sin(lat[0] * degree), c0 = cos(lat[0] * degree);
  for (int k = 1; k < 5; k++) {
    double d = image_wrap(lon[k] - lon[0]) * degree, s = sin(lat[k] * degree),
           c = cos(lat[k] * degree);
    west[k] = -c * sin(d) / degree;
    north[k] = (s * c0 - c * s0 * cos(d)) / degree;
  }
  a[0] = (west[1] - west[2]) / (2 * h);
  a[1] = (west[3] - west[4]) / (2 * h);
  a[2] = (north[1] - north[2]) / (2 * h);
  a[3] = (north[3] - north[4]) / (2 * h);
  return 0;
}

/* A length in the units of (u, v). `pixel`: one image pixel, `scale`: its size in deg. */
static double length_of(const region_length *l, double pixel, double scale, double physical)
{
  switch (l->unit) {
  case 'd':
    return l->value / scale * pixel;
  case 'i':
    return l->value * pixel;
  case 'p':
    return l->value * physical * pixel;
  default:
    return l->value;
  }
}

/* 1: placed, 0: not on the image's projection. */
static int place(const region *r, image_wcs *w, const mapping *own, const mapping *physical,
                 placed *p)
{
  double center[2], scale, pixel = 1;
  int parity;
  to_pixel(r, w, own, r->center, center);
  if (!isfinite(center[0]) || !isfinite(center[1])) return 0;
  p->x = center[0];
  p->y = center[1];
  image_wcs_scale(w, &scale, &parity);
  if (r->frame == REGION_SKY) {
    if (sky_axes(r, w, p->x, p->y, p->a) != 0) return 0;
    pixel = sqrt(fabs(p->a[0] * p->a[3] - p->a[1] * p->a[2]));
    scale = pixel; /* here, not at the reference pixel */
  } else if (r->frame == REGION_IMAGE)
    memcpy(p->a, (const double[4]){ 1, 0, 0, 1 }, sizeof p->a);
  else {
    invert(own->m, p->a);
    pixel = 1 / own->scale;
  }
  if (invert(p->a, p->back) != 0) return 0;
  for (int k = 0; k < 2; k++) {
    p->outer[k] = length_of(&r->outer[k], pixel, scale, physical->scale);
    p->inner[k] = length_of(&r->inner[k], pixel, scale, physical->scale);
  }
  p->cosine = cos(r->angle * degree);
  p->sine = sin(r->angle * degree);
  return 1;
}

static int within(const region *r, const double size[2], double a, double b)
{
  if (!(size[0] > 0 && size[1] > 0)) return 0;
  if (r->outline == REGION_BOX) return fabs(a) <= size[0] && fabs(b) <= size[1];
  double p = a * size[1], q = b * size[0], s = size[0] * size[1]; /* exact for whole numbers */
  return p * p + q * q <= s * s;
}

static int inside(const region *r, const placed *p, double dx, double dy)
{
  double u = p->a[0] * dx + p->a[1] * dy, v = p->a[2] * dx + p->a[3] * dy;
  double a = u * p->cosine + v * p->sine, b = v * p->cosine - u * p->sine;
  if (!within(r, p->outer, a, b) || (r->hollow && within(r, p->inner, a, b))) return 0;
  if (!r->sector) return 1;
  double angle = atan2(b, a) / degree - r->from;
  angle -= 360 * floor(angle / 360);
  return angle < r->to - r->from;
}

/* The indices 0 to n - 1 between lo and hi, as [*from, *to). */
static void range(double lo, double hi, size_t n, size_t *from, size_t *to)
{
  double top = (double)n;
  lo = floor(lo);
  hi = ceil(hi) + 1;
  *from = lo <= 0 ? 0 : lo >= top ? n : (size_t)lo;
  *to = hi <= 0 ? 0 : hi >= top ? n : (size_t)hi;
}

static void cover_outline(const region *r, const placed *p, size_t nx, size_t ny,
                          unsigned char *covered)
{
  size_t i0, i1, j0, j1;
  double reach = hypot(p->outer[0], p->outer[1]);
  double wx = reach * hypot(p->back[0], p->back[1]), wy = reach * hypot(p->back[2], p->back[3]);
  range(p->x - wx, p->x + wx, nx, &i0, &i1);
  range(p->y - wy, p->y + wy, ny, &j0, &j1);
  for (size_t j = j0; j < j1; j++)
    for (size_t i = i0; i < i1; i++)
      if (inside(r, p, (double)i - p->x, (double)j - p->y))
        covered[j * nx + i] = (unsigned char)!r->exclude;
}

/* Even-odd rule; of the edges, the left and lower ones belong to it. */
static int in_polygon(double (*v)[2], size_t n, double x, double y)
{
  int odd = 0;
  for (size_t i = 0, k = n - 1; i < n; k = i++) {
    double ax = v[k][0] - x, ay = v[k][1] - y, bx = v[i][0] - x, by = v[i][1] - y;
    double cross = ax * by - ay * bx;
    if ((ay > 0) != (by > 0) && (by > ay ? cross > 0 : cross < 0)) odd = !odd;
  }
  return odd;
}

static int cover_polygon(const region *r, image_wcs *w, const mapping *t, size_t nx, size_t ny,
                         unsigned char *covered)
{
  double(*v)[2] = calloc(r->nvertex, sizeof *v), lo[2] = { INFINITY, INFINITY },
  hi[2] = { -INFINITY, -INFINITY };
  size_t i0, i1, j0, j1;
  int good = 1;
  if (!v) return -1;
  for (size_t i = 0; i < r->nvertex; i++) {
    to_pixel(r, w, t, r->vertex[i], v[i]);
    for (int k = 0; k < 2; k++) {
      good &= isfinite(v[i][k]) != 0;
      lo[k] = fmin(lo[k], v[i][k]);
      hi[k] = fmax(hi[k], v[i][k]);
    }
  }
  if (good) {
    range(lo[0], hi[0], nx, &i0, &i1);
    range(lo[1], hi[1], ny, &j0, &j1);
    for (size_t j = j0; j < j1; j++)
      for (size_t i = i0; i < i1; i++)
        if (in_polygon(v, r->nvertex, (double)i, (double)j))
          covered[j * nx + i] = (unsigned char)!r->exclude;
  }
  free(v);
  return 0;
}

int region_cover(const region_list *l, image_wcs *w, const char *header, size_t nx, size_t ny,
                 unsigned char *covered, char why[IMAGE_WHY])
{
  mapping physical, own;
  read_mapping(header, "LT", &physical);
  memset(covered, 0, nx * ny);
  for (size_t i = 0; i < l->n; i++) {
    const region *r = &l->shape[i];
    double lon = 0, lat = 0;
    placed p;
    if (r->frame == REGION_SKY &&
        (!w->celestial || image_frame_convert(r->sky, r->sky == IMAGE_FK4 ? 1950 : 2000, w->frame,
                                              w->equinox, &lon, &lat) != 0)) {
      snprintf(why, IMAGE_WHY, "line %d: a position on the sky, but the image's coordinates are %s",
               r->line, w->celestial ? w->name : "pixels only");
      return -1;
    }
    read_mapping(header, prefix_of(r->frame), &own);
    if (r->outline == REGION_POLYGON) {
      if (cover_polygon(r, w, &own, nx, ny, covered) != 0) {
        snprintf(why, IMAGE_WHY, "not enough memory");
        return -1;
      }
    } else if (place(r, w, &own, &physical, &p))
      cover_outline(r, &p, nx, ny, covered);
  }
  return 0;
}
