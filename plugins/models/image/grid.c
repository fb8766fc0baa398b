/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "grid.h"
#include "memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Points without coordinates (beyond the projection's edge) continue the line through their
 * neighbours in the row, or repeat the row before: nothing there is used in the likelihood, but the
 * rim's samples enter its stencil. */
static void mend_row(double *row, size_t n)
{
  size_t first = 0;
  while (first < n && !isfinite(row[first])) first++;
  if (first == n) return;
  for (size_t i = first + 1; i < n; i++)
    if (!isfinite(row[i])) row[i] = i >= first + 2 ? 2.0 * row[i - 1] - row[i - 2] : row[i - 1];
  for (size_t i = first; i-- > 0;) row[i] = i + 2 < n ? 2.0 * row[i + 1] - row[i + 2] : row[i + 1];
}

static void mend(double *plane, size_t rows, size_t stride, double centre)
{
  size_t known = 0;
  for (size_t j = 0; j < rows; j++) {
    double *row = plane + j * stride;
    mend_row(row, stride);
    if (!isfinite(row[0])) continue;
    for (; known < j; known++)
      if (!isfinite(plane[known * stride]))
        memcpy(plane + known * stride, row, stride * sizeof *row);
    known = j + 1;
  }
  for (size_t j = known; j < rows; j++) {
    double *row = plane + j * stride;
    if (j > 0)
      memcpy(row, row - stride, stride * sizeof *row);
    else
      for (size_t i = 0; i < stride; i++) row[i] = centre;
  }
}

/* one layer: points displaced by (dx, dy) pixels from the centres */
static socca_status layer(struct grid *g, image_wcs *wcs, const struct image_data *data, size_t k,
                          double dx, double dy)
{
  double *x = image_doubles(2 * g->stride), *y = x + g->stride;
  if (!x) return SOCCA_E_NOMEM;
  size_t n = g->nx + 2 * g->rim;
  double *lon = g->lon + k * g->rows * g->stride, *lat = g->lat + k * g->rows * g->stride;
  for (size_t j = 0; j < g->rows; j++) {
    for (size_t i = 0; i < g->stride; i++) {
      x[i] = (double)(i < n ? i : n - 1) - (double)g->rim + dx;
      y[i] = (double)j - (double)g->rim + dy;
    }
    image_world(wcs, g->stride, x, y, lon + j * g->stride, lat + j * g->stride);
  }
  free(x);
  for (size_t i = 0; i < g->rows * g->stride && !data->pixels_only; i++) {
    double turns = rint((lon[i] - data->origin[0]) / 360.0); /* one turn for all of the image */
    if (turns != 0.0) lon[i] -= 360.0 * turns;
  }
  mend(lon, g->rows, g->stride, data->origin[0]);
  mend(lat, g->rows, g->stride, data->origin[1]);
  return SOCCA_OK;
}

static socca_status layers(struct grid *g, const struct image_data *data)
{
  size_t s = g->layers == 1 ? 1 : (size_t)data->subgrid;
  for (size_t a = 0; a < s; a++)
    for (size_t b = 0; b < s; b++) {
      double step = 1.0 / (double)s, first = 0.5 * step - 0.5;
      double dx = first + (double)a * step, dy = first + (double)b * step;
      image_wcs *wcs =
          data->compat & IMAGE_B02
              ? image_wcs_displaced(data->wcs, fabs(data->cdelt[0]) * dx, fabs(data->cdelt[1]) * dy)
              : image_wcs_copy(data->wcs);
      if (!wcs) return SOCCA_E_NOMEM;
      if (data->compat & IMAGE_B02) dx = dy = 0.0;
      socca_status status = layer(g, wcs, data, a * s + b, dx, dy);
      image_wcs_free(wcs);
      if (status != SOCCA_OK) return status;
    }
  return SOCCA_OK;
}

/* Background's coordinates: means over the layers, before the polynomial */
static void offsets(struct grid *g, const struct image_data *data)
{
  const double degree = 0.017453292519943295769;
  size_t n = g->rows * g->stride;
  double east = data->pixels_only ? -1.0 : cos(data->origin[1] * degree);
  double share = 1.0 / (double)g->layers;
  g->lon_range[0] = INFINITY;
  g->lon_range[1] = -INFINITY;
  for (size_t i = 0; i < n; i++) {
    double lon = 0.0, lat = 0.0;
    for (size_t k = 0; k < g->layers; k++) {
      lon += g->lon[k * n + i] - data->origin[0];
      lat += g->lat[k * n + i] - data->origin[1];
      g->lon_range[0] = fmin(g->lon_range[0], g->lon[k * n + i]);
      g->lon_range[1] = fmax(g->lon_range[1], g->lon[k * n + i]);
    }
    g->east[i] = lon * share * east;
    g->north[i] = lat * share;
  }
}

socca_status grid_make(struct grid *g, const struct image_data *data)
{
  memset(g, 0, sizeof *g);
  g->nx = data->nx;
  g->ny = data->ny;
  g->out = grid_pad(data->nx);
  g->rim = data->subgrid > 0 ? 0 : GRID_RIM;
  g->rows = g->ny + 2 * g->rim;
  g->stride = g->out + (g->rim ? 8 : 0);
  g->layers = data->subgrid > 0 ? (size_t)data->subgrid * (size_t)data->subgrid : 1;
  size_t n = g->rows * g->stride;
  g->lon = image_doubles(n * g->layers);
  g->lat = image_doubles(n * g->layers);
  g->east = image_doubles(n);
  g->north = image_doubles(n);
  if (!g->lon || !g->lat || !g->east || !g->north) return SOCCA_E_NOMEM;
  socca_status status = layers(g, data);
  if (status == SOCCA_OK) offsets(g, data);
  return status;
}

void grid_clear(struct grid *g)
{
  free(g->lon);
  free(g->lat);
  free(g->east);
  free(g->north);
  memset(g, 0, sizeof *g);
}
