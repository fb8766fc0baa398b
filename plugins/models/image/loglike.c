/* SPDX-License-Identifier: BSD-3-Clause */
/* Uncorrelated normal noise. */
#include "config.h"
#include "kernels.h"
#include "memory.h"
#include "parts.h"
#include <math.h>

static double sum_lanes(const double lane[8])
{
  return ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

static double chi2_of(const struct forward *fw, uint32_t isa, const double *model,
                      const double *exposure, const double *background)
{
  const struct grid *g = &fw->grid;
  double lane[8] = { 0 };
  for (size_t j = 0; j < g->ny; j++) {
    size_t at = j * g->out;
    SOCCA_DISPATCH(isa, image_chi2)
    (g->out, model + at, exposure ? exposure + at : NULL, background ? background + at : NULL,
     fw->observed + at, fw->weight + at, lane);
  }
  return sum_lanes(lane);
}

static socca_status need_data(socca_worker *w, const struct forward *fw)
{
  if (fw->observed) return SOCCA_OK;
  return socca_fail(w, SOCCA_E_INPUT,
                    "there are no data or no noise level to compare the model with");
}

socca_status forward_chi2(socca_worker *w, const struct forward *fw, struct forward_ws *ws,
                          const double *par, double *chi2, uint64_t *npix)
{
  struct request q = { SIZE_MAX, 0, 0 };
  struct rendered r;
  socca_status s = need_data(w, fw);
  if (s != SOCCA_OK) return s;
  *npix = fw->data->ngood;
  *chi2 = INFINITY;
  s = render(w, ws, par, &q, &r);
  if (s == SOCCA_DONE) return SOCCA_OK;
  if (s != SOCCA_OK) return s;
  *chi2 = chi2_of(fw, ws->isa, r.model, fw->exposure, r.has_background ? ws->background : NULL);
  return SOCCA_OK;
}

socca_status forward_loglike(socca_worker *w, const struct forward *fw, struct forward_ws *ws,
                             const double *par, double *logl)
{
  double chi2;
  uint64_t npix;
  socca_status s = forward_chi2(w, fw, ws, par, &chi2, &npix);
  if (s != SOCCA_OK) return s;
  /* not a number: a radius of zero, an infinite pixel: impossible parameters */
  *logl = chi2 < INFINITY ? fw->norm - 0.5 * chi2 : -INFINITY;
  return SOCCA_OK;
}

socca_status forward_null_loglike(socca_worker *w, const struct forward *fw, double *logl)
{
  socca_status s = need_data(w, fw);
  *logl = fw->null;
  return s;
}

/* Copies in rows of grid.out, excluded pixels with weight 0; the constants. */
socca_status loglike_prepare(struct forward *fw)
{
  const struct image_data *d = fw->data;
  const struct grid *g = &fw->grid;
  if (!d->data || (!d->sigma && !(d->level > 0.0))) return SOCCA_OK;
  fw->observed = image_doubles(g->ny * g->out);
  fw->weight = image_doubles(g->ny * g->out);
  if (!fw->observed || !fw->weight) return SOCCA_E_NOMEM;
  double norm = 0.0;
  for (size_t j = 0; j < g->ny; j++)
    for (size_t i = 0; i < g->nx; i++) {
      size_t k = j * g->nx + i;
      if (!d->good[k]) continue;
      double sigma = d->sigma ? d->sigma[k] : d->level;
      fw->observed[j * g->out + i] = d->data[k];
      fw->weight[j * g->out + i] = 1.0 / sigma;
      norm -= 0.91893853320467274178 + log(fabs(sigma)); /* log sqrt(2 pi) */
    }
  fw->norm = norm;
  double lane[8] = { 0 };
  static const double nothing[8] = { 0 };
  for (size_t k = 0; k < g->ny * g->out; k += 8)
    image_chi2_v1(8, nothing, NULL, NULL, fw->observed + k, fw->weight + k, lane);
  fw->null = norm - 0.5 * sum_lanes(lane);
  return SOCCA_OK;
}
