/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <base/text.h>
#include <document/expression.h>
#include <config/value.h>

typedef struct context {
  socca_journal *journal;
  const socca_units *units;
  const char *where, *text, *unit;
  uint32_t quantity;
} context;

SOCCA_PRINTF(3, 4)
static socca_status wrong(const context *x, size_t offset, const char *fmt, ...)
{
  va_list ap;
  char *where = offset ? socca_where_shift(x->where, x->text, offset) : NULL;
  va_start(ap, fmt);
  socca_verror_at(x->journal, where ? where : x->where, fmt, ap);
  va_end(ap);
  free(where);
  return SOCCA_E_INPUT;
}

static const char *skip(const char *s)
{
  while (*s == ' ' || *s == '\t' || *s == '\n') s++;
  return s;
}

static int is_digit(char c)
{
  return c >= '0' && c <= '9';
}

/* 12:30:15.2, 12h30m15.2s, -10d30m15s: 1 if it is one, 0 if it is something else, -1 if it is a wrong one. */
static int sexagesimal(const char *s, uint32_t quantity, double *degrees)
{
  double v[3] = { 0, 0, 0 };
  s = skip(s);
  int negative = *s == '-', hours = quantity == SOCCA_LONGITUDE, n = 0;
  if (*s == '-' || *s == '+') s++;
  const char *first = s;
  while (is_digit(*first)) first++;
  if (first == s || !*first || !strchr(":hd", *first)) return 0;
  char separator = *first;
  if (separator != ':' && !is_digit(*skip(first + 1)) && *skip(first + 1)) return 0; /* "10deg" */
  if (separator != ':') hours = separator == 'h';
  const char *mark = separator == ':' ? "::" : hours ? "hms" : "dms";
  for (; n < 3 && is_digit(*s); n++) {
    s = socca_scan_double(s, &v[n]);
    if (*s && *s == mark[n])
      s = skip(s + 1);
    else if (*skip(s))
      return -1;
    if (is_digit(*s) && floor(v[n]) != v[n]) return -1;
  }
  if (*skip(s) || (separator == ':' && n != 3) || v[1] >= 60 || v[2] >= 60) return -1;
  *degrees = (v[0] * 3600 + v[1] * 60 + v[2]) / (hours ? 240 : 3600);
  if (quantity == SOCCA_LATITUDE ? hours || *degrees > 90 : *degrees > 360) return -1;
  if (negative) *degrees = -*degrees;
  return 1;
}

/* YAML's and C's names of what is no number: .nan, -.inf, inf */
static int is_unbounded(const char *s)
{
  s = skip(s);
  if (*s == '-' || *s == '+') s++;
  if (*s == '.') s++;
  return (!strncasecmp(s, "nan", 3) || !strncasecmp(s, "inf", 3)) && !*skip(s + 3);
}

static socca_status number(const context *x, double *out)
{
  socca_expression *e = NULL;
  int position = x->quantity == SOCCA_LONGITUDE || x->quantity == SOCCA_LATITUDE;
  int found = position ? sexagesimal(x->text, x->quantity, out) : 0;
  if (found < 0 || (!found && strchr(x->text, ':')))
    return wrong(
        x, 0, position ? "not a sexagesimal position: %s" : "sexagesimal values are for positions",
        x->quantity == SOCCA_LATITUDE ? "write -10:30:15.2 or -10d30m15.2s, at most 90 deg"
                                      : "write 12:30:15.2 or 12h30m15.2s, at most 24 h");
  if (is_unbounded(x->text)) return wrong(x, 0, "'%.20s' is not a finite number", x->text);
  if (found) {
    double factor = 1;
    const char *why = NULL;
    if (x->unit && socca_units_factor(x->units, "deg", x->unit, x->quantity, &factor, &why))
      return wrong(x, 0, "a sexagesimal position does not fit here, where positions are in '%s'",
                   x->unit);
    *out *= factor;
    return SOCCA_OK;
  }
  socca_status s = socca_expression_compile(x->journal, x->where, x->text, x->units, x->unit,
                                            x->quantity, NULL, 0, &e);
  if (s != SOCCA_OK) return s;
  *out = socca_expression_value(e, NULL);
  socca_expression_free(e);
  return isfinite(*out) ? SOCCA_OK : wrong(x, 0, "this is not a finite number");
}

/* The argument at x->text + offset, n bytes long. */
static socca_status argument(const context *x, const char *at, size_t n, int has_unit, double *out)
{
  context inner = *x;
  const char *first = skip(at); /* what messages show and count from */
  n -= (size_t)(first - at);
  at = first;
  char *copy = socca_calloc(n + 1, 1), *where;
  where = socca_where_shift(x->where, x->text, (size_t)(at - x->text));
  socca_status s = SOCCA_E_NOMEM;
  if (copy && where) {
    memcpy(copy, at, n);
    inner.text = copy;
    inner.where = where;
    if (!has_unit) inner.unit = NULL, inner.quantity = SOCCA_PLAIN;
    s = number(&inner, out);
  }
  free(copy);
  free(where);
  return s;
}

/* Reads "(a, b)" after the name and looks at what stands behind it. */
static socca_status arguments(const context *x, const char *open, const socca_prior_kind *kind,
                              double *args)
{
  const char *at[SOCCA_PRIOR_ARGS + 1], *p = open + 1;
  unsigned n = 0, want = socca_prior_nargs(kind);
  socca_status status = SOCCA_OK;
  at[0] = p;
  for (int depth = 1; *p && depth > 0; p++) {
    depth += (*p == '(') - (*p == ')');
    if (depth > 1 || (depth == 1 && *p != ',')) continue;
    n += depth == 1 || n > 0 || *skip(at[0]) != ')';
    if (n > 0 && n <= want) at[n] = p + 1;
  }
  if (p[-1] != ')' || p == open + 1) return wrong(x, (size_t)(open - x->text), "'(' is not closed");
  size_t rest = (size_t)(skip(p) - x->text);
  if (socca_name_length(x->text + rest))
    return wrong(x, rest, "units go inside a prior's parentheses: uniform(0 arcsec, 1 arcsec)");
  if (x->text[rest])
    return wrong(x, rest,
                 "a prior must stand alone: put the rest into its arguments or into a tie");
  if (n != want)
    return wrong(x, 0, "%u argument%s where there should be %u: %s", n, n == 1 ? "" : "s", want,
                 socca_prior_signature(kind));
  for (unsigned i = 0; i < n; i++) {
    size_t length = (size_t)(at[i + 1] - at[i]) - 1;
    socca_status s = argument(x, at[i], length, socca_prior_arg_has_unit(kind, i), &args[i]);
    if (status == SOCCA_OK) status = s;
  }
  return status;
}

static socca_status prior(const context *x, const char *name, const char *open, socca_prior *out)
{
  const socca_prior_kind *kind = socca_prior_find(name);
  const char *const *names = socca_prior_names(), *near, *why = NULL;
  size_t n = 0;
  while (names[n]) n++;
  size_t offset = (size_t)(skip(x->text) - x->text);
  if (!kind && (near = socca_nearest(name, names, n)))
    return wrong(x, offset, "unknown prior '%s'; did you mean '%s'?", name, near);
  if (!kind && (near = socca_nearest_function(name)))
    return wrong(x, offset, "unknown function '%s'; did you mean '%s'?", name, near);
  if (!kind) return wrong(x, offset, "unknown prior or function '%s'", name);
  double args[SOCCA_PRIOR_ARGS] = { 0 };
  socca_status s = arguments(x, open, kind, args);
  if (s != SOCCA_OK) return s;
  if (strcmp(name, "sine") == 0 && x->unit && *x->unit && strcmp(x->unit, "rad") != 0)
    return wrong(x, offset, "the prior 'sine' is for angles in rad; this value is in '%s'",
                 x->unit);
  if (socca_prior_make(kind, args, out, &why) == SOCCA_OK) return SOCCA_OK;
  return wrong(x, offset, "%s: %s", socca_prior_signature(kind), why);
}

/* NAME( at the start where NAME is no function: a prior, if only a misspelt one. */
static const char *prior_call(const char *text, char *name, size_t room)
{
  const char *s = skip(text), *open;
  size_t n = socca_name_length(s);
  if (n == 0 || n >= room || *(open = skip(s + n)) != '(') return NULL;
  memcpy(name, s, n);
  name[n] = '\0';
  return socca_is_function(name) ? NULL : open;
}

socca_status socca_value_read(socca_journal *j, const socca_units *units, const char *where,
                              const char *text, const char *unit, uint32_t quantity,
                              socca_value *out)
{
  context x = { j, units, where, text, unit, quantity };
  char name[64];
  const char *s = skip(text), *open;
  *out = (socca_value){ 0 };
  if (*s == '=') {
    out->state = SOCCA_TIED;
    out->tie = skip(s + 1);
    return *out->tie ? SOCCA_OK : wrong(&x, 0, "an expression is missing after '='");
  }
  if ((open = prior_call(text, name, sizeof name))) {
    out->state = SOCCA_FREE;
    return prior(&x, name, open, &out->prior);
  }
  out->state = SOCCA_FIXED;
  return number(&x, &out->number);
}

socca_status socca_value_number(socca_journal *j, const socca_units *units, const char *where,
                                const char *text, const char *unit, uint32_t quantity, double *out)
{
  socca_value v;
  context x = { j, units, where, text, unit, quantity };
  socca_status s = socca_value_read(j, units, where, text, unit, quantity, &v);
  if (s != SOCCA_OK) return s;
  if (v.state != SOCCA_FIXED) return wrong(&x, 0, "only a number can stand here");
  *out = v.number;
  return SOCCA_OK;
}

socca_status socca_node_number(socca_journal *j, const socca_units *units, const socca_node *n,
                               const char *unit, uint32_t quantity, double *out)
{
  const char *text = socca_node_text(n);
  if (!text) return socca_node_error(j, n, "expected a number, not a map or list");
  if (socca_node_is_broken(n)) return SOCCA_E_INPUT;
  socca_status s = socca_value_number(j, units, socca_node_inside(n), text, unit, quantity, out);
  if (s != SOCCA_OK) socca_node_set_failed(n);
  return s;
}
