/* SPDX-License-Identifier: BSD-3-Clause */
/* A host and a sky for tests of the forward model alone: fit-file nodes written as C values, a
 * gnomonic projection by its formulas, and parameters that are plain numbers. */
#ifndef IMAGE_FAKE_H
#define IMAGE_FAKE_H
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "models/image/data.h"
#include "models/image/forward.h"

/* ---- the fit file: { key, text, children }, ended by { 0 } ---- */
struct socca_node {
  const char *key, *text;
  const struct socca_node *child;
};
enum { FAKE_PARAMS = 64 };
struct fake_load { /* a socca_load that remembers */
  socca_load load;
  size_t npar;
  char name[FAKE_PARAMS][64];
  char unit[FAKE_PARAMS][16];
  double par[FAKE_PARAMS], period[FAKE_PARAMS];
  int errors, warnings;
  char message[512]; /* the last error or warning */
};

static const socca_node *fake_get(const socca_node *map, const char *key)
{
  for (const socca_node *c = map ? map->child : NULL; c && c->key; c++)
    if (strcmp(c->key, key) == 0) return c;
  return NULL;
}
static const socca_node *fake_item(const socca_node *node, size_t i, const char **key)
{
  for (const socca_node *c = node ? node->child : NULL; c && c->key; c++)
    if (i-- == 0) {
      if (key) *key = c->key;
      return c;
    }
  return NULL;
}
static const char *fake_text(const socca_node *node)
{
  return node->text;
}
static socca_status fake_fail_at(socca_load *l, const socca_node *node, const char *fmt, ...)
{
  struct fake_load *f = (struct fake_load *)l;
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(f->message, sizeof f->message, fmt, ap);
  va_end(ap);
  (void)node;
  f->errors++;
  return SOCCA_E_INPUT;
}
static void fake_log_at(socca_load *l, const socca_node *node, int level, const char *fmt, ...)
{
  struct fake_load *f = (struct fake_load *)l;
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(f->message, sizeof f->message, fmt, ap);
  va_end(ap);
  (void)node;
  f->warnings += level <= SOCCA_LOG_INFO;
}
static socca_status fake_fail(const socca_cx *cx, socca_status s, const char *fmt, ...)
{
  (void)cx;
  (void)fmt;
  return s;
}
/* a - b, a * b, a / b of numbers, from left to right but * and / first: enough for the defaults */
static double fake_number(const char *s)
{
  double sum = 0.0, sign = 1.0;
  for (;;) {
    char *end;
    double term = strtod(s, &end);
    for (;;) {
      while (*end == ' ') end++;
      if (*end != '*' && *end != '/') break;
      char op = *end;
      double next = strtod(end + 1, &end);
      term = op == '*' ? term * next : term / next;
    }
    sum += sign * term;
    if (*end != '-' && *end != '+') return sum;
    sign = *end == '-' ? -1.0 : 1.0;
    s = end + 1;
  }
}
static socca_status fake_declare(socca_load *l, const socca_param *p, const socca_node *value,
                                 uint32_t *index)
{
  struct fake_load *f = (struct fake_load *)l;
  const char *text = value ? value->text : p->fallback;
  if (!text) return fake_fail_at(l, value, "%s has no value", p->name);
  *index = (uint32_t)f->npar;
  snprintf(f->name[f->npar], sizeof f->name[0], "%s", p->name);
  snprintf(f->unit[f->npar], sizeof f->unit[0], "%s", p->unit);
  f->period[f->npar] = p->period;
  f->par[f->npar++] = fake_number(text);
  return SOCCA_OK;
}
/* the one expression of the tests: A exp(-r / s) of r, A, s, in this order */
static socca_status fake_expression(socca_load *l, const socca_node *node, const char *const *names,
                                    size_t n, const socca_expression **out)
{
  if (n != 3 || strcmp(names[0], "r") != 0) return fake_fail_at(l, node, "unexpected names");
  *out = (const socca_expression *)(const void *)node;
  return SOCCA_OK;
}
static void fake_evaluate(const socca_expression *e, size_t n, const double *const *columns,
                          const unsigned char *scalar, double *out)
{
  (void)e;
  for (size_t i = 0; i < n; i++)
    out[i] = columns[1][scalar[1] ? 0 : i] * exp(-columns[0][i] / columns[2][scalar[2] ? 0 : i]);
}
static void fake_normal(const socca_cx *cx, uint32_t stream, uint64_t index, size_t n, double *out)
{
  uint64_t s = cx->seed * 2862933555777941757u + stream + index + 1;
  for (size_t i = 0; i < n; i++) { /* sum of uniforms: of the right mean and variance */
    double sum = -6.0;
    for (int k = 0; k < 12; k++) {
      s = s * 6364136223846793005u + 1442695040888963407u;
      sum += (double)(s >> 11) * 0x1p-53;
    }
    out[i] = sum;
  }
}
static const socca_host fake_host = { .size = sizeof(socca_host),
                                      .fail = fake_fail,
                                      .normal = fake_normal,
                                      .get = fake_get,
                                      .item = fake_item,
                                      .text = fake_text,
                                      .declare = fake_declare,
                                      .fail_at = fake_fail_at,
                                      .log_at = fake_log_at,
                                      .expression = fake_expression,
                                      .evaluate = fake_evaluate };

/* instruction-set levels of this machine */
static inline size_t fake_levels(uint32_t level[3])
{
  size_t n = 0;
  level[n++] = 1;
#if SOCCA_X86_LEVELS
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) level[n++] = 3;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) level[n++] = 4;
#endif
  return n;
}

/* ---- the sky: gnomonic, or pixels only ---- */
struct image_wcs {
  double crpix[2], crval[2], cd[4];
  int pixels;
};
#define FAKE_DEGREE 0.017453292519943295769
image_wcs *image_wcs_copy(const image_wcs *w)
{
  image_wcs *copy = malloc(sizeof *copy);
  if (copy) *copy = *w;
  return copy;
}
void image_wcs_free(image_wcs *w)
{
  free(w);
}
image_wcs *image_wcs_displaced(const image_wcs *w, double dlon, double dlat)
{
  image_wcs *copy = image_wcs_copy(w);
  if (copy) copy->crval[0] += dlon;
  if (copy) copy->crval[1] += dlat;
  return copy;
}
size_t image_world(image_wcs *w, size_t n, const double *x, const double *y, double *lon,
                   double *lat)
{
  for (size_t i = 0; i < n; i++) {
    if (w->pixels) {
      lon[i] = x[i] + 1.0;
      lat[i] = y[i] + 1.0;
      continue;
    }
    double p = x[i] + 1.0 - w->crpix[0], q = y[i] + 1.0 - w->crpix[1];
    double xi = w->cd[0] * p + w->cd[1] * q, eta = w->cd[2] * p + w->cd[3] * q;
    double r = hypot(xi, eta), phi = atan2(xi, -eta) - M_PI, theta = atan2(1.0 / FAKE_DEGREE, r);
    double s = sin(w->crval[1] * FAKE_DEGREE), c = cos(w->crval[1] * FAKE_DEGREE);
    lon[i] =
        w->crval[0] +
        atan2(-cos(theta) * sin(phi), sin(theta) * c - cos(theta) * s * cos(phi)) / FAKE_DEGREE;
    lat[i] = asin(sin(theta) * s + cos(theta) * c * cos(phi)) / FAKE_DEGREE;
  }
  return 0;
}
size_t image_pixel(image_wcs *w, size_t n, const double *lon, const double *lat, double *x,
                   double *y)
{
  size_t bad = 0;
  for (size_t i = 0; i < n; i++) {
    if (w->pixels) {
      x[i] = lon[i] - 1.0;
      y[i] = lat[i] - 1.0;
      continue;
    }
    double a = (lon[i] - w->crval[0]) * FAKE_DEGREE, d = lat[i] * FAKE_DEGREE;
    double s = sin(w->crval[1] * FAKE_DEGREE), c = cos(w->crval[1] * FAKE_DEGREE);
    double z = sin(d) * s + cos(d) * c * cos(a);
    double xi = cos(d) * sin(a) / z / FAKE_DEGREE;
    double eta = (sin(d) * c - cos(d) * s * cos(a)) / z / FAKE_DEGREE;
    double det = w->cd[0] * w->cd[3] - w->cd[1] * w->cd[2];
    x[i] = w->crpix[0] - 1.0 + (w->cd[3] * xi - w->cd[1] * eta) / det;
    y[i] = w->crpix[1] - 1.0 + (w->cd[0] * eta - w->cd[2] * xi) / det;
    if (!(z > 0.0)) {
      x[i] = y[i] = NAN;
      bad++;
    }
  }
  return bad;
}
int image_jacobian(image_wcs *w, double x, double y, double j[4])
{
  if (w->pixels) {
    j[0] = -1.0;
    j[1] = j[2] = 0.0;
    j[3] = 1.0;
    return 0;
  }
  double px[4] = { x - 0.5, x + 0.5, x, x }, py[4] = { y, y, y - 0.5, y + 0.5 }, lon[4], lat[4];
  image_world(w, 4, px, py, lon, lat);
  double c = cos(0.25 * (lat[0] + lat[1] + lat[2] + lat[3]) * FAKE_DEGREE);
  j[0] = (lon[1] - lon[0]) * c;
  j[1] = (lon[3] - lon[2]) * c;
  j[2] = lat[1] - lat[0];
  j[3] = lat[3] - lat[2];
  return !isfinite(j[0]);
}

/* An image of nx x ny pixels of `scale` degrees around (lon, lat), reference pixel 1 + N/2; no data.
 * scale 0: pixels only. */
static inline void fake_image(image_data *d, image_wcs *w, size_t nx, size_t ny, double scale,
                              double lon, double lat)
{
  memset(d, 0, sizeof *d);
  memset(w, 0, sizeof *w);
  w->pixels = scale == 0.0;
  w->crpix[0] = d->crpix[0] = 1.0 + 0.5 * (double)nx;
  w->crpix[1] = d->crpix[1] = 1.0 + 0.5 * (double)ny;
  w->crval[0] = d->crval[0] = w->pixels ? w->crpix[0] : lon;
  w->crval[1] = d->crval[1] = w->pixels ? w->crpix[1] : lat;
  w->cd[0] = d->cdelt[0] = -scale;
  w->cd[3] = d->cdelt[1] = scale;
  d->nx = nx;
  d->ny = ny;
  d->n = nx * ny;
  d->wcs = w;
  d->pixels_only = w->pixels;
  d->scale = w->pixels ? 1.0 : scale;
  d->parity = -1;
  d->origin[0] = w->crval[0];
  d->origin[1] = w->crval[1];
}
#endif
