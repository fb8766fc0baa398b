/* SPDX-License-Identifier: BSD-3-Clause */
/* What a model in Fortran needs of C: reading its keys, and the statement that makes it a plugin.
 *
 *   model: decay
 *   decay: {times: [0, 1, 2, 3], counts: [103, 59, 36, 24]}
 *   a: uniform(0, 200)
 *   tau: uniform(0.1, 10) */
#include <socca/socca.h>
#include <stdlib.h>

typedef struct model { /* type counts of decay.f90 */
  int64_t n;
  double *t, *k;
} model;

socca_status decay_loglike(socca_worker *w, const void *self, void *ws, const double *par,
                           double *logl);

static void destroy(void *self)
{
  model *m = self;
  free(m->t);
  free(m->k);
  free(m);
}

/* A list of n numbers, none below 0 */
static socca_status numbers(socca_load *l, const socca_node *list, int64_t n, double *out)
{
  const socca_host *h = l->cx.h;
  for (int64_t i = 0; i < n; i++) {
    const socca_node *item = h->item(list, (size_t)i, NULL);
    if (!item) return h->fail_at(l, list, "there are %d times, but fewer counts", (int)n);
    socca_status s = h->number(l, item, "", &out[i]);
    if (s) return s;
    if (!(out[i] >= 0)) return h->fail_at(l, item, "less than 0");
  }
  return h->item(list, (size_t)n, NULL) ? h->fail_at(l, list, "more counts than times") : SOCCA_OK;
}

static socca_status load(socca_load *l, const socca_node *document, void **self)
{
  static const socca_param parameter[] = {
    { .name = "a", .unit = "", .low = 0, .high = 1e300, .help = "expected count at time 0" },
    { .name = "tau", .unit = "", .low = 0, .high = 1e300, .help = "time in which it falls to 1/e" },
  };
  const socca_host *h = l->cx.h;
  const socca_node *node = h->get(document, "decay");
  const socca_node *times = h->get(node, "times"), *counts = h->get(node, "counts");
  if (!times || !counts)
    return h->fail_at(l, node, "'decay: {times: [...], counts: [...]}' is missing");
  model *m = calloc(1, sizeof *m);
  if (!m) return socca_fail(l, SOCCA_E_NOMEM, "out of memory");
  *self = m;
  while (h->item(times, (size_t)m->n, NULL)) m->n++;
  m->t = calloc((size_t)m->n + 1, sizeof *m->t);
  m->k = calloc((size_t)m->n + 1, sizeof *m->k);
  if (!m->t || !m->k) return socca_fail(l, SOCCA_E_NOMEM, "out of memory");
  socca_status s = numbers(l, times, m->n, m->t), t = numbers(l, counts, m->n, m->k);
  if (!s) s = t;
  for (int i = 0; i < 2; i++) {
    t = h->declare(l, &parameter[i], h->get(document, parameter[i].name), NULL);
    if (!s) s = t;
  }
  return s;
}

static socca_status identity(const void *self, socca_result *out, const socca_host *h)
{
  const model *m = self;
  socca_status s = h->value(out, "decay.times", SOCCA_F64, (size_t)m->n, m->t);
  return s ? s : h->value(out, "decay.counts", SOCCA_F64, (size_t)m->n, m->k);
}

static const socca_model_vtbl vtbl = {
  .load = load,
  .destroy = destroy,
  .loglike = decay_loglike,
  .identity = identity,
};
SOCCA_MODEL(model_decay, &vtbl, .name = "decay", .version = "0.1.0", .license = "BSD-3-Clause",
            .summary = "exponential decay with Poisson noise, in Fortran");
