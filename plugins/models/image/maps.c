/* SPDX-License-Identifier: BSD-3-Clause */
/* Whole maps, and mock data. */
#include "config.h"
#include "memory.h"
#include "parts.h"
#include <math.h>

static socca_status find(socca_worker *w, const struct forward *fw, const char *name, size_t *k)
{
  *k = SIZE_MAX;
  if (!name) return SOCCA_OK;
  for (*k = 0; *k < fw->n; ++*k)
    if (strcmp(fw->component[*k].name, name) == 0) return SOCCA_OK;
  return socca_fail(w, SOCCA_E_INPUT, "there is no component '%s'", name);
}

static void copy_out(const struct grid *g, const double *from, const double *factor, double *out)
{
  for (size_t j = 0; j < g->ny; j++)
    for (size_t i = 0; i < g->nx; i++)
      out[j * g->nx + i] = from[j * g->out + i] * (factor ? factor[j * g->out + i] : 1.0);
}

socca_status forward_maps(socca_worker *w, const struct forward *fw, struct forward_ws *ws,
                          const double *par, const char *component, const struct forward_maps *maps)
{
  const struct grid *g = &fw->grid;
  struct request q = { 0, 1, 1 }; /* shown whatever their sign */
  struct rendered r;
  socca_status s = find(w, fw, component, &q.only);
  if (s != SOCCA_OK) return s;
  /* a single Background has nothing else to show as its raw map */
  int background = component && fw->component[q.only].kind->role == ROLE_BACKGROUND;
  s = render(w, ws, par, &q, &r);
  if (s != SOCCA_OK) return s;
  if (maps->raw) copy_out(g, background ? ws->background : r.model, NULL, maps->raw);
  q.raw = 0;
  s = render(w, ws, par, &q, &r);
  if (s != SOCCA_OK) return s;
  if (!r.has_background) memset(ws->background, 0, g->ny * g->out * sizeof(double));
  if (maps->smoothed)
    copy_out(g, background ? ws->background : r.model, background ? NULL : fw->exposure,
             maps->smoothed);
  if (maps->background) copy_out(g, ws->background, NULL, maps->background);
  if (maps->model) {
    copy_out(g, r.model, fw->exposure, maps->model);
    for (size_t j = 0; j < g->ny; j++)
      for (size_t i = 0; i < g->nx; i++)
        maps->model[j * g->nx + i] += ws->background[j * g->out + i];
  }
  return SOCCA_OK;
}

socca_status forward_mock(socca_worker *w, const struct forward *fw, struct forward_ws *ws,
                          const double *par, uint64_t seed, double *out)
{
  const struct image_data *d = fw->data;
  if (!d->sigma && !(d->level > 0.0))
    return socca_fail(w, SOCCA_E_INPUT,
                      "a mock needs a noise level: noise: {type: normal, sigma: ...}");
  struct forward_maps maps = { NULL, NULL, NULL, out };
  socca_status s = forward_maps(w, fw, ws, par, NULL, &maps);
  if (s != SOCCA_OK) return s;
  double *noise = malloc(d->n * sizeof *noise);
  if (!noise) return socca_fail(w, SOCCA_E_NOMEM, "out of memory");
  socca_cx cx = w->cx; /* the same host, with the mock's own seed */
  cx.seed = seed;
  cx.h->normal(&cx, 0x6d6f636bu, 0, d->n, noise);
  for (size_t k = 0; k < d->n; k++)
    out[k] = d->good && !d->good[k] ? NAN : out[k] + noise[k] * (d->sigma ? d->sigma[k] : d->level);
  free(noise);
  return SOCCA_OK;
}
