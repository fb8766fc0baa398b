/* SPDX-License-Identifier: BSD-3-Clause */
/* What --probe does with each kind of plugin: every function that it has is called once at least. */
#include "config.h"
#include "probe.h"
#include <maths/philox.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { UNITS = 3, BATCH = 8, STATE = 1 };

void probe_tell(FILE *to, char mark, const char *fmt, ...)
{
  socca_text t = { 0 };
  va_list ap;
  va_start(ap, fmt);
  socca_text_vprintf(&t, fmt, ap);
  va_end(ap);
  socca_text_clean(&t, 0); /* one line, whatever it says */
  fprintf(to, "%c%s\n", mark, t.s ? t.s : "out of memory");
  fflush(to);
  socca_text_free(&t);
}

#define STEP(name) probe_tell(to, 'S', "%s", name)
#define FAULT(...) probe_tell(to, 'F', __VA_ARGS__)

/* Did the call keep the rules of errors? OK where it succeeded. */
static int answered(FILE *to, const char *call, socca_status s, const probe_cx *p)
{
  if (s >= 0) return 1;
  if (p->text[0])
    FAULT("%s fails: %s", call, p->text);
  else if (s != SOCCA_E_NOMEM)
    FAULT("%s fails with status %d and without a text", call, (int)s);
  return 0;
}

void probe_sampler(FILE *to, const socca_sampler_vtbl *v, const void *options)
{
  probe_cx p;
  void *self = NULL;
  socca_progress progress = { .fraction = NAN };
  probe_cx_init(&p);
  p.ops = v->ops;
  p.options = options;
  STEP("create()");
  socca_status s = v->create(&p.as.run, options, &self);
  int good = answered(to, "create()", s, &p);
  for (int i = 0; good && s != SOCCA_DONE && i < UNITS; i++) {
    STEP("advance()");
    s = v->advance(self, &p.as.run);
    good = answered(to, "advance()", s, &p);
    if (good && v->progress) {
      STEP("progress()");
      v->progress(self, &progress);
    }
  }
  if (good) {
    STEP("archive()");
    good = answered(to, "archive()", v->archive(self, &p.as.run, NULL), &p);
  }
  if (good) {
    STEP("result()");
    answered(to, "result()", v->result(self, &p.as.run, NULL), &p);
  }
  STEP("destroy()");
  if (self) v->destroy(self);
}

/* Two batches at once, as samplers that look ahead have them. */
static void probe_batches(FILE *to, const socca_pool_vtbl *v, void *self, const probe_cx *p)
{
  double in[2][BATCH][PROBE_NDIM], out[2][BATCH] = { { 0 } };
  socca_report report = { .calls = 0 };
  static const char blob[] = "state";
  socca_philox_uniform(1, 2, 3, 2 * BATCH * PROBE_NDIM, in[0][0]);
  STEP("set_state()");
  if (!answered(to, "set_state()", v->set_state(self, STATE, blob, sizeof blob), p)) return;
  for (uint32_t slot = 0; slot < 2; slot++) {
    const socca_batch b = { .n = BATCH,
                            .first = slot * BATCH,
                            .in_bytes = sizeof in[0][0],
                            .out_bytes = sizeof out[0][0],
                            .in = in[slot],
                            .out = out[slot] };
    STEP("submit()");
    if (!answered(to, "submit()", v->submit(self, slot, &b), p)) return;
  }
  for (uint32_t slot = 0; slot < 2; slot++) {
    STEP("wait()");
    socca_status s = v->wait(self, slot, &report);
    if (!answered(to, "wait()", s, p) || s != SOCCA_OK) return;
    for (int i = 0; i < BATCH; i++)
      if (out[slot][i] != probe_loglike(in[slot][i])) {
        FAULT("record %d of a batch came back as %g, not %g", i, out[slot][i],
              probe_loglike(in[slot][i]));
        return;
      }
  }
}

void probe_pool(FILE *to, const socca_pool_vtbl *v, const void *options, uint32_t provides)
{
  probe_cx p;
  void *self = NULL;
  socca_pool_info info = { .workers = 0 };
  probe_cx_init(&p);
  if (provides & SOCCA_POOL_RANKS) return; /* opening it would start MPI */
  STEP("open()");
  if (answered(to, "open()", v->open(&p.as.team, options, &self), &p)) {
    STEP("info()");
    v->info(self, &info);
    if (info.workers == 0) FAULT("info() tells of no workers");
    probe_batches(to, v, self, &p);
  }
  STEP("close()");
  if (self) v->close(self);
}

static int same(double a, double b)
{
  return a == b || (isnan(a) && isnan(b));
}

typedef struct model { /* one that has been loaded */
  FILE *to;
  const socca_model_vtbl *v;
  probe_cx *p;
  void *self, *ws;
  double *par, *grad, *fisher, *derived;
  double logl;
} model;

static void check_logl(const model *m, const char *call, double logl)
{
  FILE *to = m->to;
  if (!same(logl, m->logl))
    FAULT("%s gives the log-likelihood %.17g, loglike() %.17g", call, logl, m->logl);
}

static void probe_derivatives(const model *m, uint32_t lacks)
{
  FILE *to = m->to;
  socca_worker *w = &m->p->as.worker;
  double logl = 0;
  if (m->v->gradient && !(lacks & SOCCA_MODEL_GRADIENT)) {
    STEP("gradient()");
    if (answered(to, "gradient()", m->v->gradient(w, m->self, m->ws, m->par, &logl, m->grad), m->p))
      check_logl(m, "gradient()", logl);
  }
  if (m->v->curvature && !(lacks & SOCCA_MODEL_RESIDUALS)) {
    STEP("curvature()");
    if (answered(to, "curvature()",
                 m->v->curvature(w, m->self, m->ws, m->par, &logl, m->grad, m->fisher), m->p))
      check_logl(m, "curvature()", logl);
  }
  if (m->v->loglike_batch && !(lacks & SOCCA_MODEL_BATCH)) {
    STEP("loglike_batch()");
    if (answered(to, "loglike_batch()", m->v->loglike_batch(w, m->self, m->ws, 1, m->par, &logl),
                 m->p))
      check_logl(m, "loglike_batch()", logl);
  }
}

static void probe_likelihood(model *m)
{
  FILE *to = m->to;
  socca_worker *w = &m->p->as.worker;
  double null_logl = 0, again = 0;
  if (m->v->workspace) {
    STEP("workspace()");
    if (!answered(to, "workspace()", m->v->workspace(w, m->self, &m->ws), m->p)) return;
  }
  STEP("loglike()");
  if (answered(to, "loglike()", m->v->loglike(w, m->self, m->ws, m->par, &m->logl), m->p)) {
    if (answered(to, "loglike()", m->v->loglike(w, m->self, m->ws, m->par, &again), m->p) &&
        !same(again, m->logl))
      FAULT("loglike() gives %.17g, and for the same point again %.17g", m->logl, again);
    uint32_t lacks = 0;
    if (m->v->lacks) {
      STEP("lacks()");
      lacks = m->v->lacks(m->self);
    }
    probe_derivatives(m, lacks);
    if (m->v->null_loglike) {
      STEP("null_loglike()");
      answered(to, "null_loglike()", m->v->null_loglike(w, m->self, m->ws, &null_logl), m->p);
    }
    if (m->v->derived) {
      STEP("derived()");
      answered(to, "derived()", m->v->derived(w, m->self, m->ws, m->par, m->derived), m->p);
    }
    if (m->v->facts) {
      STEP("facts()");
      answered(to, "facts()", m->v->facts(w, m->self, m->ws, m->par, NULL), m->p);
    }
    if (m->v->observed) {
      STEP("observed()");
      answered(to, "observed()", m->v->observed(w, m->self, NULL), m->p);
    }
  }
  STEP("drop()");
  if (m->v->drop && m->ws) m->v->drop(m->ws);
}

/* Its document is empty here: that load() refuses it is as good as success. */
void probe_model(FILE *to, const socca_model_vtbl *v)
{
  probe_cx p;
  model m = { .to = to, .v = v, .p = &p };
  probe_cx_init(&p);
  STEP("load()");
  socca_status s = v->load(&p.as.load, NULL, &m.self);
  if (s < 0 && s != SOCCA_E_INPUT) answered(to, "load()", s, &p);
  if (s == SOCCA_E_INPUT && !p.text[0]) FAULT("load() refuses an empty document without a text");
  if (s == SOCCA_OK) {
    size_t n = p.declared;
    m.par = calloc(n + 1, sizeof *m.par);
    m.grad = calloc(n + 1, sizeof *m.grad);
    m.fisher = calloc(n * n + 1, sizeof *m.fisher);
    m.derived = calloc(p.derived + 1u, sizeof *m.derived);
    for (size_t i = 0; m.par && i < n; i++) m.par[i] = 0.5;
    STEP("identity()");
    answered(to, "identity()", v->identity(m.self, NULL, p.as.cx.h), &p);
    if (m.par && m.grad && m.fisher && m.derived) probe_likelihood(&m);
    free(m.par);
    free(m.grad);
    free(m.fisher);
    free(m.derived);
  }
  STEP("destroy()");
  if (m.self) v->destroy(m.self);
}
