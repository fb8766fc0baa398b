/* SPDX-License-Identifier: BSD-3-Clause */
/* Masks: DS9 regions exclude what they cover; in FITS files non-zero is good unless said otherwise. */
#include "config.h"
#include "frames.h"
#include "input.h"
#include "regions.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT = 64 << 20 }; /* bytes of a region file */

typedef struct rule { /* which values of a FITS mask are good */
  int zero;
  long bits;
  const socca_node *given; /* where it stands, NULL: non-zero is good */
} rule;

/* ---- FITS ---- */

static int is_good(const rule *r, double v)
{
  if (!isfinite(v)) return 0;
  if (r->bits) return fabs(v) < 9e15 && ((long)v & r->bits) == 0;
  return (v != 0) != r->zero;
}

/* Do both describe the same pixels? To 0.05 of a pixel at the corners. */
static int same_grid(image_wcs *a, image_wcs *b, size_t nx, size_t ny)
{
  double x[4] = { 0, (double)(nx - 1), 0, (double)(nx - 1) };
  double y[4] = { 0, 0, (double)(ny - 1), (double)(ny - 1) };
  double lon[4], lat[4], px[4], py[4];
  if (a->frame != b->frame || a->equinox != b->equinox) return 0;
  if (image_world(a, 4, x, y, lon, lat) != 0 || image_pixel(b, 4, lon, lat, px, py) != 0) return 0;
  for (int i = 0; i < 4; i++)
    if (!(fabs(px[i] - x[i]) < 0.05 && fabs(py[i] - y[i]) < 0.05)) return 0;
  return 1;
}

/* Bilinear value at a position; NaN outside of the pixels' area. */
static double interpolate(const double *v, size_t nx, size_t ny, double x, double y)
{
  double mx = (double)(nx - 1), my = (double)(ny - 1);
  if (!(x >= -0.5 && y >= -0.5 && x <= mx + 0.5 && y <= my + 0.5)) return NAN;
  x = fmin(fmax(x, 0), mx);
  y = fmin(fmax(y, 0), my);
  size_t i = (size_t)x, j = (size_t)y, k = i + (i + 1 < nx), l = j + (j + 1 < ny);
  double fx = x - (double)i, fy = y - (double)j;
  return (1 - fy) * ((1 - fx) * v[j * nx + i] + fx * v[j * nx + k]) +
         fy * ((1 - fx) * v[l * nx + i] + fx * v[l * nx + k]);
}

/* good: 1 and 0 on the mask's grid. Excluded below 0.5 and where it does not reach. */
static int reproject(const image_input *in, const double *good, const image_fits *f, image_wcs *w,
                     unsigned char *bad)
{
  size_t nx = in->data.nx;
  double *row = malloc(6 * nx * sizeof *row);
  if (!row) return -1;
  double *x = row, *y = row + nx, *lon = row + 2 * nx, *lat = row + 3 * nx, *px = row + 4 * nx,
         *py = row + 5 * nx;
  const image_wcs *own = in->data.wcs;
  int status = 0;
  for (size_t j = 0; status == 0 && j < in->data.ny; j++) {
    for (size_t i = 0; i < nx; i++) {
      x[i] = (double)i;
      y[i] = (double)j;
    }
    image_world(in->data.wcs, nx, x, y, lon, lat);
    for (size_t i = 0; status == 0 && i < nx; i++)
      status =
          image_frame_convert(own->frame, own->equinox, w->frame, w->equinox, &lon[i], &lat[i]);
    image_pixel(w, nx, lon, lat, px, py);
    for (size_t i = 0; i < nx; i++)
      bad[j * nx + i] = !(interpolate(good, f->nx, f->ny, px[i], py[i]) >= 0.5 - 1e-9);
  }
  free(row);
  return status;
}

static socca_status apply_fits(socca_load *cx, const socca_node *node, const image_input *in,
                               const rule *r, image_fits *f, unsigned char *bad)
{
  image_wcs *w = image_wcs_read(cx, node, f, 1);
  socca_status s = SOCCA_OK;
  if (!w) return SOCCA_E_INPUT;
  for (size_t i = 0; i < f->nx * f->ny; i++) f->value[i] = is_good(r, f->value[i]);
  double x0 = in->data.wcs->x0, y0 = in->data.wcs->y0;
  int full = f->nx == in->full_nx && f->ny == in->full_ny,
      sky = w->celestial && in->data.wcs->celestial;
  in->data.wcs->x0 = in->data.wcs->y0 = 0;
  int same = full && (!sky || same_grid(in->data.wcs, w, f->nx, f->ny));
  in->data.wcs->x0 = x0;
  in->data.wcs->y0 = y0;
  if (same || !sky) {
    double *good = malloc(in->data.n * sizeof *good);
    if (!good)
      s = image_error(cx, node, "not enough memory");
    else if (image_cut_map(in, f, good) != 0)
      s = image_error(
          cx, node,
          "'%s' is %zu x %zu, the image %zu x %zu, and there are no world coordinates on "
          "both to reproject it by",
          f->name, f->nx, f->ny, in->full_nx, in->full_ny);
    else
      for (size_t i = 0; i < in->data.n; i++) bad[i] = good[i] == 0;
    free(good);
  } else {
    image_log(cx, node, SOCCA_LOG_INFO, "%s is on another grid: reprojected", f->name);
    if (reproject(in, f->value, f, w, bad) != 0)
      s = image_error(cx, node, "'%s' cannot be reprojected: its frame is %s, the image's %s",
                      f->name, w->name, in->data.wcs->name);
  }
  image_wcs_free(w);
  return s;
}

static socca_status read_fits(socca_load *cx, const socca_node *node, const char *path,
                              const image_input *in, const rule *r, unsigned char *bad)
{
  char why[IMAGE_WHY];
  image_fits f;
  if (image_fits_read(path, -1, &f, why) != 0) return image_error(cx, node, "%s", why);
  socca_status s = in->data.n ? apply_fits(cx, node, in, r, &f, bad) : SOCCA_OK;
  image_fits_free(&f);
  return s;
}

/* ---- regions ---- */

static char *slurp(const char *path, size_t *n)
{
  FILE *f = fopen(path, "rb");
  char *text = NULL;
  size_t room = 0;
  *n = 0;
  while (f && *n < LIMIT) {
    if (*n == room) {
      room = 2 * room + 65536;
      char *grown = realloc(text, room);
      if (!grown) break;
      text = grown;
    }
    size_t m = fread(text + *n, 1, room - *n, f);
    if (m == 0) {
      fclose(f);
      return text;
    }
    *n += m;
  }
  if (f) fclose(f);
  free(text);
  return NULL;
}

static socca_status apply_regions(socca_load *cx, const socca_node *node, const image_input *in,
                                  const char *name, const region_list *l, unsigned char *bad)
{
  char why[IMAGE_WHY];
  if (l->bare)
    image_log(cx, node, SOCCA_LOG_INFO,
              "%s: points, lines, texts and the like cover no area and mask nothing: %zu of them",
              name, l->bare);
  if (!in->data.n) return SOCCA_OK;
  if (region_cover(l, in->data.wcs, in->header, in->data.nx, in->data.ny, bad, why) != 0)
    return image_error(cx, node, "%s: %s", name, why);
  return SOCCA_OK;
}

static socca_status read_regions(socca_load *cx, const socca_node *node, const char *path,
                                 const image_input *in, unsigned char *bad)
{
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  char why[IMAGE_WHY];
  region_list l;
  size_t n = 0;
  char *text = slurp(path, &n);
  socca_status s;
  if (!text) return image_error(cx, node, "'%s' cannot be read, or is too large", path);
  if (memchr(text, 0, n))
    s = image_error(cx, node, "'%s' is neither a FITS file nor a DS9 region file", path);
  else if (region_parse(text, n, &l, why) != 0)
    s = image_error(cx, node, "%s: %s", name, why);
  else {
    s = apply_regions(cx, node, in, name, &l, bad);
    region_free(&l);
  }
  free(text);
  return s;
}

/* ---- one entry of the list ---- */

static socca_status read_rule(socca_load *cx, const socca_node *entry, rule *r)
{
  const socca_host *h = cx->cx.h;
  const socca_node *good = h->text(entry) ? NULL : h->get(entry, "good"),
                   *bits = h->text(entry) ? NULL : h->get(entry, "bits");
  *r = (rule){ .given = good ? good : bits };
  if (good && bits) return image_error(cx, bits, "give 'good' or 'bits', not both");
  if (bits) return image_read_integer(cx, bits, 1, 9e15, &r->bits);
  if (!good) return SOCCA_OK;
  const char *s = h->text(good);
  if (s && strcmp(s, "zero") == 0)
    r->zero = 1;
  else if (!s || strcmp(s, "nonzero") != 0)
    return image_error(cx, good, "'good' is zero or nonzero (the default)");
  return SOCCA_OK;
}

static const char *advice_for(const rule *r)
{
  if (r->bits) return "if these bits mark the good pixels, the mask must be inverted first";
  return r->zero ? "if its non-zero pixels are the good ones, leave 'good: zero' out"
                 : "if its non-zero pixels are the bad ones, write {file: NAME, good: zero}";
}

static socca_status read_entry(socca_load *cx, const socca_node *entry, image_input *in,
                               unsigned char *bad)
{
  const socca_node *file = image_file_node(cx, entry, "mask");
  char path[IMAGE_PATH], why[IMAGE_WHY];
  rule r;
  socca_status s = read_rule(cx, entry, &r);
  if (!file || s != SOCCA_OK) return SOCCA_E_INPUT;
  if ((s = image_read_path(cx, file, path)) != SOCCA_OK) return s;
  int fits = image_fits_is(path, why);
  if (fits < 0) return image_error(cx, file, "%s", why);
  memset(bad, 0, in->data.n + 1);
  size_t n = strlen(path);
  if (fits == 0 && (r.given || (n > 5 && strcmp(path + n - 5, ".fits") == 0)))
    return image_error(cx, r.given ? r.given : file, "%s%s", why,
                       r.given ? "; 'good' and 'bits' are for FITS masks" : "");
  s = fits ? read_fits(cx, file, path, in, &r, bad) : read_regions(cx, file, path, in, bad);
  if (s != SOCCA_OK || !in->data.n) return s;
  const char *name = cx->cx.h->text(file);
  image_exclude(in, name, bad,
                fits ? advice_for(&r) : "regions exclude what they cover, not what lies outside");
  const image_cause *c = &in->cause[in->ncause - 1];
  image_log(cx, file, SOCCA_LOG_INFO, "%s: %zu pixel%s masked%s", name, c->covers,
            image_s(c->covers),
            !fits    ? ""
            : r.bits ? " (those with one of the bits set)"
            : r.zero ? " (zero is good)"
                     : " (non-zero is good)");
  return SOCCA_OK;
}

socca_status image_read_masks(socca_load *cx, const socca_node *node, image_input *in)
{
  const socca_host *h = cx->cx.h;
  socca_status s = SOCCA_OK;
  unsigned char *bad = malloc(in->data.n + 1);
  const socca_node *entry;
  const char *key = NULL;
  if (!bad) return image_error(cx, node, "not enough memory");
  if (h->text(node) || !image_is_list(h, node))
    s = read_entry(cx, node, in, bad);
  else
    for (size_t i = 0; (entry = h->item(node, i, &key)); i++)
      if (read_entry(cx, entry, in, bad) != SOCCA_OK) s = SOCCA_E_INPUT;
  free(bad);
  return s;
}
