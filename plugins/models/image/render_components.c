/* SPDX-License-Identifier: BSD-3-Clause */
/* One component at a time. */
#include "config.h"
#include "kernels.h"
#include "parts.h"
#include <math.h>

/* pixel position and Jacobian of a celestial position */
static const struct place *locate(struct forward_ws *ws, double lon, double lat)
{
  for (size_t k = 0; k < PLACES; k++)
    if (ws->place[k].used && ws->place[k].lon == lon && ws->place[k].lat == lat)
      return &ws->place[k];
  struct place *p = &ws->place[ws->next_place];
  ws->next_place = (ws->next_place + 1) % PLACES;
  p->used = 1;
  p->lon = lon;
  p->lat = lat;
  if (image_pixel(ws->wcs, 1, &lon, &lat, &p->pixel[0], &p->pixel[1]) != 0)
    p->pixel[0] = p->pixel[1] = NAN;
  else if (image_jacobian(ws->wcs, p->pixel[0], p->pixel[1], p->jacobian) != 0)
    p->jacobian[0] = NAN;
  return p;
}

/* mean over the layers of samples at their points */
static void sample(struct forward_ws *ws, const struct ellipse *e, const struct profile *p,
                   double *map)
{
  const struct grid *g = &ws->by->grid;
  double *radius = ws->row, *value = ws->row + g->stride;
  for (size_t k = 0; k < g->layers; k++)
    for (size_t j = 0; j < g->ny; j++) {
      size_t at = (k * g->rows + j) * g->stride;
      double *out = map + j * g->out;
      SOCCA_DISPATCH(ws->isa, image_radius)(e, 0.0, g->out, g->lon + at, g->lat + at, radius);
      profile_values(p, ws->isa, g->out, radius, k == 0 ? out : value);
      if (k > 0) SOCCA_DISPATCH(ws->isa, image_add)(g->out, value, NULL, out);
    }
  if (g->layers > 1)
    SOCCA_DISPATCH(ws->isa, image_scale)(g->ny * g->out, 1.0 / (double)g->layers, map);
}

static double map_least(const struct forward_ws *ws, const double *map)
{
  const struct grid *g = &ws->by->grid;
  double least = INFINITY;
  for (size_t j = 0; j < g->ny; j++)
    least = fmin(least, SOCCA_DISPATCH(ws->isa, image_least)(g->nx, map + j * g->out));
  return least;
}

/* 0 if it must be positive and is not */
int render_radial(struct forward_ws *ws, size_t k, const double *par, double *map)
{
  const struct forward *fw = ws->by;
  const struct component *c = &fw->component[k];
  double value[GEOMETRY_N], least = INFINITY;
  for (size_t i = 0; i < GEOMETRY_N; i++) value[i] = par[c->index[i]];
  struct ellipse e;
  struct profile p;
  ellipse_set(&e, fw->data, value, fw->grid.lon_range);
  component_profile(c, par, ws->table[k], &p);
  if (fw->data->subgrid > 0) {
    sample(ws, &e, &p, map);
    if (c->positive) least = map_least(ws, map);
  } else {
    const struct place *at = locate(ws, e.lon, e.lat);
    struct frame frame;
    frame_set(&frame, &e, at->pixel, at->jacobian);
    integrate_radial(&ws->integrator, &e, &frame, &p, map, c->positive ? &least : NULL);
  }
  return !(least < 0.0);
}

int render_background(struct forward_ws *ws, size_t k, const double *par, int exposed)
{
  const struct forward *fw = ws->by;
  const struct grid *g = &fw->grid;
  double own[PROFILE_OWN], least = INFINITY;
  component_own(&fw->component[k], par, own);
  double *value = ws->row;
  for (size_t j = 0; j < g->ny; j++) {
    size_t at = (j + g->rim) * g->stride + g->rim;
    SOCCA_DISPATCH(ws->isa, image_polynomial)
    (g->out, own + 1, 1.0 / own[0], g->east + at, g->north + at, value);
    if (fw->component[k].positive)
      least = fmin(least, SOCCA_DISPATCH(ws->isa, image_least)(g->nx, value));
    const double *exposure = exposed && fw->exposure ? fw->exposure + j * g->out : NULL;
    SOCCA_DISPATCH(ws->isa, image_add)(g->out, value, exposure, ws->background + j * g->out);
  }
  return !(least < 0.0);
}

/* bilinear, edge pixels beyond the edge */
static double map_value(const struct grid *g, const double *map, double x, double y)
{
  double w = (double)g->nx - 1.0, h = (double)g->ny - 1.0;
  x = fmin(fmax(x, 0.0), w);
  y = fmin(fmax(y, 0.0), h);
  size_t i = (size_t)x, j = (size_t)y;
  size_t i1 = i + 1 < g->nx ? i + 1 : i, j1 = j + 1 < g->ny ? j + 1 : j;
  double fx = x - (double)i, fy = y - (double)j;
  double low = map[j * g->out + i] * (1.0 - fx) + map[j * g->out + i1] * fx;
  double high = map[j1 * g->out + i] * (1.0 - fx) + map[j1 * g->out + i1] * fx;
  return low * (1.0 - fy) + high * fy;
}

void render_point(struct forward_ws *ws, size_t k, const double *par, int response)
{
  const struct forward *fw = ws->by;
  const struct image_data *d = fw->data;
  const struct component *c = &fw->component[k];
  const double degree = 0.017453292519943295769;
  double lon = par[c->index[0]], lat = par[c->index[1]];
  struct point p = { NAN, NAN, par[c->index[2]] };
  double east = (d->pixels_only ? lon - d->crval[0]
                                : image_wrap(lon - d->crval[0]) * cos(d->crval[1] * degree));
  double north = lat - d->crval[1];
  if (d->compat & IMAGE_B04) {
    p.x = d->crpix[0] - 1.0 + east / d->cdelt[0];
    p.y = d->crpix[1] - 1.0 + north / d->cdelt[1];
  } else {
    const struct place *at = locate(ws, lon, lat);
    p.x = at->pixel[0];
    p.y = at->pixel[1];
  }
  if (!isfinite(p.x) || !isfinite(p.y)) return; /* where the projection shows nothing */
  if (response && fw->response) {
    double x = p.x, y = p.y;
    if (d->compat & IMAGE_B09) {
      x = d->crpix[0] - 1.0 + east / fabs(d->cdelt[0]);
      y = d->crpix[1] - 1.0 + north / fabs(d->cdelt[1]);
    }
    p.flux *= map_value(&fw->grid, fw->response, x, y);
  }
  ws->point[ws->npoint++] = p;
}
