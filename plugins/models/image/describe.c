/* SPDX-License-Identifier: BSD-3-Clause */
/* Facts and identity of the forward model. */
#include "config.h"
#include "memory.h"
#include "parts.h"
#include <stdio.h>

static socca_status text(socca_result *r, const socca_host *h, const char *name, const char *value)
{
  return h->value(r, name, SOCCA_BYTES, strlen(value), value);
}

static void describe_sampling(const struct forward *fw, char *out, size_t n)
{
  int s = fw->data->subgrid;
  if (s == 0)
    snprintf(out, n, "integrated over every pixel");
  else if (s == 1)
    snprintf(out, n, "sampled at pixel centres");
  else
    snprintf(out, n, "sampled at %d x %d points per pixel", s, s);
}

/* What the cut of a shifted kernel changes in log L at these parameters */
static socca_status cut_error(socca_worker *w, const struct forward *fw, struct forward_ws *ws,
                              const double *par, double *error)
{
  double logl, whole;
  struct forward other = *fw; /* the same model with the whole kernel */
  struct forward_ws *room = NULL;
  socca_status s = forward_loglike(w, fw, ws, par, &logl);
  if (s != SOCCA_OK) return s;
  other.psf = *fw->psf.whole;
  s = convolver_make(&other.convolver, fw->data, &other.psf, fw->npoint > 0);
  if (s == SOCCA_OK) s = forward_workspace(w, &other, &room);
  if (s == SOCCA_OK) s = forward_loglike(w, &other, room, par, &whole);
  if (s == SOCCA_OK) *error = logl - whole;
  forward_drop(room);
  convolver_clear(&other.convolver);
  return s == SOCCA_E_NOMEM ? socca_fail(w, s, "out of memory for the model") : s;
}

socca_status forward_facts(socca_worker *w, const struct forward *fw, struct forward_ws *ws,
                           const double *par, socca_result *r)
{
  const socca_host *h = w->cx.h;
  char line[256];
  double error;
  describe_sampling(fw, line, sizeof line);
  socca_status s = text(r, h, "pixels", line);
  if (s == SOCCA_OK) s = text(r, h, "psf", fw->psf.value ? fw->psf.text : "none");
  if (s != SOCCA_OK) return s;
  if (!fw->psf.value) return text(r, h, "fft", "none");
  if (s == SOCCA_OK && fw->psf.whole && fw->observed && par) {
    s = cut_error(w, fw, ws, par, &error);
    if (s == SOCCA_OK) s = h->value(r, "psf_cut_dloglike", SOCCA_F64, 1, &error);
  }
  snprintf(line, sizeof line, "%zu x %zu", fw->convolver.mx, fw->convolver.my);
  return s == SOCCA_OK ? text(r, h, "fft", line) : s;
}

static const char *edge_name(enum profile_edge e)
{
  return e == EDGE_EXPONENTIAL ? "Exponential" : e == EDGE_TANH ? "HyperTangent" : "none";
}

socca_status forward_identity(const struct forward *fw, socca_result *r, const socca_host *h)
{
  char name[400], line[256];
  socca_status s = SOCCA_OK;
  for (size_t k = 0; k < fw->n && s == SOCCA_OK; k++) {
    const struct component *c = &fw->component[k];
    snprintf(name, sizeof name, "components.%s", c->name);
    snprintf(line, sizeof line, "%s, positive: %s, truncation: %s, interpolate: %s", c->kind->name,
             c->positive ? "true" : "false", edge_name(c->edge), c->nodes ? "true" : "false");
    s = text(r, h, name, line);
    snprintf(name, sizeof name, "components.%s.profile", c->name);
    if (s == SOCCA_OK && c->expression_text) s = text(r, h, name, c->expression_text);
  }
  describe_sampling(fw, line, sizeof line);
  if (s == SOCCA_OK) s = text(r, h, "image.sampling", line);
  if (s != SOCCA_OK || !fw->psf.value) return s;
  int64_t origin[4] = { (int64_t)fw->psf.nx, (int64_t)fw->psf.ny, (int64_t)fw->psf.x0,
                        (int64_t)fw->psf.y0 };
  s = h->value(r, "image.psf.origin", SOCCA_I64, 4, origin);
  if (s == SOCCA_OK)
    s = h->value(r, "image.psf.kernel", SOCCA_F64, fw->psf.nx * fw->psf.ny, fw->psf.value);
  return s;
}
