/* SPDX-License-Identifier: BSD-3-Clause */
/* The draws of a result, from a run or from a file that may hold anything, and what sums them up. */
#include "config.h"
#include <maths/quantile.h>
#include <base/text.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "result_private.h"

const socca_item *socca_outcome_find(const socca_outcome *o, const char *group, const char *name,
                                     const char *attribute)
{
  socca_text t = { 0 };
  socca_text_printf(&t, attribute ? "%s/%s:%s" : "%s/%s", group, name, attribute);
  const socca_item *i = t.failed ? NULL : socca_items_find(o->data, t.s);
  socca_text_free(&t);
  return i;
}

/* n numbers of a variable; NULL: absent, or not that many */
static const double *numbers(const socca_outcome *o, const char *group, const char *name, size_t n)
{
  const socca_item *i = socca_outcome_find(o, group, name, NULL);
  return i && i->type == SOCCA_F64 && i->n == n ? i->data : NULL;
}

void socca_table_free(socca_table *t)
{
  free(t->name);
  free(t->x);
  *t = (socca_table){ 0 };
}

/* The name of a variable of `posterior` that is no coordinate; NULL: the item is something else. */
static const char *parameter_name(const socca_item *i)
{
  static const char group[] = "posterior/";
  const char *name = i->name + sizeof group - 1;
  if (strncmp(i->name, group, sizeof group - 1) != 0 || strchr(name, ':')) return NULL;
  return i->type == SOCCA_F64 ? name : NULL;
}

static socca_status list_columns(const socca_outcome *o, socca_table *t)
{
  const socca_item *item;
  size_t room = 0;
  for (size_t i = 0; (item = socca_items_at(o->data, i)); i++)
    if (parameter_name(item)) room++;
  t->name = socca_calloc(room, sizeof *t->name);
  t->x = socca_calloc(room, sizeof *t->x);
  if (!t->name || !t->x) return SOCCA_E_NOMEM;
  for (size_t i = 0; (item = socca_items_at(o->data, i)); i++)
    if (parameter_name(item)) {
      t->name[t->ncol] = parameter_name(item);
      t->x[t->ncol++] = item->data;
    }
  return SOCCA_OK;
}

static const char *take_posterior(const socca_outcome *o, socca_table *t)
{
  const socca_item *chain = socca_outcome_find(o, "posterior", "chain", NULL);
  const socca_item *draw = socca_outcome_find(o, "posterior", "draw", NULL);
  if (!chain || !draw || !chain->n || !draw->n || draw->n > SIZE_MAX / chain->n)
    return "group 'posterior' has no draws";
  t->nchain = chain->n;
  t->n = chain->n * draw->n;
  t->stride = 1;
  for (size_t k = 0; k < t->ncol; k++)
    if (!numbers(o, "posterior", t->name[k], t->n)) return "group 'posterior' is not rectangular";
  t->loglike = numbers(o, "sample_stats", "log_likelihood", t->n);
  return t->loglike ? NULL : "group 'sample_stats' lacks 'log_likelihood'";
}

/* The weighted samples have the same columns in the same order. */
static const char *take_weighted(const socca_outcome *o, socca_table *t)
{
  const socca_item *sample = socca_outcome_find(o, "weighted", "sample", NULL);
  const socca_item *name = socca_outcome_find(o, "weighted", "parameter", NULL);
  if (!sample) return NULL;
  t->n = sample->n;
  t->nchain = 1;
  t->stride = t->ncol;
  t->weights = numbers(o, "weighted", "weights", t->n);
  t->logw = numbers(o, "weighted", "logw", t->n);
  t->loglike = numbers(o, "weighted", "log_likelihood", t->n);
  const double *x =
      t->n && t->ncol <= SIZE_MAX / t->n ? numbers(o, "weighted", "samples", t->n * t->ncol) : NULL;
  if (!t->weights || !t->logw || !t->loglike || !x || !name || name->type != SOCCA_BYTES)
    return "group 'weighted' is incomplete";
  const char *s = name->data;
  for (size_t k = 0; k < t->ncol; k++) {
    size_t n = (size_t)((const char *)name->data + name->n - s);
    if (!n || strcmp(s, t->name[k]) != 0) return "group 'weighted' has other parameters";
    s += strlen(s) + 1;
    t->x[k] = x + k;
  }
  return NULL;
}

socca_status socca_outcome_table(const socca_outcome *o, socca_table *t, const char **why)
{
  *t = (socca_table){ 0 };
  *why = "out of memory";
  socca_status s = list_columns(o, t);
  if (!s) {
    *why = take_posterior(o, t);
    if (!*why) *why = take_weighted(o, t);
    if (*why) s = SOCCA_E_INPUT;
  }
  if (s) socca_table_free(t);
  return s;
}

static const char *attribute_text(const socca_outcome *o, const char *name, const char *attribute)
{
  const socca_item *i = socca_outcome_find(o, "posterior", name, attribute);
  return i && i->type == SOCCA_BYTES ? i->data : NULL;
}

static double attribute_number(const socca_outcome *o, const char *name, const char *attribute)
{
  const socca_item *i = socca_outcome_find(o, "posterior", name, attribute);
  return i && i->type == SOCCA_F64 && i->n == 1 ? *(const double *)i->data : 0;
}

static socca_status percentiles(const socca_table *t, size_t k, socca_summary_row *r)
{
  static const double q[3] = { 0.16, 0.5, 0.84 };
  double out[3];
  socca_status s;
  if (r->period > 0) {
    s = socca_circular_quantiles(t->n, t->x[k], t->stride, t->weights, r->period, q[0], q[2], out);
    r->median = out[0];
    r->minus = -out[1];
    r->plus = out[2];
  } else {
    s = socca_quantiles(t->n, t->x[k], t->stride, t->weights, 3, q, out);
    r->median = out[1];
    r->minus = out[1] - out[0];
    r->plus = out[2] - out[1];
  }
  if (t->n == 1) r->minus = r->plus = NAN; /* a point has no width */
  return s;
}

socca_status socca_outcome_make_rows(socca_outcome *o, const char **why)
{
  socca_table t;
  socca_status s = socca_outcome_table(o, &t, why);
  if (s) return s;
  size_t best = 0;
  for (size_t i = 1; i < t.n; i++)
    if (t.loglike[i] > t.loglike[best] || isnan(t.loglike[best])) best = i;
  o->row = socca_calloc(t.ncol, sizeof *o->row);
  if (!o->row) s = SOCCA_E_NOMEM;
  for (size_t k = 0; !s && k < t.ncol; k++) {
    socca_summary_row *r = &o->row[o->nrow++];
    const char *unit = attribute_text(o, t.name[k], "units");
    const char *kind = attribute_text(o, t.name[k], "kind");
    r->name = t.name[k];
    r->unit = unit ? unit : "";
    r->tie = attribute_text(o, t.name[k], "tie");
    r->free = kind && strcmp(kind, "free") == 0;
    r->period = attribute_number(o, t.name[k], "period");
    r->edge_lower = attribute_number(o, t.name[k], "edge_lower");
    r->edge_upper = attribute_number(o, t.name[k], "edge_upper");
    r->best = t.x[k][best * t.stride];
    s = percentiles(&t, k, r);
  }
  if (s) *why = "out of memory";
  socca_table_free(&t);
  return s;
}
