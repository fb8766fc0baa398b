/* SPDX-License-Identifier: BSD-3-Clause */
/* Loading and workspaces of the forward model. */
#include "config.h"
#include "memory.h"
#include "parts.h"

static socca_status no_memory(socca_load *load)
{
  return socca_fail(load, SOCCA_E_NOMEM, "out of memory for the model");
}

static socca_status load_components(socca_load *load, const socca_node *node, struct forward *fw)
{
  const socca_host *h = load->cx.h;
  const socca_node *item;
  const char *name;
  size_t n = 0;
  socca_status first = SOCCA_OK;
  while (h->item(node, n, &name) != NULL) n++;
  if (n == 0)
    return h->fail_at(
        load, node,
        "'components' wants names and what they are: components: {host: {type: Sersic, ...}}");
  fw->component = calloc(n, sizeof *fw->component);
  if (!fw->component) return no_memory(load);
  for (size_t k = 0; k < n; k++) {
    item = h->item(node, k, &name);
    if (!name)
      return h->fail_at(load, item, "'components' is a map of names, without '-' in front");
    h->get(node, name);
    struct component *c = &fw->component[fw->n++];
    socca_status s = component_load(load, fw->data, name, item, c);
    if (first == SOCCA_OK) first = s;
    if (!c->kind) continue;
    fw->npoint += c->kind->role == ROLE_POINT;
    fw->nbackground += c->kind->role == ROLE_BACKGROUND;
  }
  return first;
}

static double *padded_copy(const struct grid *g, const double *map)
{
  double *out = image_doubles(g->ny * g->out);
  for (size_t j = 0; out && j < g->ny; j++)
    memcpy(out + j * g->out, map + j * g->nx, g->nx * sizeof *map);
  return out;
}

static socca_status prepare(socca_load *load, struct forward *fw)
{
  const struct image_data *d = fw->data;
  socca_status s = grid_make(&fw->grid, d);
  if (s == SOCCA_OK) s = psf_make(load, d, &fw->psf);
  if (s == SOCCA_OK && fw->psf.value)
    s = convolver_make(&fw->convolver, d, &fw->psf, fw->npoint > 0);
  if (s == SOCCA_OK && d->response && !(fw->response = padded_copy(&fw->grid, d->response)))
    s = SOCCA_E_NOMEM;
  if (s == SOCCA_OK && d->exposure && !(fw->exposure = padded_copy(&fw->grid, d->exposure)))
    s = SOCCA_E_NOMEM;
  if (s == SOCCA_OK) s = loglike_prepare(fw);
  return s == SOCCA_E_NOMEM ? no_memory(load) : s;
}

socca_status forward_load(socca_load *load, const socca_node *components,
                          const struct image_data *data, struct forward **out)
{
  struct forward *fw = calloc(1, sizeof *fw);
  *out = fw;
  if (!fw) return no_memory(load);
  fw->data = data;
  socca_status first = load_components(load, components, fw);
  if (first == SOCCA_OK || first == SOCCA_E_INPUT) {
    socca_status s = prepare(load, fw);
    if (first == SOCCA_OK) first = s;
  }
  if (first == SOCCA_OK) return first;
  forward_free(fw);
  *out = NULL;
  return first;
}

void forward_free(struct forward *fw)
{
  if (!fw) return;
  grid_clear(&fw->grid);
  psf_clear(&fw->psf);
  convolver_clear(&fw->convolver);
  for (size_t k = 0; k < fw->n; k++) component_free(&fw->component[k]);
  free(fw->component);
  free(fw->observed);
  free(fw->weight);
  free(fw->response);
  free(fw->exposure);
  free(fw);
}

const char *forward_component(const struct forward *fw, size_t i)
{
  return i < fw->n ? fw->component[i].name : NULL;
}

static socca_status make_tables(struct forward_ws *ws)
{
  const struct forward *fw = ws->by;
  ws->table = calloc(fw->n, sizeof *ws->table);
  if (!ws->table) return SOCCA_E_NOMEM;
  for (size_t k = 0; k < fw->n; k++)
    if (fw->component[k].kind->role == ROLE_RADIAL && !fw->component[k].kind->prepare &&
        !(ws->table[k] = gnfw_new()))
      return SOCCA_E_NOMEM;
  return SOCCA_OK;
}

static socca_status make_workspace(struct forward_ws *ws, const struct forward *fw)
{
  const struct grid *g = &fw->grid;
  size_t n = g->ny * g->out, line = grid_pad(g->ny) + g->stride;
  socca_status s = integrator_make(&ws->integrator, g, ws->isa);
  if (s == SOCCA_OK && fw->psf.value)
    s = convolution_make(&ws->convolution, &fw->convolver, fw->npoint);
  if (s == SOCCA_OK) s = make_tables(ws);
  ws->wcs = image_wcs_copy(fw->data->wcs);
  ws->map = image_doubles(n);
  ws->sky = image_doubles(n);
  ws->background = image_doubles(n);
  ws->row = image_doubles(g->stride + line);
  ws->point = calloc(fw->npoint + 1, sizeof *ws->point);
  if (!ws->wcs || !ws->map || !ws->sky || !ws->background || !ws->row || !ws->point)
    return SOCCA_E_NOMEM;
  return s;
}

socca_status forward_workspace(socca_worker *w, const struct forward *fw, struct forward_ws **out)
{
  struct forward_ws *ws = calloc(1, sizeof *ws);
  *out = ws;
  if (ws) {
    ws->by = fw;
    ws->isa = w->cx.isa;
    if (make_workspace(ws, fw) == SOCCA_OK) return SOCCA_OK;
  }
  forward_drop(ws);
  *out = NULL;
  return socca_fail(w, SOCCA_E_NOMEM, "out of memory for the model");
}

void forward_drop(struct forward_ws *ws)
{
  if (!ws) return;
  integrator_clear(&ws->integrator);
  convolution_clear(&ws->convolution);
  for (size_t k = 0; ws->table && k < ws->by->n; k++) gnfw_free(ws->table[k]);
  free(ws->table);
  image_wcs_free(ws->wcs);
  free(ws->map);
  free(ws->sky);
  free(ws->background);
  free(ws->row);
  free(ws->point);
  free(ws);
}
