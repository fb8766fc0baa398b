/* SPDX-License-Identifier: BSD-3-Clause */
/* From declarations and values to a fit's coordinates. */
#include "config.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <base/text.h>
#include <config/bound.h>

socca_parameters *socca_parameters_new(socca_journal *j, socca_units *units)
{
  socca_parameters *p = socca_calloc(1, sizeof *p);
  if (!p) return NULL;
  p->journal = j;
  p->units = units;
  return p;
}

static void free_list(socca_bound_list *l)
{
  for (uint32_t i = 0; i < l->n; i++) {
    socca_bound *b = &l->b[i];
    char *texts[] = { b->name, b->unit, b->help, b->value, b->where, b->tie, b->tie_where };
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) free(texts[k]);
    socca_expression_free(b->expression);
  }
  free(l->b);
}

void socca_parameters_free(socca_parameters *p)
{
  if (!p) return;
  free_list(&p->all);
  free_list(&p->auxiliary);
  free(p->tied);
  free(p->free);
  free(p->coordinate);
  free(p->fixed);
  free(p);
}

void socca_parameters_set_tree(socca_parameters *p, const socca_tree *t)
{
  p->tree = t;
}

socca_status socca_bound_error(socca_parameters *p, socca_bound *b, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  if (!b->broken) socca_verror_at(p->journal, b->where, fmt, ap);
  va_end(ap);
  b->broken = 1;
  return SOCCA_E_INPUT;
}

enum { MAX_PARAMETERS = 10000 }; /* what is quadratic in their number stays below a second */

/* Makes room at the end of the list; *at stays empty but for what every parameter has. */
static socca_status append(socca_parameters *p, socca_bound_list *l, const socca_param *param,
                           socca_bound **at)
{
  if (p->all.n + p->auxiliary.n >= MAX_PARAMETERS)
    return socca_error(p->journal, SOCCA_E_INPUT, "more than %d parameters", (int)MAX_PARAMETERS);
  socca_bound *grown = socca_grow(l->b, l->n, &l->room, sizeof *grown);
  if (!grown) return socca_no_memory(p->journal);
  l->b = grown;
  socca_bound *b = *at = &l->b[l->n++];
  int any = !(param->low < param->high);
  *b = (socca_bound){ .name = socca_strdup(param->name),
                      .unit = socca_strdup(param->unit ? param->unit : ""),
                      .help = socca_strdup(param->help ? param->help : ""),
                      .value = socca_strdup(""),
                      .low = any ? -INFINITY : param->low,
                      .high = any ? INFINITY : param->high,
                      .data_low = param->data_low,
                      .data_high = param->data_high,
                      .declared = param->period,
                      .quantity = param->quantity,
                      .number = NAN };
  return b->name && b->unit && b->help && b->value ? SOCCA_OK : socca_no_memory(p->journal);
}

static void check_range(socca_parameters *p, socca_bound *b)
{
  char low[32], high[32];
  socca_format_short(b->low, low);
  socca_format_short(b->high, high);
  if (b->state == SOCCA_FIXED && !(b->number >= b->low && b->number <= b->high))
    socca_bound_error(p, b, "%s = %s is outside its legal range, %s to %s", b->name, b->value, low,
                      high);
  if (b->state == SOCCA_FREE && !(b->prior.lower >= b->low && b->prior.upper <= b->high))
    socca_bound_error(
        p, b, "the prior of %s, %s, reaches outside its legal range, %s to %s%s", b->name, b->value,
        low, high,
        socca_prior_is_normal(&b->prior) ? "; truncnormal(mean, sigma, low, high) has limits" : "");
}

static char *shown(const socca_value *v)
{
  char text[200], number[32];
  socca_text t = { 0 };
  if (v->state == SOCCA_FREE) socca_prior_format(&v->prior, text, sizeof text);
  if (v->state == SOCCA_TIED) socca_text_printf(&t, "= %s", v->tie);
  if (v->state == SOCCA_FREE) socca_text_puts(&t, text);
  if (v->state == SOCCA_FIXED) socca_text_puts(&t, socca_format_short(v->number, number));
  return t.s;
}

/* A position off the data is legal, but seldom meant. Longitudes count in any turn. */
static void check_reach(const socca_parameters *p, const socca_bound *b)
{
  enum { TURN = 360 };
  const double tail = 1e-9; /* of a prior without ends */
  double lower = b->number, upper = b->number;
  if (!b->where || b->broken || !(b->data_low < b->data_high) || b->state == SOCCA_TIED) return;
  if (b->state == SOCCA_FREE) {
    lower = socca_prior_quantile(&b->prior, tail);
    upper = socca_prior_quantile(&b->prior, 1 - tail);
  }
  double off = b->quantity == SOCCA_LONGITUDE && !strcmp(b->unit, "deg")
                   ? TURN * rint((b->data_low + b->data_high - lower - upper) / (2 * TURN))
                   : 0;
  if (!(upper + off < b->data_low || lower + off > b->data_high)) return;
  socca_message(p->journal, SOCCA_LOG_WARN,
                "%s: %s%s = %s lies wholly outside the data, which reach from %.9g to %.9g%s%s",
                b->where, b->state == SOCCA_FREE ? "the prior of " : "", b->name, b->value,
                b->data_low, b->data_high, *b->unit ? " " : "", b->unit);
}

/* `where`: of the text's first character. */
static socca_status bind(socca_parameters *p, socca_bound *b, const char *where, const char *text)
{
  socca_value v;
  socca_status s = socca_value_read(p->journal, p->units, where, text, b->unit, b->quantity, &v);
  b->broken = s != SOCCA_OK;
  if (s != SOCCA_OK) return s;
  free(b->value);
  b->value = shown(&v);
  b->state = v.state;
  b->number = v.state == SOCCA_FIXED ? v.number : NAN;
  b->prior = v.prior;
  if (v.state == SOCCA_TIED) {
    b->tie = socca_strdup(v.tie);
    b->tie_where = socca_where_shift(where, text, (size_t)(v.tie - text));
    if (!b->tie || !b->tie_where) return socca_no_memory(p->journal);
  }
  if (!b->value) return socca_no_memory(p->journal);
  check_range(p, b);
  check_reach(p, b);
  return b->broken ? SOCCA_E_INPUT : SOCCA_OK;
}

/* No value and no default. Said at the end, when it is known which keys of the map nobody looked for: a misspelt
 * one is the cause. */
static socca_status missing(socca_parameters *p, socca_bound *b)
{
  const char *key = NULL, *dot = strrchr(b->name, '.');
  const socca_node *map = p->tree ? socca_tree_missed(p->tree, &key) : NULL;
  b->missing = 1;
  if (!map || !key || strcmp(key, dot ? dot + 1 : b->name) != 0) return SOCCA_OK;
  b->map = map;
  b->key = key;
  return SOCCA_OK;
}

static void report_missing(socca_parameters *p)
{
  for (uint32_t i = 0; i < p->npar; i++) {
    socca_bound *b = &p->all.b[i];
    if (!b->missing) continue;
    b->broken = 1;
    if (!b->map || !socca_node_misspelt(p->journal, b->map, b->key, 0))
      socca_node_error(p->journal, b->map, "%s has no value: give a number, a prior or '= ...'",
                       b->name);
  }
}

/* The text node of a value that may be a map {value: ..., unit: ...}; unit: NULL, or the node of one. */
static const socca_node *unwrap(const socca_node *n, const socca_node **unit)
{
  *unit = NULL;
  if (!socca_node_is_map(n)) return n;
  *unit = socca_node_get(n, "unit");
  return socca_node_get(n, "value");
}

static socca_status bind_node(socca_parameters *p, socca_bound *b, const socca_node *n,
                              const socca_node *value)
{
  socca_status s = SOCCA_E_INPUT;
  b->where = socca_strdup(socca_node_where(value ? value : n));
  b->broken = 1;
  if (!b->where) return socca_no_memory(p->journal);
  if (!value)
    return socca_node_error(p->journal, n, "%s has no value: 'value' is missing", b->name);
  if (!socca_node_text(value))
    return socca_node_error(p->journal, value, "%s: expected a number, a prior or '= ...'",
                            b->name);
  if (!socca_node_is_broken(value)) {
    b->broken = 0;
    s = bind(p, b, socca_node_inside(value), socca_node_text(value));
  }
  if (s != SOCCA_OK) socca_node_set_failed(value);
  return s;
}

socca_status socca_parameters_declare(socca_parameters *p, const socca_param *param,
                                      const socca_node *n, uint32_t *index)
{
  socca_bound *b;
  const socca_node *unit;
  if (index) *index = p->all.n;
  for (uint32_t i = 0; i < p->all.n && p->all.n < MAX_PARAMETERS; i++)
    if (strcmp(p->all.b[i].name, param->name) == 0)
      return socca_error(p->journal, SOCCA_E_BUG, "the model declares %s twice", param->name);
  socca_status s = append(p, &p->all, param, &b);
  p->npar = p->all.n;
  if (s != SOCCA_OK) return s;
  if (!n && !param->fallback) return missing(p, b);
  if (!n) return bind(p, b, "its default value", param->fallback);
  p->tree = socca_node_tree(n);
  const socca_node *value = unwrap(n, &unit);
  const char *text = socca_node_text(unit);
  if (unit && (!text || strcmp(text, b->unit) != 0)) {
    b->broken = 1;
    return socca_node_error(p->journal, unit, "the unit of %s is '%s'", b->name, b->unit);
  }
  return bind_node(p, b, n, value);
}

static socca_status check_name(const socca_parameters *p, const socca_node *n, const char *name)
{
  if (socca_name_length(name) != strlen(name) || strchr(name, '.'))
    return socca_node_error(p->journal, n,
                            "'%.60s' is no name: letters, digits and '_', no digit in front", name);
  if (socca_is_function(name) || strcmp(name, "pi") == 0 || socca_units_known(p->units, name))
    return socca_node_error(p->journal, n, "'%s' has a meaning of its own in expressions", name);
  return SOCCA_OK;
}

socca_status socca_parameters_auxiliary(socca_parameters *p, const socca_node *map)
{
  const char *name;
  const socca_node *n, *unit;
  socca_status first = SOCCA_OK;
  if (map && !socca_node_is_map(map) && !(socca_node_text(map) && !*socca_node_text(map)))
    return socca_node_error(p->journal, map, "expected names and values: 'ratio: uniform(0, 1)'");
  if (map) p->tree = socca_node_tree(map);
  for (size_t i = 0; (n = socca_node_item(map, i, &name)); i++) {
    socca_bound *b;
    socca_node_get(map, name);
    const socca_node *value = unwrap(n, &unit);
    socca_param param = { .name = name,
                          .unit = unit ? socca_node_text(unit) : "",
                          .quantity = SOCCA_LENGTH };
    socca_status s = check_name(p, n, name);
    if (s == SOCCA_OK && unit && !param.unit)
      s = socca_node_error(p->journal, unit, "expected the name of a unit");
    if (s == SOCCA_OK) s = append(p, &p->auxiliary, &param, &b);
    if (s == SOCCA_OK) s = bind_node(p, b, n, value);
    if (first == SOCCA_OK) first = s;
  }
  return first;
}

/* Auxiliary parameters come after the declared ones, whose names they cannot have. */
static socca_status join(socca_parameters *p)
{
  socca_bound_list *all = &p->all, *more = &p->auxiliary;
  if (more->n == 0) return SOCCA_OK;
  socca_bound *b = socca_realloc(all->b, all->n + more->n, sizeof *b);
  if (!b) return socca_no_memory(p->journal);
  all->b = b;
  for (uint32_t i = 0; i < more->n; i++)
    for (uint32_t k = 0; k < all->n; k++)
      if (strcmp(all->b[k].name, more->b[i].name) == 0)
        socca_bound_error(p, &more->b[i], "the model has a parameter '%s' already",
                          more->b[i].name);
  memcpy(all->b + all->n, more->b, more->n * sizeof *b);
  all->room = all->n += more->n;
  more->n = 0;
  return SOCCA_OK;
}

static socca_status number_free(socca_parameters *p)
{
  size_t n = p->all.n;
  p->free = socca_calloc(n, sizeof *p->free);
  p->coordinate = socca_calloc(n, sizeof *p->coordinate);
  p->fixed = socca_calloc(n, sizeof *p->fixed);
  if (!p->free || !p->coordinate || !p->fixed) return socca_no_memory(p->journal);
  for (uint32_t i = 0; i < n; i++) {
    socca_bound *b = &p->all.b[i];
    p->fixed[i] = b->number;
    if (b->state != SOCCA_FREE) continue;
    double span = b->prior.upper - b->prior.lower;
    if (b->declared > 0 && socca_prior_is_uniform(&b->prior) &&
        fabs(span - b->declared) <= 1e-9 * b->declared)
      b->period = span;
    b->free = p->ndim;
    p->free[p->ndim++] = i;
  }
  return SOCCA_OK;
}

/* One name in `periodic:`. */
static socca_status make_periodic(socca_parameters *p, const socca_node *n)
{
  const char *name = socca_node_text(n), *near = NULL;
  const char **names = socca_calloc(p->ndim, sizeof *names);
  socca_bound *found = NULL;
  if (!names) return socca_no_memory(p->journal);
  for (uint32_t k = 0; k < p->ndim; k++) {
    names[k] = p->all.b[p->free[k]].name;
    if (name && strcmp(names[k], name) == 0) found = &p->all.b[p->free[k]];
  }
  if (!found && name) near = socca_nearest(name, names, p->ndim);
  free(names);
  if (!found && near)
    return socca_node_error(p->journal, n, "unknown free parameter '%.60s'; did you mean '%s'?",
                            name, near);
  if (!found)
    return socca_node_error(p->journal, n, "expected the name of a free parameter, or none");
  if (!socca_prior_is_uniform(&found->prior))
    return socca_node_error(p->journal, n, "%s cannot be periodic: its prior is not uniform",
                            found->name);
  found->period = found->prior.upper - found->prior.lower;
  return SOCCA_OK;
}

static socca_status set_periodic(socca_parameters *p, const socca_node *n)
{
  const char *text = socca_node_text(n);
  const socca_node *item;
  socca_status first = SOCCA_OK;
  if (!n || (text && strcmp(text, "auto") == 0)) return SOCCA_OK;
  for (uint32_t k = 0; k < p->ndim; k++) p->all.b[p->free[k]].period = 0;
  if (text) return strcmp(text, "none") == 0 ? SOCCA_OK : make_periodic(p, n);
  if (!socca_node_is_list(n))
    return socca_node_error(p->journal, n, "expected none, auto or a list of names");
  for (size_t i = 0; (item = socca_node_item(n, i, NULL)); i++) {
    socca_status s = make_periodic(p, item);
    if (first == SOCCA_OK) first = s;
  }
  return first;
}

socca_status socca_parameters_finish(socca_parameters *p, const socca_node *periodic)
{
  socca_status s = join(p), r;
  if (s == SOCCA_OK) s = number_free(p);
  if (s != SOCCA_OK) return s;
  report_missing(p);
  s = socca_parameters_resolve(p);
  r = set_periodic(p, periodic);
  for (uint32_t k = 0; k < p->ndim; k++) {
    const socca_bound *b = &p->all.b[p->free[k]];
    p->coordinate[k] =
        (socca_free){ b->name,        b->unit,   b->prior.lower,
                      b->prior.upper, b->period, p->free[k] < p->npar ? p->free[k] : UINT32_MAX };
  }
  for (uint32_t i = 0; s == SOCCA_OK && i < p->all.n; i++)
    if (p->all.b[i].broken) s = SOCCA_E_INPUT;
  return s != SOCCA_OK ? s : r;
}
