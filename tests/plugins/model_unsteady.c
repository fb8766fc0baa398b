/* SPDX-License-Identifier: BSD-3-Clause */
/* A model that needs no document; its batches differ from single points, and null_loglike() crashes. */
#include "stub.h"

#include <signal.h>
#include <stdlib.h>
static socca_status load(socca_load *l, const socca_node *document, void **self)
{
  static const socca_param x = { .name = "x", .unit = "" };
  (void)document;
  *self = malloc(1);
  return *self ? l->cx.h->declare(l, &x, NULL, NULL) : socca_fail(l, SOCCA_E_NOMEM, "no memory");
}
static socca_status loglike(socca_worker *w, const void *self, void *ws, const double *par,
                            double *logl)
{
  (void)w, (void)self, (void)ws;
  *logl = -par[0];
  return SOCCA_OK;
}
static socca_status loglike_batch(socca_worker *w, const void *self, void *ws, size_t n,
                                  const double *par, double *logl)
{
  (void)w, (void)self, (void)ws;
  for (size_t i = 0; i < n; i++) logl[i] = -par[i] * (1 + 0x1p-52);
  return SOCCA_OK;
}
static socca_status null_loglike(socca_worker *w, const void *self, void *ws, double *logl)
{
  (void)w, (void)self, (void)ws, (void)logl;
  raise(SIGSEGV);
  return SOCCA_OK;
}
static socca_status identity(const void *self, socca_result *out, const socca_host *h)
{
  (void)self, (void)out, (void)h;
  return SOCCA_OK;
}
static const socca_model_vtbl vtbl = { .load = load,
                                       .destroy = free,
                                       .loglike = loglike,
                                       .identity = identity,
                                       .loglike_batch = loglike_batch,
                                       .null_loglike = null_loglike };
SOCCA_MODEL(model_unsteady, &vtbl, .name = "unsteady", .provides = SOCCA_MODEL_BATCH);
