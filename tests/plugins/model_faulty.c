/* SPDX-License-Identifier: BSD-3-Clause */
/* A model that misbehaves on demand. With x0 uniform in [0, 1) the first `nan` of it give NaN, the next `inf`
 * +inf, the next `error` an error; the rest is a Gaussian in x0 and x1. `slow` spins as many seconds. */
#include "config.h"
#include <socca/socca.h>
#include <math.h>
#include <stdlib.h>

enum { NAN_SHARE, INF_SHARE, ERROR_SHARE, SHARES };
typedef struct faulty {
  double share[SHARES];
} faulty;

static socca_status load(socca_load *l, const socca_node *document, void **self)
{
  static const char *const key[SHARES] = { "nan", "inf", "error" };
  static const char *const name[2] = { "x0", "x1" };
  const socca_host *h = l->cx.h;
  const socca_node *map = h->get(document, "faulty");
  faulty *f = calloc(1, sizeof *f);
  socca_status s = SOCCA_OK, t;
  if (!f) return socca_fail(l, SOCCA_E_NOMEM, "out of memory");
  *self = f; /* destroyed by the host also when loading fails */
  for (int i = 0; i < SHARES; i++) {
    const socca_node *node = h->get(map, key[i]);
    if (node && (t = h->number(l, node, "", &f->share[i])) && !s) s = t;
  }
  for (int i = 0; i < 2; i++) {
    const socca_param q = {
      .name = name[i], .unit = "", .fallback = "uniform(0, 1)", .low = -INFINITY, .high = INFINITY
    };
    if ((t = h->declare(l, &q, h->get(document, name[i]), NULL)) && !s) s = t;
  }
  return s;
}

static socca_status loglike(socca_worker *w, const void *self, void *ws, const double *par,
                            double *logl)
{
  const faulty *f = self;
  double x = par[0], a = (x - 0.5) / 0.1, b = (par[1] - 0.5) / 0.1;
  (void)ws;
  *logl = -(a * a + b * b) / 2;
  if (x < f->share[NAN_SHARE]) {
    *logl = NAN;
    return SOCCA_OK;
  }
  x -= f->share[NAN_SHARE];
  if (x < f->share[INF_SHARE]) *logl = INFINITY;
  x -= f->share[INF_SHARE];
  if (x >= 0 && x < f->share[ERROR_SHARE])
    return socca_fail(w, SOCCA_E_NUMERIC, "this point is cursed: x0 = %g", par[0]);
  return SOCCA_OK;
}

static socca_status identity(const void *self, socca_result *out, const socca_host *h)
{
  const faulty *f = self;
  return h->value(out, "faulty", SOCCA_F64, SHARES, f->share);
}

static const socca_model_vtbl vtbl = {
  .load = load,
  .destroy = free,
  .loglike = loglike,
  .identity = identity,
};
SOCCA_MODEL(model_faulty, &vtbl, .name = "faulty", .version = "1", .license = "BSD-3-Clause",
            .summary = "misbehaves on demand");
