/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "products.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const image_products[] = { "maps", "mock", "mask", NULL };

typedef struct job {
  socca_worker *w;
  const image_input *in;
  const struct forward *f;
  struct forward_ws *ws;
  const double *par;
  const socca_product *product;
  char *cards; /* coordinates of all output */
} job;

/* One image, with a card that says what it is. */
static socca_status save(const job *j, const char *path, const double *value, const char *label)
{
  char why[IMAGE_WHY];
  size_t n = strlen(j->cards);
  if (socca_reads(&j->w->cx, path))
    return socca_fail(j->w, SOCCA_E_INPUT, "cannot write '%s': the fit reads it", path);
  char *cards = malloc(n + 81);
  if (!cards) return socca_fail(j->w, SOCCA_E_NOMEM, "not enough memory");
  memcpy(cards, j->cards, n);
  char line[81];
  snprintf(line, sizeof line, "MODEL   = '%-8.40s' / model component", label);
  snprintf(cards + n, 81, "%-80s", line);
  int r = image_fits_write(path, j->in->data.nx, j->in->data.ny, value, cards, why);
  free(cards);
  return r == 0 ? SOCCA_OK : socca_fail(j->w, SOCCA_E_IO, "%s", why);
}

static socca_status save_as(const job *j, const char *part, const char *kind, const double *value)
{
  char path[IMAGE_PATH];
  int n = snprintf(path, sizeof path, "%s%s%s_%s.fits", j->product->path, part ? "_" : "",
                   part ? part : "", kind);
  if (n < 0 || (size_t)n >= sizeof path)
    return socca_fail(j->w, SOCCA_E_INPUT, "the prefix of the maps is too long");
  return save(j, path, value, kind);
}

/* All components, or the only one: with what the data leave. */
static socca_status main_maps(const job *j, const char *only, const struct forward_maps *m)
{
  size_t n = j->in->data.n;
  socca_status s = forward_maps(j->w, j->f, j->ws, j->par, only, m);
  if (s == SOCCA_OK) s = save_as(j, NULL, "raw", m->raw);
  if (s == SOCCA_OK) s = save_as(j, NULL, "convolved", m->smoothed);
  if (s == SOCCA_OK) s = save_as(j, NULL, "background", m->background);
  if (s != SOCCA_OK || !j->in->pixels) return s;
  for (size_t i = 0; i < n; i++) m->model[i] = j->in->pixels[i] - m->model[i];
  return save_as(j, NULL, "residual", m->model);
}

/* One component by itself; a Background's are its polynomial without and with the exposure. */
static socca_status component_maps(const job *j, const char *name, const struct forward_maps *m)
{
  const struct forward_maps two = { m->raw, m->smoothed, NULL, NULL };
  socca_status s = forward_maps(j->w, j->f, j->ws, j->par, name, &two);
  if (s == SOCCA_OK) s = save_as(j, name, "raw", m->raw);
  return s != SOCCA_OK ? s : save_as(j, name, "convolved", m->smoothed);
}

static socca_status write_maps(const job *j)
{
  const char *only = j->product->component, *name;
  double *room = malloc(4 * j->in->data.n * sizeof *room);
  socca_status s;
  if (!room) return socca_fail(j->w, SOCCA_E_NOMEM, "not enough memory");
  size_t n = j->in->data.n;
  const struct forward_maps m = { room, room + n, room + 2 * n, room + 3 * n };
  s = main_maps(j, only, &m);
  for (size_t i = 0; s == SOCCA_OK && (name = forward_component(j->f, i)); i++)
    if (!only || strcmp(only, name) == 0) s = component_maps(j, name, &m);
  free(room);
  return s;
}

static socca_status write_mock(const job *j)
{
  const image_data *d = &j->in->data;
  if (!d->sigma && !(d->level > 0))
    return socca_fail(j->w, SOCCA_E_INPUT,
                      "a mock needs a noise level: noise: {type: normal, sigma: NUMBER}");
  double *out = malloc(d->n * sizeof *out);
  if (!out) return socca_fail(j->w, SOCCA_E_NOMEM, "not enough memory");
  socca_status s = forward_mock(j->w, j->f, j->ws, j->par, j->product->seed, out);
  if (s == SOCCA_OK) s = save(j, j->product->path, out, "mock");
  free(out);
  return s;
}

static socca_status write_mask(const job *j)
{
  const image_data *d = &j->in->data;
  double *out = malloc(d->n * sizeof *out);
  if (!out) return socca_fail(j->w, SOCCA_E_NOMEM, "not enough memory");
  for (size_t i = 0; i < d->n; i++) out[i] = d->good[i];
  socca_status s = save(j, j->product->path, out, "mask");
  free(out);
  return s;
}

socca_status image_write(socca_worker *w, const image_input *in, const struct forward *f,
                         struct forward_ws *ws, const double *par, const socca_product *product)
{
  job j = { w, in, f, ws, par, product, NULL };
  socca_status s;
  j.cards = image_wcs_cards(in->data.wcs, in->header, in->axis);
  if (!j.cards) return socca_fail(w, SOCCA_E_NOMEM, "not enough memory");
  if (strcmp(product->name, "maps") == 0)
    s = write_maps(&j);
  else if (strcmp(product->name, "mock") == 0)
    s = write_mock(&j);
  else
    s = write_mask(&j);
  free(j.cards);
  return s;
}
