/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "convolve.h"
#include "kernels.h"
#include "memory.h"
#include <math.h>

#define PI 3.14159265358979323846

/* The quickest pair of lengths, by the model of transform_cost: columns go in pairs of eight, rows
 * by eight frequencies */
static void choose(struct convolver *c, size_t nx, size_t ny)
{
  double best = INFINITY;
  for (size_t my = ny; my <= ny + ny / 3 + 8; my++) {
    double up = transform_cost(my), columns = (double)((c->out + 15) / 16);
    if (up == 0.0) continue;
    double rows = (double)((my / 2 + 8) / 8);
    for (size_t mx = nx; mx <= nx + nx / 3 + 8; mx++) {
      double across = transform_cost(mx);
      double cost = columns * up + rows * across;
      if (across == 0.0 || !(cost < best)) continue;
      best = cost;
      c->mx = mx;
      c->my = my;
    }
  }
  c->blocks = (c->my / 2 + 8) / 8;
}

/* The kernel's transform with its origin at pixel (0, 0): its rows, then columns of those. The
 * transform of the sky comes doubled, and neither direction scales. */
static socca_status transform_kernel(struct convolver *c, const struct psf *psf)
{
  enum { COLUMNS = 8 };
  size_t mx = c->mx, my = c->my, longest = mx > my ? mx : my;
  double scale = 0.5 / ((double)mx * (double)my);
  double *rows = image_doubles(psf->ny * mx), *spectra = image_doubles(2 * psf->ny * mx);
  double *x = image_doubles(16 * longest), *re = image_doubles(2 * COLUMNS * my);
  double *out = image_doubles(2 * COLUMNS * my);
  socca_status s = rows && spectra && x && re && out ? SOCCA_OK : SOCCA_E_NOMEM;
  for (size_t j = 0; s == SOCCA_OK && j < psf->ny; j++)
    for (size_t i = 0; i < psf->nx; i++)
      rows[j * mx + (i + mx - psf->x0) % mx] += scale * psf->value[j * psf->nx + i];
  if (s == SOCCA_OK) image_lines_v1(&c->x, psf->ny, rows, NULL, x, spectra);
  for (size_t i = 0; s == SOCCA_OK && i < mx; i += COLUMNS) {
    size_t n = mx - i < COLUMNS ? mx - i : COLUMNS;
    double *im = re + COLUMNS * my;
    memset(re, 0, 2 * COLUMNS * my * sizeof *re);
    for (size_t p = 0; p < n; p++)
      for (size_t j = 0; j < psf->ny; j++) {
        size_t to = p * my + (j + my - psf->y0) % my;
        re[to] += spectra[2 * (j * mx + i + p)];
        im[to] += spectra[2 * (j * mx + i + p) + 1];
      }
    image_lines_v1(&c->y, n, re, im, x, out);
    for (size_t p = 0; p < n; p++)
      for (size_t k = 0; k <= my / 2; k++) {
        double *to = c->kernel + (k / 8 * mx + i + p) * 16 + k % 8;
        const double *from = out + 2 * (p * my + c->y.at[k]);
        to[0] = from[0];
        to[8] = from[1];
      }
  }
  free(rows);
  free(spectra);
  free(x);
  free(re);
  free(out);
  return s;
}

socca_status convolver_make(struct convolver *c, const struct image_data *data,
                            const struct psf *psf, int points)
{
  *c = (struct convolver){ .nx = data->nx, .ny = data->ny, .out = (data->nx + 7) & ~(size_t)7 };
  /* out[i] needs in[i - after .. i + before]; the image alone may wrap into what is not read */
  c->before[0] = psf->nx - 1 - psf->x0;
  c->before[1] = psf->ny - 1 - psf->y0;
  c->after[0] = psf->x0;
  c->after[1] = psf->y0;
  size_t n[2] = { data->nx, data->ny };
  for (int k = 0; k < 2; k++) {
    size_t most = c->before[k] > c->after[k] ? c->before[k] : c->after[k];
    n[k] += points ? c->before[k] + c->after[k] : most;
  }
  choose(c, n[0], n[1]);
  socca_status s = transform_make(&c->x, c->mx);
  if (s == SOCCA_OK) s = transform_make(&c->y, c->my);
  if (s != SOCCA_OK) return s;
  c->kernel = image_doubles(16 * c->blocks * c->mx);
  return c->kernel ? transform_kernel(c, psf) : SOCCA_E_NOMEM;
}

void convolver_clear(struct convolver *c)
{
  transform_clear(&c->x);
  transform_clear(&c->y);
  free(c->kernel);
  *c = (struct convolver){ 0 };
}

socca_status convolution_make(struct convolution *w, const struct convolver *c, size_t points)
{
  *w = (struct convolution){ .by = c, .room = points };
  size_t longest = c->mx > c->my ? c->mx : c->my;
  if (c->out > longest) longest = c->out;
  w->lanes = image_doubles(16 * longest);
  w->re = image_doubles(8 * c->blocks * c->out);
  w->im = image_doubles(8 * c->blocks * c->out);
  w->across = image_doubles(2 * c->mx * points);
  w->up = image_doubles(16 * c->blocks * points);
  w->line = image_doubles(3 * longest * points + 8);
  if (!w->lanes || !w->re || !w->im || !w->across || !w->up || !w->line) return SOCCA_E_NOMEM;
  return SOCCA_OK;
}

void convolution_clear(struct convolution *w)
{
  free(w->lanes);
  free(w->re);
  free(w->im);
  free(w->across);
  free(w->up);
  free(w->line);
  *w = (struct convolution){ 0 };
}

/* sin(pi d) / (M sin(pi d / M)), M = 2 size - 1, at d = first - at, first + 1 - at, ...: M is odd, so
 * the line is periodic, and sin(pi d) alternates */
void point_line(uint32_t isa, double at, size_t size, long first, size_t n, double *out)
{
  double m = 2.0 * (double)size - 1.0;
  double whole = rint(at), part = at - whole, sine = sin(PI * part) / m;
  if (part == 0.0) {
    for (size_t i = 0; i < n; i++) out[i] = fmod((double)first + (double)i - whole, m) == 0.0;
    return;
  }
  double start = (double)first - whole;
  start -= m * rint(start / m); /* sin(pi (start + i - part)) = -(-1)^(start + i) sin(pi part) */
  double sign = fmod(start, 2.0) == 0.0 ? -sine : sine;
  SOCCA_DISPATCH(isa, image_dirichlet)(n, start, part, m, sign, out);
}

/* Lines of all points along one axis, pixel 0 first and what lies before it at the end */
static void fill_lines(struct convolution *w, uint32_t isa, int axis, const struct point *point,
                       size_t n)
{
  const struct convolver *c = w->by;
  size_t m = axis ? c->my : c->mx, size = axis ? c->ny : c->nx, before = c->before[axis];
  size_t reach = size + before + c->after[axis];
  for (size_t p = 0; p < n; p++) {
    double *line = w->line + p * m;
    point_line(isa, axis ? point[p].y : point[p].x, size, -(long)before, reach, line);
    for (size_t i = reach; i < m; i++) line[i] = 0.0;
    SOCCA_DISPATCH(isa, image_rotate)(m, before, line);
  }
}

static void transform_points(struct convolution *w, uint32_t isa, const struct point *point,
                             size_t n)
{
  const struct convolver *c = w->by;
  size_t length = 8 * c->blocks;
  fill_lines(w, isa, 0, point, n);
  SOCCA_DISPATCH(isa, image_lines)(&c->x, n, w->line, NULL, w->lanes, w->across);
  fill_lines(w, isa, 1, point, n);
  double *pairs = w->line + n * c->my;
  SOCCA_DISPATCH(isa, image_lines)(&c->y, n, w->line, NULL, w->lanes, pairs);
  for (size_t p = 0; p < n; p++) {
    double *re = w->up + 2 * length * p, *im = re + length, flux = 2.0 * point[p].flux;
    for (size_t k = 0; k <= c->my / 2; k++) {
      const double *from = pairs + 2 * (p * c->my + c->y.at[k]);
      re[k] = flux * from[0];
      im[k] = flux * from[1];
    }
  }
}

void convolve(struct convolution *w, uint32_t isa, const double *sky, const struct point *point,
              size_t n, double *out)
{
  const struct convolver *c = w->by;
  if (sky) SOCCA_DISPATCH(isa, image_columns)(c, sky, w->lanes, w->re, w->im);
  transform_points(w, isa, point, n);
  SOCCA_DISPATCH(isa, image_rows)(c, sky != NULL, n, w->across, w->up, w->lanes, w->re, w->im);
  SOCCA_DISPATCH(isa, image_columns_back)(c, w->re, w->im, w->lanes, out);
}
