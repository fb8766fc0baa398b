/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "sky.h"
#include "fits_guard.h"
#include "read.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wcslib/wcsfix.h>
#include <wcslib/wcshdr.h>

enum { CHUNK = 128 };
static const double degree = 0.017453292519943295;

image_wcs *image_wcs_plain(void)
{
  image_wcs *w = calloc(1, sizeof *w);
  if (w) snprintf(w->name, sizeof w->name, "pixels");
  return w;
}

void image_wcs_free(image_wcs *w)
{
  if (w && w->celestial) wcsfree(&w->prm);
  free(w);
}

/* Takes over two axes of a parsed WCS. WCSLIB's status. */
static int adopt(image_wcs *w, const struct wcsprm *from, const int axis[2])
{
  int n = 2, axes[2] = { axis[0], axis[1] };
  w->prm.flag = -1;
  int status = wcssub(1, from, &n, axes, &w->prm);
  if (!status) status = wcsset(&w->prm);
  w->celestial = 1; /* there is memory to free */
  return status;
}

image_wcs *image_wcs_copy(const image_wcs *from)
{
  image_wcs *w = image_wcs_plain();
  if (!w || !from->celestial) {
    if (w) *w = *from;
    return w;
  }
  static const int axis[2] = { 1, 2 };
  if (adopt(w, &from->prm, axis) != 0) {
    image_wcs_free(w);
    return NULL;
  }
  w->x0 = from->x0;
  w->y0 = from->y0;
  w->frame = from->frame;
  w->equinox = from->equinox;
  memcpy(w->name, from->name, sizeof w->name);
  return w;
}

/* ---- from a header ---- */

typedef struct notices {
  socca_load *cx;
  const socca_node *node;
  const char *name;
} notices;

static void say(void *arg, int level, const char *text)
{
  const notices *n = arg;
  if (n->cx) image_log(n->cx, n->node, level, "%s: %s", n->name, text);
}

static image_wcs *refused(socca_load *cx, const socca_node *node, image_wcs *w, const char *name,
                          int status)
{
  image_wcs_free(w);
  image_error(cx, node, "'%s': its world coordinates cannot be used: %s", name,
              status > 0 && status < 14 ? wcs_errmsg[status] : "damaged header");
  return NULL;
}

/* The primary one of the descriptions found; NULL: none. */
static struct wcsprm *primary(struct wcsprm *all, int n)
{
  for (int i = 0; i < n; i++)
    if (all[i].alt[0] == ' ' || !all[i].alt[0]) return &all[i];
  return NULL;
}

/* CTYPE of both axes given, and of the form XXXX-YYY: meant as celestial? */
static int means_sky(const struct wcsprm *p, const int axis[2])
{
  int n = 0;
  for (int k = 0; k < 2; k++)
    if (axis[k] <= p->naxis) {
      const char *t = p->ctype[axis[k] - 1];
      n += strlen(t) >= 8 && t[4] == '-' &&
           (strstr(t, "LON") || strstr(t, "LAT") || strncmp(t, "RA--", 4) == 0 ||
            strncmp(t, "DEC-", 4) == 0);
    }
  return n;
}

static image_wcs *build(socca_load *cx, const socca_node *node, const image_fits *f,
                        struct wcsprm *from, int quiet)
{
  image_wcs *w = image_wcs_plain();
  int fixed[NWCSFIX], sky = from ? means_sky(from, f->axis) : 0;
  if (!w) return refused(cx, node, w, f->name, WCSERR_MEMORY);
  if (sky == 0) return w;
  if (sky == 1) {
    if (!quiet)
      image_log(cx, node, SOCCA_LOG_WARN, "%s: only one of its axes is a sky coordinate", f->name);
    return w;
  }
  wcsfix(0, NULL, from, fixed);
  int status = adopt(w, from, f->axis);
  if (status || w->prm.lng < 0 || w->prm.lat < 0) return refused(cx, node, w, f->name, status);
  double scale = 0;
  int parity;
  image_wcs_scale(w, &scale, &parity); /* WCSLIB lets singular matrices pass */
  if (!(scale > 0 && scale < 1e4)) return refused(cx, node, w, f->name, WCSERR_SINGULAR_MTX);
  image_wcs_frame(w);
  return w;
}

typedef struct parse {
  char *cards;
  int n;
} parse;

/* WCSLIB's parser has crashed on damaged headers: each is first parsed where it can do no harm. */
static void try_parser(void *arg)
{
  const parse *p = arg;
  struct wcsprm *all = NULL;
  int rejected = 0, count = 0, fixed[NWCSFIX];
  if (wcspih(p->cards, p->n, WCSHDR_all, 0, &rejected, &count, &all) != 0) return;
  struct wcsprm *w = primary(all, count);
  if (w && wcsfix(0, NULL, w, fixed) == 0) wcsset(w);
  wcsvfree(&count, &all);
}

image_wcs *image_wcs_read(socca_load *cx, const socca_node *node, const image_fits *f, int quiet)
{
  notices n = { quiet ? NULL : cx, node, f->name };
  struct wcsprm *all = NULL;
  int rejected = 0, count = 0;
  char *header = strdup(f->header ? f->header : "");
  parse p = { NULL, 0 };
  image_wcs *w = NULL;
  if (header) {
    image_wcs_mend(header, f->axis, say, &n);
    p.cards = image_wcs_own_cards(header, f->axis, &p.n);
  }
  free(header);
  int status = p.cards ? 0 : WCSERR_MEMORY;
  if (!status && p.n && !image_fits_survives(try_parser, &p)) status = -1;
  if (!status) status = wcspih(p.cards, p.n, WCSHDR_all, 0, &rejected, &count, &all);
  w = status ? refused(cx, node, NULL, f->name, status)
             : build(cx, node, f, primary(all, count), quiet);
  wcsvfree(&count, &all);
  free(p.cards);
  return w;
}

image_wcs *image_wcs_tan(const double center[2], double scale, size_t nx, size_t ny)
{
  image_wcs *w = image_wcs_plain();
  if (!w) return NULL;
  w->prm.flag = -1;
  w->celestial = 1;
  if (wcsinit(1, 2, &w->prm, 0, 0, 0) != 0) {
    image_wcs_free(w);
    return NULL;
  }
  static const char *const type[2] = { "RA---TAN", "DEC--TAN" };
  double n[2] = { (double)nx, (double)ny };
  for (int k = 0; k < 2; k++) {
    w->prm.crpix[k] = 0.5 * (n[k] + 1);
    w->prm.crval[k] = center[k];
    w->prm.cdelt[k] = k ? scale : -scale;
    snprintf(w->prm.ctype[k], 72, "%s", type[k]);
    snprintf(w->prm.cunit[k], 72, "deg");
  }
  snprintf(w->prm.radesys, 72, "ICRS");
  if (wcsset(&w->prm) != 0) {
    image_wcs_free(w);
    return NULL;
  }
  image_wcs_frame(w);
  return w;
}

/* ---- transforms ---- */

size_t image_world(image_wcs *w, size_t n, const double *x, const double *y, double *lon,
                   double *lat)
{
  size_t bad = 0;
  if (!w->celestial) {
    for (size_t i = 0; i < n; i++) {
      lon[i] = x[i] + 1 + w->x0;
      lat[i] = y[i] + 1 + w->y0;
    }
    return 0;
  }
  double in[CHUNK][2], middle[CHUNK][2], phi[CHUNK], theta[CHUNK], out[CHUNK][2];
  int stat[CHUNK], lng = w->prm.lng, lt = w->prm.lat;
  for (size_t i = 0; i < n; i += CHUNK) {
    size_t m = n - i < CHUNK ? n - i : CHUNK;
    for (size_t k = 0; k < m; k++) {
      in[k][0] = x[i + k] + 1 + w->x0;
      in[k][1] = y[i + k] + 1 + w->y0;
      stat[k] = 0;
    }
    int status = wcsp2s(&w->prm, (int)m, 2, in[0], middle[0], phi, theta, out[0], stat);
    for (size_t k = 0; k < m; k++) {
      int failed = (status && status != 8) || stat[k];
      lon[i + k] = failed ? NAN : out[k][lng];
      lat[i + k] = failed ? NAN : out[k][lt];
      bad += (size_t)(failed != 0);
    }
  }
  return bad;
}

size_t image_pixel(image_wcs *w, size_t n, const double *lon, const double *lat, double *x,
                   double *y)
{
  size_t bad = 0;
  if (!w->celestial) {
    for (size_t i = 0; i < n; i++) {
      x[i] = lon[i] - 1 - w->x0;
      y[i] = lat[i] - 1 - w->y0;
    }
    return 0;
  }
  double in[CHUNK][2], middle[CHUNK][2], phi[CHUNK], theta[CHUNK], out[CHUNK][2];
  int stat[CHUNK], lng = w->prm.lng, lt = w->prm.lat;
  for (size_t i = 0; i < n; i += CHUNK) {
    size_t m = n - i < CHUNK ? n - i : CHUNK;
    for (size_t k = 0; k < m; k++) {
      in[k][lng] = lon[i + k];
      in[k][lt] = lat[i + k];
      stat[k] = 0;
    }
    int status = wcss2p(&w->prm, (int)m, 2, in[0], phi, theta, middle[0], out[0], stat);
    for (size_t k = 0; k < m; k++) {
      int failed = (status && status != 9) || stat[k];
      x[i + k] = failed ? NAN : out[k][0] - 1 - w->x0;
      y[i + k] = failed ? NAN : out[k][1] - 1 - w->y0;
      bad += (size_t)(failed != 0);
    }
  }
  return bad;
}

int image_jacobian(image_wcs *w, double x, double y, double j[4])
{
  static const double h = 0.25; /* of a pixel: the error goes with its square */
  double px[5] = { x, x + h, x - h, x, x }, py[5] = { y, y, y, y + h, y - h };
  double lon[5], lat[5], east[5], north[5];
  if (!w->celestial) {
    j[0] = -1;
    j[1] = j[2] = 0;
    j[3] = 1;
    return 0;
  }
  if (image_world(w, 5, px, py, lon, lat) != 0) return -1;
  double s0 = sin(lat[0] * degree), c0 = cos(lat[0] * degree);
  for (int k = 1; k < 5; k++) { /* offsets in the tangent plane: sound at the poles too */
    double d = image_wrap(lon[k] - lon[0]) * degree, s = sin(lat[k] * degree),
           c = cos(lat[k] * degree);
    east[k] = c * sin(d) / degree;
    north[k] = (s * c0 - c * s0 * cos(d)) / degree;
  }
  j[0] = (east[1] - east[2]) / (2 * h);
  j[1] = (east[3] - east[4]) / (2 * h);
  j[2] = (north[1] - north[2]) / (2 * h);
  j[3] = (north[3] - north[4]) / (2 * h);
  return 0;
}

image_wcs *image_wcs_displaced(const image_wcs *from, double dlon, double dlat)
{
  image_wcs *w = image_wcs_copy(from);
  if (!w || !w->celestial) return w;
  w->prm.crval[w->prm.lng] += dlon;
  w->prm.crval[w->prm.lat] += dlat;
  w->prm.flag = 0;
  if (wcsset(&w->prm) != 0) {
    image_wcs_free(w);
    return NULL;
  }
  return w;
}

int image_wcs_reference(image_wcs *w, double x, double y, const double world[2])
{
  if (!w->celestial || w->prm.lin.dispre || w->prm.lin.disseq) return -1;
  w->prm.crpix[0] = x + 1 + w->x0;
  w->prm.crpix[1] = y + 1 + w->y0;
  w->prm.crval[w->prm.lng] = world[0];
  w->prm.crval[w->prm.lat] = world[1];
  w->prm.flag = 0;
  return wcsset(&w->prm) ? -1 : 0;
}
