/* SPDX-License-Identifier: BSD-3-Clause */
/* Frozen: written for version 0.0 and never changed, compiled with the headers of that time, which lie beside it. */
/* The smallest complete model: a Gaussian in two parameters.
 *
 *   model: frozen
 *   frozen: {sigma: 0.1}
 *   x: uniform(0, 1)
 *   y: uniform(0, 1) */
#include <socca/socca.h>
#include <math.h>
#include <stdlib.h>

typedef struct model {
  double sigma;
} model;

static socca_status load(socca_load *l, const socca_node *document, void **self)
{
  const socca_host *h = l->cx.h;
  const socca_node *node = h->get(h->get(document, "frozen"), "sigma");
  static const socca_param parameter[] = {
    { .name = "x", .unit = "", .low = -INFINITY, .high = INFINITY, .help = "first coordinate" },
    { .name = "y", .unit = "", .low = -INFINITY, .high = INFINITY, .help = "second coordinate" },
  };
  double sigma = 0.1;
  socca_status s = node ? h->number(l, node, "", &sigma) : SOCCA_OK;
  if (!s && !(sigma > 0)) s = h->fail_at(l, node, "'sigma' must be greater than 0");
  for (int i = 0; i < 2; i++) { /* go on after an error: users like to see all at once */
    socca_status t = h->declare(l, &parameter[i], h->get(document, parameter[i].name), NULL);
    if (!s) s = t;
  }
  if (s) return s;
  model *m = calloc(1, sizeof *m);
  if (!m) return socca_fail(l, SOCCA_E_NOMEM, "out of memory");
  m->sigma = sigma;
  *self = m;
  return SOCCA_OK;
}

static socca_status loglike(socca_worker *w, const void *self, void *ws, const double *par,
                            double *logl)
{
  const model *m = self;
  double x = (par[0] - 0.5) / m->sigma, y = (par[1] - 0.5) / m->sigma;
  (void)w;
  (void)ws;
  *logl = -(x * x + y * y) / 2 - log(2 * 3.14159265358979323846 * m->sigma * m->sigma);
  return SOCCA_OK;
}

/* Everything that the likelihood depends on, so that a checkpoint of another problem is noticed. */
static socca_status identity(const void *self, socca_result *out, const socca_host *h)
{
  const model *m = self;
  return h->value(out, "frozen.sigma", SOCCA_F64, 1, &m->sigma);
}

static const socca_model_vtbl vtbl = {
  .load = load,
  .destroy = free,
  .loglike = loglike,
  .identity = identity,
};
SOCCA_MODEL(model_frozen, &vtbl, .name = "frozen", .version = "0.0.0",
            .license = "BSD-3-Clause", .summary = "Gaussian in two parameters");
