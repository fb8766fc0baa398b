/* SPDX-License-Identifier: BSD-3-Clause */
/* The image model's vtable: the data side and the forward model put together. */
#include "config.h"
#include "products.h"
#include <math.h>
#include <stdlib.h>
#include <socca/socca.h>

typedef struct image_model {
  image_input in;
  struct forward *forward;
} image_model;

static void destroy(void *self)
{
  image_model *m = self;
  if (!m) return;
  if (m->forward) forward_free(m->forward);
  image_input_free(&m->in);
  free(m);
}

static socca_status load(socca_load *cx, const socca_node *document, void **self)
{
  image_model *m = calloc(1, sizeof *m);
  *self = NULL;
  if (!m) return socca_fail(cx, SOCCA_E_NOMEM, "not enough memory");
  socca_status s = image_read(cx, document, &m->in), t = SOCCA_OK;
  const socca_node *components = cx->cx.h->get(document, "components");
  if (!components)
    t = cx->cx.h->fail_at(cx, document,
                          "there are no components: add 'components:' with one or more");
  else if (m->in.data.wcs && m->in.data.good)
    t = forward_load(cx, components, &m->in.data, &m->forward);
  if (s == SOCCA_OK) s = t;
  if (s != SOCCA_OK) {
    destroy(m);
    return s;
  }
  *self = m;
  return SOCCA_OK;
}

static socca_status workspace(socca_worker *w, const void *self, void **ws)
{
  const image_model *m = self;
  struct forward_ws *made = NULL;
  socca_status s = forward_workspace(w, m->forward, &made);
  *ws = made;
  return s;
}

static void drop(void *ws)
{
  forward_drop(ws);
}

/* A likelihood needs data, and a noise level. */
static socca_status ready(socca_worker *w, const image_model *m)
{
  const image_data *d = &m->in.data;
  if (!d->data)
    return socca_fail(w, SOCCA_E_INPUT, "no image to compare with: give image: {file: NAME}");
  if (!d->sigma && !(d->level > 0))
    return socca_fail(w, SOCCA_E_INPUT,
                      "no noise level: give noise: {type: normal, sigma: NUMBER}");
  return SOCCA_OK;
}

static socca_status loglike(socca_worker *w, const void *self, void *ws, const double *par,
                            double *logl)
{
  const image_model *m = self;
  socca_status s = ready(w, m);
  return s != SOCCA_OK ? s : forward_loglike(w, m->forward, ws, par, logl);
}

static socca_status null_loglike(socca_worker *w, const void *self, void *ws, double *logl)
{
  const image_model *m = self;
  (void)ws;
  socca_status s = ready(w, m);
  return s != SOCCA_OK ? s : forward_null_loglike(w, m->forward, logl);
}

static socca_status identity(const void *self, socca_result *r, const socca_host *h)
{
  const image_model *m = self;
  socca_status s = image_identity(&m->in, r, h);
  return s != SOCCA_OK ? s : forward_identity(m->forward, r, h);
}

static socca_status facts(socca_worker *w, const void *self, void *ws, const double *par,
                          socca_result *r)
{
  const image_model *m = self;
  const socca_host *h = w->cx.h;
  double chi2 = NAN;
  uint64_t npix = 0;
  socca_status s = image_facts(&m->in, r, h);
  if (s == SOCCA_OK) s = forward_facts(w, m->forward, ws, par, r);
  if (s != SOCCA_OK || !m->in.data.data || !par) return s;
  s = forward_chi2(w, m->forward, ws, par, &chi2, &npix);
  double dof = (double)npix - (double)w->cx.ndim;
  if (s == SOCCA_OK) s = h->value(r, "chi2", SOCCA_F64, 1, &chi2);
  if (s == SOCCA_OK) s = h->value(r, "dof", SOCCA_F64, 1, &dof);
  return s;
}

static socca_status write(socca_worker *w, const void *self, void *ws, const double *par,
                          const socca_product *product)
{
  const image_model *m = self;
  return image_write(w, &m->in, m->forward, ws, par, product);
}

/* The image as fitted, NaN where excluded; rows first. */
static socca_status observed(socca_worker *w, const void *self, socca_result *r)
{
  const image_model *m = self;
  const image_data *d = &m->in.data;
  const socca_host *h = w->cx.h;
  int64_t shape[2] = { (int64_t)d->ny, (int64_t)d->nx };
  if (!d->data) return SOCCA_OK;
  double *v = malloc(d->n * sizeof *v);
  if (!v) return socca_fail(w, SOCCA_E_NOMEM, "not enough memory");
  for (size_t i = 0; i < d->n; i++) v[i] = d->good[i] ? d->data[i] : NAN;
  socca_status s = h->value(r, "image", SOCCA_F64, d->n, v);
  free(v);
  return s != SOCCA_OK ? s : h->value(r, "image.shape", SOCCA_I64, 2, shape);
}

static const socca_model_vtbl vtbl = { .products = image_products,
                                       .load = load,
                                       .destroy = destroy,
                                       .workspace = workspace,
                                       .drop = drop,
                                       .loglike = loglike,
                                       .identity = identity,
                                       .null_loglike = null_loglike,
                                       .facts = facts,
                                       .write = write,
                                       .observed = observed };

SOCCA_MODEL(
    model_image, &vtbl, .name = "image", .version = PACKAGE_VERSION, .license = "BSD-3-Clause",
    .summary = "images: profiles on the sky, convolved with a PSF, against pixels with noise");
