/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "psf.h"
#include "memory.h"
#include <math.h>
#include <stdio.h>

struct making {
  socca_load *load;
  const struct image_data *data;
  const socca_node *node;
  struct psf *psf;
  double sum, peak, edge, negative; /* of the kernel as given; edge: its least outermost pixel;
                                       negative: relative to its peak */
  double offset[2];                 /* of its centroid from pixel floor(K/2) */
};

static void measure(struct making *m, const image_kernel *k)
{
  double peak = 0.0, x = 0.0, y = 0.0, low = 0.0, edge = INFINITY;
  m->sum = 0.0;
  for (size_t j = 0; j < k->ny; j++)
    for (size_t i = 0; i < k->nx; i++) {
      double v = k->value[j * k->nx + i];
      m->sum += v;
      x += v * ((double)i - (double)(k->nx / 2));
      y += v * ((double)j - (double)(k->ny / 2));
      peak = fmax(peak, fabs(v));
      low = fmin(low, v);
      if (i == 0 || j == 0 || i + 1 == k->nx || j + 1 == k->ny) edge = fmin(edge, v);
    }
  m->offset[0] = m->sum != 0.0 ? x / m->sum : 0.0;
  m->offset[1] = m->sum != 0.0 ? y / m->sum : 0.0;
  m->peak = peak;
  m->edge = edge;
  m->negative = peak > 0.0 ? low / peak : 0.0;
}

static void warn(struct making *m, const image_kernel *k)
{
  const socca_host *h = m->load->cx.h;
  /* what the least of the outermost pixels makes of the sum, when it lies under all of the kernel */
  double pedestal = m->sum != 0.0 ? m->edge * (double)(k->nx * k->ny) / m->sum : 0.0;
  if (k->nx > 8 && k->ny > 8 && pedestal > 0.05)
    h->log_at(
        m->load, m->node, SOCCA_LOG_WARN,
        "the PSF has a pedestal: the level of its edge makes %.0f %% of its sum; subtract its "
        "background",
        100.0 * pedestal);
  if (m->negative < -1e-3)
    h->log_at(m->load, m->node, SOCCA_LOG_WARN,
              "the PSF has negative pixels, down to %.2g of its peak", m->negative);
}

/* One axis: the original's pixel floor(K/2) becomes floor(N/2) of the cropped kernel. */
static size_t crop_start(size_t k, size_t n)
{
  return k > n ? k / 2 - n / 2 : 0;
}

static socca_status copy_kernel(struct making *m, const image_kernel *k)
{
  struct psf *p = m->psf;
  const struct image_data *d = m->data;
  size_t x = crop_start(k->nx, d->nx), y = crop_start(k->ny, d->ny);
  p->nx = k->nx > d->nx ? d->nx : k->nx;
  p->ny = k->ny > d->ny ? d->ny : k->ny;
  p->x0 = p->nx / 2;
  p->y0 = p->ny / 2;
  p->value = image_doubles(p->nx * p->ny);
  if (!p->value) return SOCCA_E_NOMEM;
  double scale = k->normalize ? 1.0 / m->sum : 1.0;
  for (size_t j = 0; j < p->ny; j++)
    for (size_t i = 0; i < p->nx; i++)
      p->value[j * p->nx + i] = scale * k->value[(j + y) * k->nx + i + x];
  if (p->nx < k->nx || p->ny < k->ny)
    m->load->cx.h->log_at(m->load, m->node, SOCCA_LOG_WARN,
                          "the PSF (%zu x %zu pixels) is larger than the image and is cropped to "
                          "%zu x %zu",
                          k->nx, k->ny, p->nx, p->ny);
  return SOCCA_OK;
}

/* Replaces the kernel by rows [y, y + ny) and columns [x, x + nx) of `from`. */
static socca_status take(struct psf *p, const double *from, size_t stride, size_t x, size_t y,
                         size_t nx, size_t ny)
{
  double *value = image_doubles(nx * ny);
  if (!value) return SOCCA_E_NOMEM;
  for (size_t j = 0; j < ny; j++)
    for (size_t i = 0; i < nx; i++) value[j * nx + i] = from[(j + y) * stride + i + x];
  free(p->value);
  p->value = value;
  p->nx = nx;
  p->ny = ny;
  return SOCCA_OK;
}

/* Rows and columns that hold nothing but zeros cost time only. */
static socca_status trim(struct psf *p)
{
  size_t x = p->nx, y = p->ny, right = 0, top = 0;
  for (size_t j = 0; j < p->ny; j++)
    for (size_t i = 0; i < p->nx; i++) {
      if (p->value[j * p->nx + i] == 0.0) continue;
      x = i < x ? i : x;
      y = j < y ? j : y;
      right = i > right ? i : right;
      top = j > top ? j : top;
    }
  x = x < p->x0 ? x : p->x0;
  y = y < p->y0 ? y : p->y0;
  right = right > p->x0 ? right : p->x0;
  top = top > p->y0 ? top : p->y0;
  socca_status s = take(p, p->value, p->nx, x, y, right - x + 1, top - y + 1);
  p->x0 -= x;
  p->y0 -= y;
  return s;
}

/* The smallest square around the origin outside of which less than 1e-7 of the sum lies: what a shift
 * by part of a pixel spreads over all of the grid is cut away. */
static socca_status cut(struct psf *p)
{
  size_t widest = p->nx > p->ny ? p->nx : p->ny;
  double *ring = image_doubles(widest + 1), all = 0.0, outside = 0.0;
  if (!ring) return SOCCA_E_NOMEM;
  for (size_t j = 0; j < p->ny; j++)
    for (size_t i = 0; i < p->nx; i++) {
      size_t a = i > p->x0 ? i - p->x0 : p->x0 - i, b = j > p->y0 ? j - p->y0 : p->y0 - j;
      ring[a > b ? a : b] += fabs(p->value[j * p->nx + i]);
      all += fabs(p->value[j * p->nx + i]);
    }
  size_t r = widest;
  while (r > 0 && outside + ring[r] < 1e-7 * all) outside += ring[r--];
  free(ring);
  p->lost = outside / all;
  size_t x = p->x0 > r ? p->x0 - r : 0, y = p->y0 > r ? p->y0 - r : 0;
  size_t right = p->x0 + r + 1 < p->nx ? p->x0 + r + 1 : p->nx;
  size_t top = p->y0 + r + 1 < p->ny ? p->y0 + r + 1 : p->ny;
  p->whole = malloc(sizeof *p->whole);
  if (!p->whole) return SOCCA_E_NOMEM;
  *p->whole = *p;
  p->whole->whole = NULL;
  p->value = NULL; /* it belongs to `whole` now */
  p->x0 -= x;
  p->y0 -= y;
  return take(p, p->whole->value, p->whole->nx, x, y, right - x, top - y);
}

static socca_status drop_phases(struct making *m)
{
  struct psf *p = m->psf;
  const struct image_data *d = m->data;
  size_t wide = d->compat & IMAGE_B10 && d->nx % 2 && d->nx > 1 ? d->nx - 1 : d->nx;
  double *out = image_doubles(wide * d->ny);
  if (!out) return SOCCA_E_NOMEM;
  socca_status s = psf_zero_phase(p->nx, p->ny, p->value, d->nx, d->ny, wide, out);
  if (s == SOCCA_OK) s = take(p, out, wide, 0, 0, wide, d->ny);
  free(out);
  p->x0 = wide / 2;
  p->y0 = d->ny / 2;
  return s;
}

static socca_status move_centroid(struct making *m)
{
  struct psf *p = m->psf;
  const struct image_data *d = m->data;
  size_t mx = 2 * (p->nx > d->nx ? p->nx : d->nx) + 1, my = 2 * (p->ny > d->ny ? p->ny : d->ny) + 1;
  double sum = 0.0, x = 0.0, y = 0.0;
  for (size_t j = 0; j < p->ny; j++)
    for (size_t i = 0; i < p->nx; i++) {
      sum += p->value[j * p->nx + i];
      x += p->value[j * p->nx + i] * (double)i;
      y += p->value[j * p->nx + i] * (double)j;
    }
  double *out = image_doubles(mx * my);
  if (!out) return SOCCA_E_NOMEM;
  socca_status s = psf_shift(p->nx, p->ny, p->value, -x / sum, -y / sum, mx, my, out);
  if (s == SOCCA_OK) s = take(p, out, mx, 0, 0, mx, my);
  free(out);
  p->x0 = mx / 2;
  p->y0 = my / 2;
  return s == SOCCA_OK ? cut(p) : s;
}

static void at_peak(struct psf *p)
{
  size_t best = 0;
  for (size_t i = 1; i < p->nx * p->ny; i++)
    if (p->value[i] > p->value[best]) best = i;
  p->x0 = best % p->nx;
  p->y0 = best / p->nx;
}

static socca_status by_itself(struct making *m, const char **how)
{
  struct psf *p = m->psf;
  long centre2[2];
  if (!psf_symmetric(p->nx, p->ny, p->value, centre2)) {
    *how = "used as it is";
    m->load->cx.h->log_at(
        m->load, m->node, SOCCA_LOG_INFO,
        "the PSF is not symmetric enough to be centred by itself: it is used as it is, with its "
        "origin at pixel (%zu, %zu) of %zu x %zu; its centroid lies %+.3f, %+.3f pixels from there "
        "('psf: {file: ..., center: centroid}' or 'peak' moves the origin, 'none' keeps it and "
        "this "
        "quiet)",
        p->x0 + 1, p->y0 + 1, p->nx, p->ny, m->offset[0], m->offset[1]);
    return SOCCA_OK;
  }
  if (centre2[0] % 2 == 0 && centre2[1] % 2 == 0) { /* a shift by whole pixels, done exactly */
    p->x0 = (size_t)centre2[0] / 2;
    p->y0 = (size_t)centre2[1] / 2;
    *how = "symmetric about a pixel";
    return trim(p);
  }
  *how = "symmetric between pixels, centred by zero phase";
  socca_status s = drop_phases(m);
  return s == SOCCA_OK ? cut(p) : s;
}

static socca_status centre(struct making *m, const char **how)
{
  enum image_center mode = m->data->psf.center;
  if (m->data->compat & IMAGE_B11) mode = IMAGE_ZERO_PHASE;
  switch (mode) {
  case IMAGE_AUTO:
    return by_itself(m, how);
  case IMAGE_NONE:
    *how = "as it is";
    return trim(m->psf);
  case IMAGE_CENTROID:
    *how = "centred on its centroid";
    return move_centroid(m);
  case IMAGE_PEAK:
    *how = "centred on its peak";
    at_peak(m->psf);
    return trim(m->psf);
  case IMAGE_ZERO_PHASE:
    break;
  }
  *how = "zero phase";
  return drop_phases(m);
}

socca_status psf_make(socca_load *load, const struct image_data *data, struct psf *psf)
{
  const image_kernel *k = &data->psf;
  struct making m = { load, data, k->node, psf, 0.0, 0.0, 0.0, 0.0, { 0.0, 0.0 } };
  const char *how = "";
  *psf = (struct psf){ 0 };
  if (!k->value) return SOCCA_OK;
  measure(&m, k);
  if (k->normalize && m.sum == 0.0)
    return load->cx.h->fail_at(load, k->node, "the PSF's sum is zero: it cannot be normalised");
  warn(&m, k);
  socca_status s = copy_kernel(&m, k);
  if (s == SOCCA_OK) s = centre(&m, &how);
  if (s == SOCCA_E_NOMEM) return socca_fail(load, SOCCA_E_NOMEM, "out of memory for the PSF");
  snprintf(psf->text, sizeof psf->text,
           "%zu x %zu, sum %.6g, centroid %+.4f %+.4f, edge %.1g of the peak, %s: %zu x %zu%s",
           k->nx, k->ny, m.sum, m.offset[0], m.offset[1], m.edge / m.peak, how, psf->nx, psf->ny,
           k->normalize ? ", normalised" : "");
  return s;
}

void psf_clear(struct psf *psf)
{
  if (psf->whole) psf_clear(psf->whole);
  free(psf->whole);
  free(psf->value);
  *psf = (struct psf){ 0 };
}
