/* SPDX-License-Identifier: BSD-3-Clause */
/* Ties between parameters, and the values and derivatives of all parameters from the free ones. */
#include "config.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <base/text.h>
#include <config/bound.h>

/* Does the tie name a parameter of a component that could not be read, none of whose parameters are known? Then
 * that was the cause. */
static int hangs_on_failure(const socca_parameters *p, const char *tie, const char *const *names)
{
  for (size_t n; *tie; tie += n ? n : 1) {
    uint32_t k = 0;
    n = socca_name_length(tie);
    const char *dot = memchr(tie, '.', n);
    if (!dot || !p->tree) continue;
    size_t component = (size_t)(dot - tie);
    while (k < p->all.n && strncmp(names[k], tie, component + 1) != 0) k++;
    if (k == p->all.n && socca_tree_has_failed(p->tree, tie, component)) return 1;
  }
  return 0;
}

static socca_status compile(socca_parameters *p)
{
  const char **names = socca_calloc(p->all.n, sizeof *names);
  socca_status first = names ? SOCCA_OK : SOCCA_E_NOMEM;
  for (uint32_t i = 0; names && i < p->all.n; i++) names[i] = p->all.b[i].name;
  for (uint32_t i = 0; names && i < p->all.n; i++) {
    socca_bound *b = &p->all.b[i];
    if (b->state != SOCCA_TIED || b->broken) continue;
    if ((b->broken = hangs_on_failure(p, b->tie, names))) continue;
    socca_status s = socca_expression_compile(p->journal, b->tie_where, b->tie, p->units, b->unit,
                                              b->quantity, names, p->all.n, &b->expression);
    b->broken = s != SOCCA_OK;
    if (first == SOCCA_OK) first = s;
  }
  free(names);
  return first;
}

/* A tied parameter that b needs and that has no value yet; NULL: all have. */
static socca_bound *waits_for(const socca_parameters *p, const socca_bound *b, const char *done)
{
  size_t at = 0;
  uint32_t i;
  while (b->expression && socca_expression_uses(b->expression, &at, &i))
    if (!done[i]) return &p->all.b[i];
  return NULL;
}

/* Names the circle that b leads into, unless that was done. seen[]: 1 + the round of the walk. */
static socca_status circle(socca_parameters *p, socca_bound *b, const char *done, uint32_t *seen,
                           uint32_t round)
{
  for (; !seen[b - p->all.b]; b = waits_for(p, b, done)) seen[b - p->all.b] = round;
  if (seen[b - p->all.b] != round) return SOCCA_OK;
  socca_text t = { 0 };
  const socca_bound *next = b;
  do {
    next = waits_for(p, next, done);
    socca_text_printf(&t, " -> %s", next->name);
  } while (next != b && t.n < 1000);
  socca_status s = socca_bound_error(p, b, "ties in a circle: %s%s", b->name, t.s ? t.s : "");
  socca_text_free(&t);
  return s;
}

static socca_status put_in_order(socca_parameters *p)
{
  uint32_t n = p->all.n, before, round = 0, *seen = socca_calloc(n, sizeof *seen);
  char *done = socca_calloc(n, 1);
  socca_status s = SOCCA_OK;
  p->tied = socca_calloc(n, sizeof *p->tied);
  if (!seen || !done || !p->tied) s = socca_no_memory(p->journal);
  for (uint32_t i = 0; s == SOCCA_OK && i < n; i++) done[i] = !p->all.b[i].expression;
  do {
    before = p->nties;
    for (uint32_t i = 0; s == SOCCA_OK && i < n; i++)
      if (!done[i] && !waits_for(p, &p->all.b[i], done)) done[i] = 1, p->tied[p->nties++] = i;
  } while (p->nties > before);
  int good = s == SOCCA_OK;
  for (uint32_t i = 0; good && i < n; i++) {
    socca_status r = done[i] ? SOCCA_OK : circle(p, &p->all.b[i], done, seen, ++round);
    if (s == SOCCA_OK) s = r;
  }
  free(seen);
  free(done);
  return s;
}

static int legal(const socca_bound *b, double x)
{
  return isfinite(x) && x >= b->low && x <= b->high;
}

/* Ties to numbers alone have their value now: a wrong one is an error of the file. What depends on a free
 * parameter is NaN here. */
static void check_constant(socca_parameters *p)
{
  char value[32], low[32], high[32];
  for (uint32_t k = 0; k < p->nties; k++) {
    socca_bound *b = &p->all.b[p->tied[k]];
    int constant = !b->broken;
    uint32_t i;
    for (size_t at = 0; constant && socca_expression_uses(b->expression, &at, &i);)
      constant = !isnan(p->fixed[i]);
    if (!constant) continue;
    double x = p->fixed[p->tied[k]] = socca_expression_value(b->expression, p->fixed);
    if (legal(b, x)) continue;
    if (!isfinite(x))
      socca_bound_error(p, b, "%s = %.60s is not a finite number", b->name, b->tie);
    else
      socca_bound_error(p, b, "%s = %.60s is %s, outside its legal range, %s to %s", b->name,
                        b->tie, socca_format_short(x, value), socca_format_short(b->low, low),
                        socca_format_short(b->high, high));
  }
}

socca_status socca_parameters_resolve(socca_parameters *p)
{
  socca_status s = compile(p), r;
  if (s == SOCCA_E_NOMEM) return s;
  r = put_in_order(p);
  if (s == SOCCA_OK) s = r;
  if (r == SOCCA_OK) check_constant(p);
  return s;
}

uint32_t socca_parameters_npar(const socca_parameters *p)
{
  return p->npar;
}

uint32_t socca_parameters_count(const socca_parameters *p)
{
  return p->all.n;
}

uint32_t socca_parameters_ndim(const socca_parameters *p)
{
  return p->ndim;
}

const socca_free *socca_parameters_free_at(const socca_parameters *p, uint32_t i)
{
  return i < p->ndim ? &p->coordinate[i] : NULL;
}

const socca_prior *socca_parameters_prior(const socca_parameters *p, uint32_t i)
{
  return i < p->ndim ? &p->all.b[p->free[i]].prior : NULL;
}

void socca_parameters_info(const socca_parameters *p, uint32_t i, socca_parameter_info *out)
{
  const socca_bound *b = &p->all.b[i];
  double period = b->state == SOCCA_TIED ? b->declared : b->period;
  *out = (socca_parameter_info){ b->name, b->unit, b->help,     b->state, b->value,
                                 period,  b->free, b->quantity, b->low,   b->high };
}

uint32_t socca_parameters_fill(const socca_parameters *p, const double *theta, double *all)
{
  memcpy(all, p->fixed, p->all.n * sizeof *all);
  for (uint32_t k = 0; k < p->ndim; k++) all[p->free[k]] = theta[k];
  for (uint32_t k = 0; k < p->nties; k++) {
    uint32_t i = p->tied[k];
    all[i] = socca_expression_value(p->all.b[i].expression, all);
    if (!legal(&p->all.b[i], all[i])) return i + 1;
  }
  return 0;
}

void socca_parameters_pull(const socca_parameters *p, const double *all, const double *gradient,
                           double *work, double *out)
{
  memset(work, 0, p->all.n * sizeof *work);
  memcpy(work, gradient, p->npar * sizeof *work);
  for (uint32_t k = p->nties; k-- > 0;) {
    double g = work[p->tied[k]];
    if (g != 0) socca_expression_pull(p->all.b[p->tied[k]].expression, all, g, work);
  }
  for (uint32_t k = 0; k < p->ndim; k++) out[k] = work[p->free[k]];
}

/* A tie's text without the blanks that do not matter. */
static void add_tie(socca_text *t, const char *s)
{
  for (; *s; s++) {
    if (*s != ' ' && *s != '\t' && *s != '\n') socca_text_add(t, s, 1);
    if (socca_name_length(s) == 0 && !(*s >= '0' && *s <= '9')) continue;
    const char *next = s + 1;
    while (*next == ' ' || *next == '\t' || *next == '\n') next++;
    if (next > s + 1 && socca_name_length(next)) socca_text_puts(t, " ");
  }
}

void socca_parameters_identity(const socca_parameters *p,
                               void (*item)(void *arg, const char *name, const char *value),
                               void *arg)
{
  socca_text t = { 0 };
  char number[32];
  for (uint32_t i = 0; i < p->all.n; i++) {
    const socca_bound *b = &p->all.b[i];
    socca_text_clear(&t);
    if (b->state == SOCCA_FIXED) socca_text_puts(&t, socca_format_double(b->number, number));
    if (b->state == SOCCA_TIED) socca_text_puts(&t, "= "), add_tie(&t, b->tie);
    for (unsigned k = 0; b->state == SOCCA_FREE && k < socca_prior_nargs(b->prior.kind); k++)
      socca_text_printf(&t, "%s%s", k ? ", " : socca_prior_name(&b->prior), k ? "" : "("),
          socca_text_puts(&t, socca_format_double(b->prior.a[k], number));
    if (b->state == SOCCA_FREE) socca_text_puts(&t, ")");
    if (b->period > 0) socca_text_puts(&t, " periodic");
    if (*b->unit) socca_text_printf(&t, " %s", b->unit);
    item(arg, b->name, t.s ? t.s : "");
  }
  socca_text_free(&t);
}
