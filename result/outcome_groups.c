/* SPDX-License-Identifier: BSD-3-Clause */
/* The groups and attributes of a result. */
#include "config.h"
#include <maths/quantile.h>
#include <base/text.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "outcome_private.h"

/* Names of other people's making must not be taken for paths, nor be refused by netCDF. */
static void add_name(socca_text *t, const char *name)
{
  enum { LONGEST = 100 };
  size_t n = strlen(name);
  for (size_t i = 0; i < n && i < LONGEST; i++) {
    unsigned char c = (unsigned char)name[i];
    int plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    int inside = i > 0 && (c == '.' || c == '-' || c == '+' || c == '[' || c == ']');
    socca_text_add(t, plain || inside || c == '_' ? name + i : "_", 1);
  }
}

static void put(builder *b, socca_status *st, const char *group, const char *name,
                const char *attribute, uint32_t type, size_t n, const void *p)
{
  if (*st || !n) return;
  socca_text t = { 0 };
  socca_text_printf(&t, "%s/", group);
  add_name(&t, name);
  if (attribute) socca_text_printf(&t, ":%s", attribute);
  *st = t.failed ? SOCCA_E_NOMEM : socca_items_value(b->out->data, t.s, type, n, p);
  socca_text_free(&t);
}

static void put_text(builder *b, socca_status *st, const char *group, const char *name,
                     const char *attribute, const char *text)
{
  put(b, st, group, name, attribute, SOCCA_BYTES, strlen(text), text);
}

static void put_dims(builder *b, socca_status *st, const char *group, const char *name,
                     const char *dims)
{
  put_text(b, st, group, name, "dims", dims);
}

/* int64 coordinates 0, 1, ... of a dimension */
static void put_coordinate(builder *b, socca_status *st, const char *group, const char *name,
                           size_t n)
{
  int64_t *x = socca_calloc(n, sizeof *x);
  if (!x) *st = SOCCA_E_NOMEM;
  for (size_t i = 0; x && i < n; i++) x[i] = (int64_t)i;
  put(b, st, group, name, NULL, SOCCA_I64, n, x);
  put_dims(b, st, group, name, name);
  free(x);
}

/* Element k of every record of `stride`, for the draws of the posterior */
static void put_picked(builder *b, socca_status *st, const char *group, const char *name,
                       const double *x, size_t stride)
{
  size_t n = b->nchain * b->ndraw;
  double *y = socca_calloc(n, sizeof *y);
  if (!y) *st = SOCCA_E_NOMEM;
  for (size_t i = 0; y && i < n; i++) y[i] = x[b->pick[i] * stride];
  put(b, st, group, name, NULL, SOCCA_F64, n, y);
  put_dims(b, st, group, name, "chain draw");
  free(y);
}

/* Share of the posterior within a tenth of its own width of either bound, if it is large enough to be a pile-up: a
 * Gaussian cut by the bound less than about two sigma from its peak. */
static socca_status share_at(const double *x, size_t stride, const double *w, size_t n,
                             const double bound[2], double share[2])
{
  static const double q[2] = { 0.16, 0.84 }, noteworthy = 0.02;
  double end[2], sum[2] = { 0, 0 }, total = 0;
  socca_status s = socca_quantiles(n, x, stride, w, 2, q, end);
  if (s) return s;
  for (size_t i = 0; i < n; i++) {
    double wi = w ? w[i] : 1;
    total += wi;
    for (int k = 0; k < 2; k++)
      if (fabs(x[i * stride] - bound[k]) <= 0.1 * (end[1] - end[0])) sum[k] += wi;
  }
  for (int k = 0; k < 2; k++) share[k] = sum[k] > noteworthy * total ? sum[k] / total : 0;
  return SOCCA_OK;
}

/* Both in the parameter and in its prior's distribution function: otherwise a logarithmic prior, or a prior that
 * vanishes at its own end, would show pile-ups where none are. An end at infinity is never near. */
static socca_status find_edges(const builder *b, const column *c, const double *x, double edge[2])
{
  static const double unit[2] = { 0, 1 };
  const socca_prior *prior = socca_parameters_prior(b->setup->parameters, c->free);
  const double bound[2] = { prior->lower, prior->upper };
  double in_u[2] = { 0, 0 }, *u = socca_calloc(b->s.n, sizeof *u);
  if (!u) return SOCCA_E_NOMEM;
  for (size_t i = 0; i < b->s.n; i++) u[i] = socca_prior_cdf(prior, x[i * b->ncol]);
  socca_status s = share_at(x, b->ncol, b->w, b->s.n, bound, edge);
  if (!s) s = share_at(u, 1, b->w, b->s.n, unit, in_u);
  for (int k = 0; k < 2; k++) edge[k] = fmin(edge[k], in_u[k]);
  free(u);
  return s;
}

static void describe(builder *b, socca_status *st, size_t k)
{
  const column *c = &b->col[k];
  const char *const g = "posterior";
  put_text(b, st, g, c->name, "units", c->unit ? c->unit : "");
  put_text(b, st, g, c->name, "kind", c->kind);
  if (c->period > 0) put(b, st, g, c->name, "period", SOCCA_F64, 1, &c->period);
  if (c->text) put_text(b, st, g, c->name, c->free == UINT32_MAX ? "tie" : "prior", c->text);
  if (c->free == UINT32_MAX || c->period > 0) return;
  double edge[2] = { 0, 0 };
  if (!*st) *st = find_edges(b, c, b->table + k, edge);
  if (edge[0] > 0) put(b, st, g, c->name, "edge_lower", SOCCA_F64, 1, &edge[0]);
  if (edge[1] > 0) put(b, st, g, c->name, "edge_upper", SOCCA_F64, 1, &edge[1]);
}

static void put_posterior(builder *b, socca_status *st)
{
  put_coordinate(b, st, "posterior", "chain", b->nchain);
  put_coordinate(b, st, "posterior", "draw", b->ndraw);
  for (size_t k = 0; k < b->ncol; k++) {
    put_picked(b, st, "posterior", b->col[k].name, b->table + k, b->ncol);
    describe(b, st, k);
  }
}

static void put_sample_stats(builder *b, socca_status *st)
{
  const char *const g = "sample_stats";
  put_coordinate(b, st, g, "chain", b->nchain);
  put_coordinate(b, st, g, "draw", b->ndraw);
  for (uint32_t k = 0; k < b->s.nstat; k++)
    put_picked(b, st, g, b->s.stat[k], b->s.stats + k, b->s.nstat);
  put_picked(b, st, g, "log_likelihood", b->s.loglike, 1);
  for (size_t i = 0; i < b->s.n; i++) b->log_prior[i] += b->s.loglike[i];
  put_picked(b, st, g, "lp", b->log_prior, 1); /* ArviZ's name for the log posterior density */
}

static void put_weighted(builder *b, socca_status *st)
{
  const char *const g = "weighted";
  socca_text names = { 0 };
  for (size_t k = 0; k < b->ncol; k++)
    socca_text_add(&names, b->col[k].name, strlen(b->col[k].name) + 1);
  if (names.failed) *st = SOCCA_E_NOMEM;
  put_coordinate(b, st, g, "sample", b->s.n);
  put(b, st, g, "parameter", NULL, SOCCA_BYTES, names.n, names.s);
  put_dims(b, st, g, "parameter", "parameter");
  put(b, st, g, "samples", NULL, SOCCA_F64, b->s.n * b->ncol, b->table);
  put_dims(b, st, g, "samples", "sample parameter");
  const struct {
    const char *name;
    const double *x;
  } v[] = { { "logw", b->logw }, { "weights", b->w }, { "log_likelihood", b->s.loglike } };
  for (size_t k = 0; k < 3; k++) {
    put(b, st, g, v[k].name, NULL, SOCCA_F64, b->s.n, v[k].x);
    put_dims(b, st, g, v[k].name, "sample");
  }
  socca_text_free(&names);
}

/* An array of somebody else's, in the shape that NAME.shape gives or else a plain list. */
static void put_array(builder *b, socca_status *st, const char *group, const socca_result *list,
                      const socca_item *i)
{
  socca_text key = { 0 }, dims = { 0 };
  socca_text_printf(&key, "%s.shape", i->name);
  const socca_item *shape = key.s ? socca_items_find(list, key.s) : NULL;
  int64_t product = 1;
  const int64_t line = (int64_t)i->n, *n = &line;
  if (shape && shape->type == SOCCA_I64 && shape->n >= 1 && shape->n <= 3) {
    n = shape->data;
    for (size_t k = 0; k < shape->n && product > 0 && product <= line; k++)
      product = n[k] > 0 && n[k] <= line ? product * n[k] : 0;
  }
  if (product != line) { /* the shape does not fit */
    n = &line;
    shape = NULL;
  }
  for (size_t k = 0; k < (shape ? shape->n : 1); k++) {
    socca_text_clear(&key);
    socca_text_printf(&key, "%s_dim_%zu", i->name, k);
    socca_text_printf(&dims, "%s%s", k ? " " : "", key.s ? key.s : "");
    if (key.s) put_coordinate(b, st, group, key.s, (size_t)n[k]);
  }
  if (key.failed || dims.failed) *st = SOCCA_E_NOMEM;
  put(b, st, group, i->name, NULL, i->type, i->n, i->data);
  if (dims.s) put_dims(b, st, group, i->name, dims.s);
  socca_text_free(&key);
  socca_text_free(&dims);
}

static int is_array(const socca_item *i)
{
  return i->type != SOCCA_BYTES && i->n > 1;
}

static int is_shape(const socca_item *i)
{
  size_t n = strlen(i->name);
  return n > 6 && strcmp(i->name + n - 6, ".shape") == 0;
}

/* Arrays become variables of `group`; numbers and texts are left to put_attributes. */
static void put_arrays(builder *b, socca_status *st, const char *group, const socca_result *list)
{
  const socca_item *item;
  for (size_t i = 0; list && (item = socca_items_at(list, i)); i++)
    if (is_array(item) && !is_shape(item)) put_array(b, st, group, list, item);
}

static void put_fixed(builder *b, socca_status *st)
{
  const socca_parameters *p = b->setup->parameters;
  uint32_t count = socca_parameters_count(p);
  double *all = socca_calloc(count, sizeof *all);
  if (!all) {
    *st = SOCCA_E_NOMEM;
    return;
  }
  socca_parameters_fill(p, b->s.x, all);
  for (uint32_t i = 0; i < count; i++) {
    socca_parameter_info info;
    socca_parameters_info(p, i, &info);
    if (info.state != SOCCA_FIXED) continue;
    put(b, st, "constant_data", info.name, NULL, SOCCA_F64, 1, &all[i]);
    put_text(b, st, "constant_data", info.name, "units", info.unit ? info.unit : "");
  }
  free(all);
}

static socca_status copy_items(socca_result *to, const socca_result *from, int missing_only)
{
  socca_status st = SOCCA_OK;
  const socca_item *i;
  for (size_t k = 0; !st && from && (i = socca_items_at(from, k)); k++) {
    socca_text name = { 0 };
    add_name(&name, i->name);
    if (name.failed)
      st = SOCCA_E_NOMEM;
    else if (!missing_only || (!is_array(i) && !is_shape(i) && !socca_items_find(to, name.s)))
      st = socca_items_value(to, name.s, i->type, i->n, i->data);
    socca_text_free(&name);
  }
  return st;
}

static void put_attributes(builder *b, socca_status *st)
{
  static const char *const always[] = { "logz", "logz_err" };
  socca_result *a = b->out->attributes;
  if (!*st) *st = socca_items_integer(a, "socca_result", 1); /* version of this layout */
  if (!*st) *st = socca_items_text(a, "inference_library", "socca");
  if (!*st) *st = copy_items(a, b->setup->attributes, 0);
  for (size_t i = 0; !*st && i < 2; i++)
    *st = socca_items_real(a, always[i], socca_items_get_real(b->setup->collected, always[i], NAN));
  if (!*st && b->w)
    *st = socca_items_real(a, "n_eff", b->n_eff);
  else if (!*st)
    *st = socca_items_real(a, "n_eff", socca_items_get_real(b->setup->collected, "n_eff", NAN));
  if (!*st) *st = copy_items(a, b->setup->collected, 1);
  if (!*st) *st = copy_items(b->out->run, b->setup->run, 0);
}

/* Once all is in place, the digest is noted beside it, so that a reader can tell a changed file. */
socca_status socca_outcome_assemble(builder *b)
{
  socca_status st = SOCCA_OK;
  char hex[33];
  const char *why;
  put_posterior(b, &st);
  put_sample_stats(b, &st);
  if (b->w) put_weighted(b, &st);
  put_fixed(b, &st);
  put_arrays(b, &st, "observed_data", b->setup->observed);
  put_arrays(b, &st, "sampler", b->setup->collected);
  put_attributes(b, &st);
  if (!st) st = socca_outcome_make_rows(b->out, &why);
  if (st) return st;
  socca_outcome_digest(b->out, hex);
  return socca_items_text(b->out->run, "digest", hex);
}
