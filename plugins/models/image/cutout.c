/* SPDX-License-Identifier: BSD-3-Clause */
/* Windows of the image, and grids without an image. */
#include "config.h"
#include "input.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SIDE = 32768 };

/* A plain number of pixels, or an angle ("10 arcsec"). */
static socca_status side(socca_load *cx, const socca_node *node, double scale, int sky, long *out)
{
  const char *s = cx->cx.h->text(node);
  double x = 0;
  size_t digits = s ? strspn(s, "0123456789") : 0;
  if (!s) return image_error(cx, node, "a number of pixels is wanted here");
  if (s[digits] == 0 || !sky) return image_read_integer(cx, node, 1, MAX_SIDE, out);
  for (const char *p = s; *p; p++)
    if (isalpha((unsigned char)*p) && *p != 'e' && *p != 'E') { /* a unit */
      socca_status status = cx->cx.h->number(cx, node, "deg", &x);
      if (status != SOCCA_OK || !(scale > 0)) return status;
      x = rint(x / scale);
      if (!(x >= 1 && x <= MAX_SIDE))
        return image_error(cx, node, "this is %.0f pixels: from 1 to %d are allowed", x, MAX_SIDE);
      *out = (long)x;
      return SOCCA_OK;
    }
  return image_read_integer(cx, node, 1, MAX_SIDE, out);
}

/* N or [nx, ny] */
static socca_status sides(socca_load *cx, const socca_node *node, double scale, int sky,
                          long size[2])
{
  const socca_host *h = cx->cx.h;
  const char *key = NULL;
  if (h->text(node)) {
    socca_status s = side(cx, node, scale, sky, &size[0]);
    size[1] = size[0];
    return s;
  }
  const socca_node *a = h->item(node, 0, &key), *b = a && !key ? h->item(node, 1, &key) : NULL;
  if (!b || key || h->item(node, 2, &key))
    return image_error(cx, node, "a size is one number, or a list of two: [nx, ny]");
  socca_status s = side(cx, a, scale, sky, &size[0]), t = side(cx, b, scale, sky, &size[1]);
  return s != SOCCA_OK ? s : t;
}

/* Indices of one axis: from ceil(p - n/2) up to, not including, ceil(p + n/2), clipped. */
static int window(double p, long n, size_t full, size_t *from, size_t *count)
{
  double lo = ceil(p - 0.5 * (double)n), hi = ceil(p + 0.5 * (double)n);
  lo = fmax(lo, 0);
  hi = fmin(hi, (double)full);
  if (!(hi > lo)) return -1;
  *from = (size_t)lo;
  *count = (size_t)(hi - lo);
  return 0;
}

static socca_status cut_pixels(socca_load *cx, const socca_node *node, image_input *in, size_t nx,
                               size_t ny)
{
  double *cut = malloc(nx * ny * sizeof *cut);
  if (!cut) return image_error(cx, node, "not enough memory");
  for (size_t j = 0; j < ny; j++)
    memcpy(cut + j * nx, in->pixels + (in->y0 + j) * in->full_nx + in->x0, nx * sizeof *cut);
  free(in->pixels);
  in->pixels = cut;
  in->data.nx = nx;
  in->data.ny = ny;
  in->data.n = nx * ny;
  in->data.wcs->x0 = (double)in->x0;
  in->data.wcs->y0 = (double)in->y0;
  return SOCCA_OK;
}

socca_status image_read_cutout(socca_load *cx, const socca_node *node, image_input *in)
{
  const socca_host *h = cx->cx.h;
  const socca_node *center = h->get(node, "center"), *size = h->get(node, "size");
  image_wcs *w = in->data.wcs;
  int sky = !w || w->celestial;
  long n[2] = { 0, 0 };
  double x = 0, y = 0;
  size_t nx = 0, ny = 0;
  if (!image_is_map(h, node) || !center || !size)
    return image_error(cx, node, "a cut-out is written {center: [%s], size: [nx, ny]}",
                       sky ? "RA, Dec" : "x, y");
  socca_status s = image_read_position(cx, center, sky ? "deg" : "pix", in->center);
  socca_status t = sides(cx, size, in->data.scale, sky, n);
  if (s != SOCCA_OK || t != SOCCA_OK || !in->data.n) return s != SOCCA_OK ? s : t;
  if (image_pixel(w, 1, &in->center[0], &in->center[1], &x, &y) != 0 ||
      window(x, n[0], in->full_nx, &in->x0, &nx) != 0 ||
      window(y, n[1], in->full_ny, &in->y0, &ny) != 0)
    return image_error(cx, node, "the cut-out lies outside of the image");
  if ((long)nx < n[0] || (long)ny < n[1])
    image_log(cx, node, SOCCA_LOG_WARN, "the cut-out is clipped at the image's edge to %zu x %zu",
              nx, ny);
  in->has_center = 1;
  return cut_pixels(cx, node, in, nx, ny);
}

socca_status image_read_grid(socca_load *cx, const socca_node *node, image_input *in)
{
  const socca_host *h = cx->cx.h;
  const socca_node *center = h->get(node, "center"), *size = h->get(node, "size"),
                   *scale = h->get(node, "scale");
  long n[2] = { 0, 0 };
  double at[2] = { 0, 0 }, step = 0;
  if (!image_is_map(h, node) || !center || !size || !scale)
    return image_error(cx, node,
                       "a grid is written {size: [nx, ny], center: [RA, Dec], scale: 0.1 arcsec}");
  socca_status s = sides(cx, size, 1, 0, n);
  socca_status t = image_read_position(cx, center, "deg", at);
  socca_status u = h->number(cx, scale, "deg", &step);
  if (u == SOCCA_OK && !(step > 0 && step < 10))
    u = image_error(cx, scale, "the pixel scale is an angle above zero, below 10 deg");
  if (s != SOCCA_OK || t != SOCCA_OK || u != SOCCA_OK)
    return s != SOCCA_OK ? s : t != SOCCA_OK ? t : u;
  in->data.wcs = image_wcs_tan(at, step, (size_t)n[0], (size_t)n[1]);
  if (!in->data.wcs) return image_error(cx, node, "no world coordinates can be made of this grid");
  in->data.nx = in->full_nx = (size_t)n[0];
  in->data.ny = in->full_ny = (size_t)n[1];
  in->data.n = in->data.nx * in->data.ny;
  in->axis[0] = 1;
  in->axis[1] = 2;
  memcpy(in->name, "grid", 5);
  return SOCCA_OK;
}

void image_rereference(socca_load *cx, image_input *in)
{
  image_wcs *w = in->data.wcs;
  double x = 0.5 * (double)in->full_nx, y = 0.5 * (double)in->full_ny, at[2];
  double cx0 = w->x0, cy0 = w->y0, px, py;
  int status = 0;
  if (!w->celestial) return;
  w->x0 = w->y0 = 0; /* first on the whole image, then at the cut-out's centre */
  if (w->prm.crpix[0] != x + 1 || w->prm.crpix[1] != y + 1)
    status = image_world(w, 1, &x, &y, &at[0], &at[1]) ? -1 : image_wcs_reference(w, x, y, at);
  if (status == 0 && in->has_center)
    status = image_pixel(w, 1, &in->center[0], &in->center[1], &px, &py)
                 ? -1
                 : image_wcs_reference(w, px, py, in->center);
  if (status != 0)
    image_log(cx, in->at, SOCCA_LOG_WARN,
              "compat B03 is left out: the reference pixel of this image cannot be moved");
  w->x0 = cx0;
  w->y0 = cy0;
}
