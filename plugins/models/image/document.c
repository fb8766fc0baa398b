/* SPDX-License-Identifier: BSD-3-Clause */
/* The `image:` block, in an order in which each part finds what it needs; every legal key is looked
 * for even after errors, so that none is reported as unknown. */
#include "config.h"
#include "input.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void image_input_free(image_input *in)
{
  free(in->header);
  free(in->pixels);
  free(in->data.data);
  free(in->data.good);
  free(in->data.sigma);
  free(in->data.psf.value);
  free(in->data.exposure);
  free(in->data.response);
  image_wcs_free(in->data.wcs);
  memset(in, 0, sizeof *in);
}

void image_exclude(image_input *in, const char *name, const unsigned char *bad, const char *advice)
{
  size_t at = in->ncause < IMAGE_CAUSES ? in->ncause++ : IMAGE_CAUSES - 1;
  image_cause *c = &in->cause[at];
  *c = (image_cause){ .advice = advice };
  const char *base = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
  snprintf(c->name, sizeof c->name, "%s", base);
  for (size_t i = 0, turn = 2; i < at; i++)
    if (strcmp(in->cause[i].name, c->name) == 0) /* another of that name, from another folder */
      snprintf(c->name, sizeof c->name, "%.50s (%zu)", base, turn++);
  for (size_t i = 0; i < in->data.n; i++) {
    int newly = bad[i] && in->data.good[i];
    c->covers += bad[i] != 0;
    c->excludes += (size_t)newly;
    if (newly) in->data.good[i] = 0;
  }
  in->data.ngood -= c->excludes;
}

int image_cut_map(const image_input *in, const image_fits *f, double *out)
{
  size_t nx = in->data.nx, ny = in->data.ny;
  if (f->nx == nx && f->ny == ny)
    memcpy(out, f->value, nx * ny * sizeof *out);
  else if (f->nx == in->full_nx && f->ny == in->full_ny)
    for (size_t j = 0; j < ny; j++)
      memcpy(out + j * nx, f->value + (in->y0 + j) * f->nx + in->x0, nx * sizeof *out);
  else
    return -1;
  return 0;
}

double *image_read_map(socca_load *cx, const socca_node *node, const image_input *in)
{
  char path[IMAGE_PATH], why[IMAGE_WHY];
  image_fits f;
  double *out = NULL;
  if (image_read_path(cx, node, path) != SOCCA_OK) return NULL;
  if (image_fits_read(path, -1, &f, why) == 0 && f.planes > 1 && f.planes == in->planes) {
    image_fits_free(&f); /* a cube as the image's: the same plane */
    memset(why, 0, sizeof why);
    if (image_fits_read(path, in->plane, &f, why) != 0) f.value = NULL;
  }
  if (!f.value) {
    image_error(cx, node, "%s", why);
    return NULL;
  }
  if (in->data.n && !(out = malloc(in->data.n * sizeof *out)))
    image_error(cx, node, "not enough memory");
  else if (in->data.n && image_cut_map(in, &f, out) != 0) {
    image_error(cx, node, "'%s' is %zu x %zu, the image %zu x %zu: the shapes must match", f.name,
                f.nx, f.ny, in->full_nx, in->full_ny);
    free(out);
    out = NULL;
  }
  image_fits_free(&f);
  return out;
}

/* ---- the image itself ---- */

static void announce(socca_load *cx, const socca_node *node, const image_fits *f)
{
  if (!f->chosen && (f->hdu > 0 || f->nimages > 1))
    image_log(cx, node, SOCCA_LOG_INFO, "%s is taken, the first HDU with a 2-D image%s", f->name,
              f->nimages > 1 ? "; others exist, chosen as file[n] or file[EXTNAME]" : "");
  if (f->planes > 1)
    image_log(cx, node, SOCCA_LOG_INFO, "%s is a cube: plane %ld of %ld is taken", f->name,
              f->plane, f->planes);
}

static socca_status read_file(socca_load *cx, const socca_node *node, image_input *in)
{
  char path[IMAGE_PATH], why[IMAGE_WHY];
  image_fits f;
  if (image_read_path(cx, node, path) != SOCCA_OK) return SOCCA_E_INPUT;
  if (image_fits_read(path, in->plane, &f, why) != 0) return image_error(cx, node, "%s", why);
  announce(cx, node, &f);
  in->data.wcs = image_wcs_read(cx, node, &f, 0);
  if (!in->data.wcs) {
    image_fits_free(&f);
    return SOCCA_E_INPUT;
  }
  memcpy(in->name, f.name, sizeof in->name);
  memcpy(in->axis, f.axis, sizeof in->axis);
  in->hdu = f.hdu;
  in->planes = f.planes;
  in->plane = f.plane;
  in->header = f.header;
  in->pixels = f.value;
  in->data.nx = in->full_nx = f.nx;
  in->data.ny = in->full_ny = f.ny;
  in->data.n = f.nx * f.ny;
  if (!in->data.wcs->celestial)
    image_log(cx, node, SOCCA_LOG_INFO,
              "%s has no celestial world coordinates: positions are FITS pixel coordinates (first "
              "pixel 1), lengths are pixels",
              f.name);
  return SOCCA_OK;
}

static socca_status settle_grid(socca_load *cx, const socca_node *node, image_input *in)
{
  image_data *d = &in->data;
  d->pixels_only = !d->wcs->celestial;
  image_wcs_scale(d->wcs, &d->scale, &d->parity);
  if (!d->pixels_only && cx->cx.h->define_unit(cx, "pix", "deg", d->scale) != SOCCA_OK)
    return image_error(cx, node, "the unit 'pix' cannot be defined");
  return SOCCA_OK;
}

static socca_status read_image(socca_load *cx, const socca_node *block, image_input *in)
{
  const socca_host *h = cx->cx.h;
  const socca_node *file = h->get(block, "file"), *grid = h->get(block, "grid"),
                   *plane = h->get(block, "plane"), *cutout = h->get(block, "cutout");
  socca_status s = SOCCA_OK, t = SOCCA_OK;
  in->plane = -1;
  if (plane) t = image_read_integer(cx, plane, 0, 1e9, &in->plane);
  if (file && grid)
    s = image_error(cx, grid, "'grid' stands for a file: give 'file' or 'grid'");
  else if (file)
    s = read_file(cx, file, in);
  else if (grid)
    s = image_read_grid(cx, grid, in);
  else
    s = image_error(cx, block ? block : in->at, "the image is missing: write image: {file: NAME}");
  if (s == SOCCA_OK) s = settle_grid(cx, block, in);
  if (s == SOCCA_OK && grid && cutout)
    s = image_error(cx, cutout, "a grid has no cut-outs: choose its size");
  else if (cutout) {
    socca_status u = image_read_cutout(cx, cutout, in);
    if (s == SOCCA_OK) s = u;
  }
  return s != SOCCA_OK ? s : t;
}

/* ---- pixels ---- */

static socca_status exclude_bad_pixels(socca_load *cx, image_input *in)
{
  image_data *d = &in->data;
  unsigned char *bad = calloc(d->n, 1);
  d->good = malloc(d->n);
  if (!bad || !d->good) {
    free(bad);
    return image_error(cx, in->at, "not enough memory");
  }
  memset(d->good, 1, d->n);
  d->ngood = d->n;
  if (in->pixels) {
    for (size_t i = 0; i < d->n; i++)
      if (!isfinite(in->pixels[i])) bad[i] = 1;
    image_exclude(in, "non-finite", bad, NULL);
    if (in->cause[0].covers)
      image_log(cx, in->at, SOCCA_LOG_INFO, "%s: %zu pixel%s excluded as blank or not finite",
                in->name, in->cause[0].covers, image_s(in->cause[0].covers));
  }
  free(bad);
  return SOCCA_OK;
}

/* Final data: zero where excluded, so that nothing non-finite is ever summed. */
static socca_status settle_pixels(socca_load *cx, image_input *in)
{
  image_data *d = &in->data;
  for (size_t i = 0; d->sigma && i < d->n; i++)
    if (!d->good[i]) d->sigma[i] = 1;
  if (!in->pixels) return SOCCA_OK;
  d->data = malloc(d->n * sizeof *d->data);
  if (!d->data) return image_error(cx, in->at, "not enough memory");
  for (size_t i = 0; i < d->n; i++) d->data[i] = d->good[i] ? in->pixels[i] : 0;
  return SOCCA_OK;
}

static socca_status read_factor(socca_load *cx, const socca_node *node, const char *key,
                                const image_input *in, double **out)
{
  const socca_node *file = image_file_node(cx, node, key);
  if (!file) return SOCCA_E_INPUT;
  *out = image_read_map(cx, file, in);
  for (size_t i = 0; *out && i < in->data.n; i++)
    if (!isfinite((*out)[i])) (*out)[i] = 0;
  return *out || !in->data.n ? SOCCA_OK : SOCCA_E_INPUT;
}

/* ---- settings ---- */

static socca_status read_settings(socca_load *cx, const socca_node *block, image_input *in)
{
  const socca_host *h = cx->cx.h;
  const socca_node *subgrid = h->get(block, "subgrid"), *fft = h->get(block, "fft");
  socca_status s = SOCCA_OK;
  long n = 0;
  if (subgrid && (s = image_read_integer(cx, subgrid, 1, 1000, &n)) == SOCCA_OK)
    in->data.subgrid = (int)n;
  if (!subgrid && in->data.compat == IMAGE_ALL_COMPAT) in->data.subgrid = 1;
  if (in->data.subgrid == 1)
    image_log(
        cx, subgrid ? subgrid : block, SOCCA_LOG_INFO,
        "profiles are sampled at pixel centres (subgrid: 1): the likelihood has needles where "
        "a cuspy profile meets a pixel centre, and fluxes are biased");
  const char *text = fft ? h->text(fft) : "estimate";
  if (text && strcmp(text, "measure") == 0)
    image_log(cx, fft, SOCCA_LOG_INFO,
              "'fft: measure' has no effect: transforms are planned from estimates, since measured "
              "plans would give other last digits on every machine and start");
  else if (!text || strcmp(text, "estimate") != 0)
    s = image_error(cx, fft, "'fft' is estimate or measure");
  return s;
}

/* A small grid on which components can still be read after the image itself has failed. */
static void stand_in(socca_load *cx, image_input *in)
{
  image_data *d = &in->data;
  const double center[2] = { 0, 0 };
  image_input_free(in);
  d->wcs = image_wcs_tan(center, 1e-4, 8, 8);
  d->nx = d->ny = in->full_nx = in->full_ny = 8;
  d->n = 64;
  d->good = calloc(64, 1);
  d->level = 1;
  d->subgrid = 1;
  if (d->wcs) image_wcs_scale(d->wcs, &d->scale, &d->parity);
  cx->cx.h->define_unit(cx, "pix", "deg", 1e-4);
}

static void worst(socca_status *s, socca_status t)
{
  if (*s == SOCCA_OK) *s = t;
}

static socca_status read_parts(socca_load *cx, const socca_node *block, image_input *in)
{
  const socca_host *h = cx->cx.h;
  const socca_node *exposure = h->get(block, "exposure"), *response = h->get(block, "response"),
                   *mask = h->get(block, "mask"), *psf = h->get(block, "psf"),
                   *noise = h->get(block, "noise");
  socca_status s = SOCCA_OK;
  if (exposure) worst(&s, read_factor(cx, exposure, "exposure", in, &in->data.exposure));
  if (response) worst(&s, read_factor(cx, response, "response", in, &in->data.response));
  if (mask) worst(&s, image_read_masks(cx, mask, in));
  if (psf) worst(&s, image_read_psf(cx, psf, in));
  socca_status before = s;
  worst(&s, image_read_noise(cx, noise, in));
  if (before == SOCCA_OK && s == SOCCA_OK && in->data.n) worst(&s, image_judge(cx, block, in));
  return s;
}

socca_status image_read(socca_load *cx, const socca_node *document, image_input *in)
{
  const socca_host *h = cx->cx.h;
  const socca_node *block = h->get(document, "image");
  memset(in, 0, sizeof *in);
  in->at = block ? block : document;
  if (block && !image_is_map(h, block))
    return stand_in(cx, in),
           image_error(cx, block, "the image block is a map: image: {file: NAME}");
  socca_status s = image_read_compat(cx, document, in);
  worst(&s, read_settings(cx, block, in));
  worst(&s, read_image(cx, block, in));
  if (s != SOCCA_OK) in->data.n = 0; /* the rest is only looked at */
  if (in->data.n) s = exclude_bad_pixels(cx, in);
  worst(&s, read_parts(cx, block, in));
  if (s == SOCCA_OK) s = settle_pixels(cx, in);
  if (s != SOCCA_OK) {
    stand_in(cx, in);
    return s;
  }
  double x = 0.5 * (double)in->data.nx, y = 0.5 * (double)in->data.ny;
  if (in->data.compat & IMAGE_B03) image_rereference(cx, in);
  image_wcs_linear(in->data.wcs, in->header, in->data.crpix, in->data.crval, in->data.cdelt);
  image_wcs_extent(in->data.wcs, in->data.nx, in->data.ny, in->data.low, in->data.high);
  if (in->has_center)
    memcpy(in->data.origin, in->center, sizeof in->center);
  else
    image_world(in->data.wcs, 1, &x, &y, &in->data.origin[0], &in->data.origin[1]);
  return SOCCA_OK;
}
