/* SPDX-License-Identifier: BSD-3-Clause */
/* A straight line through points with errors: a model that reads its own keys and tells where
 * they are wrong.
 *
 *   model: line
 *   line:
 *     points: [[0, 1.1], [1, 1.9], [2, 3.2]]
 *     sigma: 0.1
 *   a: normal(0, 10)
 *   b: normal(0, 10) */
#include <socca/socca.h>
#include <math.h>
#include <stdlib.h>

typedef struct model {
  size_t n;
  double sigma;
  double xy[]; /* x0, y0, x1, y1, ... */
} model;

static socca_status load_point(socca_load *l, const socca_node *point, double xy[2])
{
  const socca_host *h = l->cx.h;
  const socca_node *x = h->item(point, 0, NULL), *y = h->item(point, 1, NULL);
  if (!x || !y || h->item(point, 2, NULL)) return h->fail_at(l, point, "a point is [x, y]");
  socca_status s = h->number(l, x, "", &xy[0]), t = h->number(l, y, "", &xy[1]);
  return s ? s : t;
}

/* Goes on after an error: users like to see all of them at once. */
static socca_status load_points(socca_load *l, const socca_node *points, model *m)
{
  socca_status s = SOCCA_OK;
  for (size_t i = 0; i < m->n; i++) {
    socca_status t = load_point(l, l->cx.h->item(points, i, NULL), m->xy + 2 * i);
    if (t) s = t;
  }
  return s;
}

static socca_status load_sigma(socca_load *l, const socca_node *node, const socca_node *sigma,
                               double *out)
{
  const socca_host *h = l->cx.h;
  if (!sigma) return h->fail_at(l, node, "'sigma', the error of the points, is missing");
  socca_status s = h->number(l, sigma, "", out);
  return s || *out > 0 ? s : h->fail_at(l, sigma, "'sigma' must be greater than 0");
}

static socca_status load(socca_load *l, const socca_node *document, void **self)
{
  static const socca_param parameter[] = {
    { .name = "a", .unit = "", .low = -INFINITY, .high = INFINITY, .help = "value at x = 0" },
    { .name = "b", .unit = "", .low = -INFINITY, .high = INFINITY, .help = "slope" },
  };
  const socca_host *h = l->cx.h;
  const socca_node *node = h->get(document, "line");
  const socca_node *points = h->get(node, "points"), *sigma = h->get(node, "sigma");
  size_t n = 0;
  while (points && h->item(points, n, NULL)) n++;
  model *m = calloc(1, sizeof *m + 2 * n * sizeof *m->xy);
  if (!m) return socca_fail(l, SOCCA_E_NOMEM, "out of memory");
  *self = m;
  m->n = n;
  socca_status s[4];
  s[0] = n ? load_points(l, points, m)
           : h->fail_at(l, points ? points : node, "'points: [[x, y], ...]' is missing or empty");
  s[1] = load_sigma(l, node, sigma, &m->sigma);
  for (int i = 0; i < 2; i++)
    s[2 + i] = h->declare(l, &parameter[i], h->get(document, parameter[i].name), NULL);
  for (int i = 0; i < 4; i++)
    if (s[i]) return s[i];
  return SOCCA_OK;
}

static socca_status loglike(socca_worker *w, const void *self, void *ws, const double *par,
                            double *logl)
{
  const model *m = self;
  double chi2 = 0;
  (void)w;
  (void)ws;
  for (size_t i = 0; i < m->n; i++) {
    double r = (m->xy[2 * i + 1] - par[0] - par[1] * m->xy[2 * i]) / m->sigma;
    chi2 += r * r;
  }
  *logl = -chi2 / 2 - (double)m->n * log(sqrt(2 * 3.14159265358979323846) * m->sigma);
  return SOCCA_OK;
}

static socca_status identity(const void *self, socca_result *out, const socca_host *h)
{
  const model *m = self;
  socca_status s = h->value(out, "line.points", SOCCA_F64, 2 * m->n, m->xy);
  return s ? s : h->value(out, "line.sigma", SOCCA_F64, 1, &m->sigma);
}

static const socca_model_vtbl vtbl = {
  .load = load,
  .destroy = free,
  .loglike = loglike,
  .identity = identity,
};
SOCCA_MODEL(model_line, &vtbl, .name = "line", .version = "0.1.0", .license = "BSD-3-Clause",
            .summary = "straight line through points");
