/* SPDX-License-Identifier: BSD-3-Clause */
/* Components -> sky -> response -> PSF; exposure is applied by whoever reads the result. */
#include "config.h"
#include "kernels.h"
#include "memory.h"
#include "parts.h"
#include <math.h>

/* Points as rows times columns, added to the map, when no PSF blurs them */
static void add_points(struct forward_ws *ws, double *map)
{
  const struct grid *g = &ws->by->grid;
  double *across = ws->row, *up = ws->row + g->stride;
  for (size_t k = 0; k < ws->npoint; k++) {
    const struct point *p = &ws->point[k];
    point_line(ws->isa, p->x, g->nx, 0, g->out, across);
    point_line(ws->isa, p->y, g->ny, 0, grid_pad(g->ny), up);
    for (size_t j = 0; j < g->ny; j++)
      SOCCA_DISPATCH(ws->isa, image_add_scaled)(g->out, across, p->flux * up[j], map + j * g->out);
  }
}

/* Sum of the radial components in *map: the only one's own map, or ws->sky. 0: none to speak of. */
static socca_status add_sky(struct forward_ws *ws, const double *par, const struct request *q,
                            double **map)
{
  const struct forward *fw = ws->by;
  const struct grid *g = &fw->grid;
  const double *response = q->raw ? NULL : fw->response;
  *map = NULL;
  for (size_t k = 0; k < fw->n; k++) {
    if (fw->component[k].kind->role != ROLE_RADIAL || (q->only != SIZE_MAX && q->only != k))
      continue;
    double *to = *map ? ws->map : ws->sky;
    if (!render_radial(ws, k, par, to) && !q->any_sign) return SOCCA_DONE;
    if (*map)
      SOCCA_DISPATCH(ws->isa, image_add)(g->ny * g->out, to, response, ws->sky);
    else if (response)
      SOCCA_DISPATCH(ws->isa, image_times)(g->ny * g->out, response, ws->sky);
    *map = ws->sky;
  }
  return SOCCA_OK;
}

socca_status render(socca_worker *w, struct forward_ws *ws, const double *par,
                    const struct request *q, struct rendered *out)
{
  (void)w;
  const struct forward *fw = ws->by;
  const struct grid *g = &fw->grid;
  size_t n = g->ny * g->out;
  ws->npoint = 0;
  out->has_background = 0;
  for (size_t k = 0; k < fw->n; k++) {
    if (q->only != SIZE_MAX && q->only != k) continue;
    if (fw->component[k].kind->role == ROLE_POINT) render_point(ws, k, par, !q->raw);
    if (fw->component[k].kind->role != ROLE_BACKGROUND) continue;
    if (!out->has_background) memset(ws->background, 0, n * sizeof(double));
    out->has_background = 1;
    if (!render_background(ws, k, par, !q->raw) && !q->any_sign) return SOCCA_DONE;
  }
  double *sky;
  if (add_sky(ws, par, q, &sky) == SOCCA_DONE) return SOCCA_DONE;
  if (fw->psf.value && !q->raw && (sky || ws->npoint)) {
    convolve(&ws->convolution, ws->isa, sky, ws->point, ws->npoint, ws->map);
    out->model = ws->map;
    return SOCCA_OK;
  }
  if (!sky) memset(ws->sky, 0, n * sizeof(double));
  add_points(ws, ws->sky);
  out->model = ws->sky;
  return SOCCA_OK;
}
