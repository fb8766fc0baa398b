/* SPDX-License-Identifier: BSD-3-Clause */
/* Recursive descent from text to a postfix program; what is constant is folded at once.
 *   sum     = product { ("+" | "-") product }         power   = primary [ unit ] [ "^" signed ]
 *   product = signed { ("*" | "/") signed }           primary = number | name | function "(" sum { "," sum } ")"
 *   signed  = ("-" | "+") signed | power                      | "(" sum ")" */
#include "config.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <base/text.h>
#include <maths/prior.h>
#include <document/program.h>

enum { MAX_TEXT = 4000, MAX_NESTING = 60, MAX_NAME = 200 };

static const char *const functions[] = {
#define NAME(name, ...) #name,
  SOCCA_UNARY(NAME) SOCCA_BINARY(NAME)
#undef NAME
};
enum { NFUNCTIONS = sizeof functions / sizeof *functions };

typedef struct parser {
  socca_journal *journal;
  const char *where, *text, *p, *unit;
  const socca_units *units;
  uint32_t quantity;
  const char *const *names;
  size_t n;
  int nesting, numeric; /* the last primary can carry a unit */
  socca_status status;
  size_t ncode, nconst, used; /* slots of the stack in use */
  socca_instruction code[SOCCA_CODE_MAX];
  double constant[SOCCA_CODE_MAX];
} parser;

int socca_is_function(const char *name)
{
  for (size_t i = 0; i < NFUNCTIONS; i++)
    if (strcmp(functions[i], name) == 0) return 1;
  return 0;
}

const char *socca_nearest_function(const char *name)
{
  return socca_nearest(name, functions, NFUNCTIONS);
}

char *socca_where_shift(const char *where, const char *text, size_t offset)
{
  socca_text t = { 0 };
  size_t columns = 0, digits = strlen(where);
  int64_t column;
  for (size_t i = 0; i < offset; i++) columns += ((unsigned char)text[i] & 0xC0U) != 0x80;
  while (digits > 0 && where[digits - 1] >= '0' && where[digits - 1] <= '9') digits--;
  if (digits > 0 && where[digits - 1] == ':' && socca_parse_int64(where + digits, &column) == 0) {
    socca_text_add(&t, where, digits);
    socca_text_printf(&t, "%lld", (long long)column + (long long)columns);
  } else {
    socca_text_printf(&t, "%s, column %zu", where, columns + 1);
  }
  if (t.failed) socca_text_free(&t);
  return t.s;
}

/* The first error ends the parsing. */
SOCCA_PRINTF(3, 4) static void wrong(parser *q, const char *at, const char *fmt, ...)
{
  if (q->status != SOCCA_OK) return;
  va_list ap;
  char *where = socca_where_shift(q->where, q->text, (size_t)(at - q->text));
  va_start(ap, fmt);
  q->status = socca_verror_at(q->journal, where ? where : q->where, fmt, ap);
  va_end(ap);
  free(where);
}

static void emit(parser *q, uint32_t op, size_t at)
{
  if (q->status != SOCCA_OK) return;
  int leaf = op == SOCCA_OP_CONST || op == SOCCA_OP_VAR, binary = socca_op_is_binary(op);
  if (!leaf && q->code[q->ncode - 1].op == SOCCA_OP_CONST &&
      (!binary || (at + 2 == q->ncode && q->code[at].op == SOCCA_OP_CONST))) {
    double b = q->constant[q->nconst - 1], a = binary ? q->constant[q->nconst - 2] : 0;
    q->ncode -= (size_t)binary;
    q->nconst -= (size_t)binary;
    q->used -= (size_t)binary;
    q->constant[q->nconst - 1] = socca_op_apply(op, a, b);
    return;
  }
  q->used += (size_t)leaf;
  q->used -= (size_t)binary;
  if (q->ncode == SOCCA_CODE_MAX || q->used > SOCCA_STACK_MAX)
    return wrong(q, q->p, "this expression is too long or too deeply nested");
  q->code[q->ncode++] = (socca_instruction){ op, (uint32_t)at };
}

static void emit_constant(parser *q, double x)
{
  if (q->nconst < SOCCA_CODE_MAX) q->constant[q->nconst] = x;
  emit(q, SOCCA_OP_CONST, q->nconst++);
}

static char next(parser *q)
{
  while (*q->p == ' ' || *q->p == '\t' || *q->p == '\n') q->p++;
  return *q->p;
}

static int accept(parser *q, char c)
{
  if (q->status != SOCCA_OK || next(q) != c) return 0;
  q->p++;
  return 1;
}

static int starts_name(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

size_t socca_name_length(const char *s)
{
  size_t n = 0;
  while (starts_name(s[n]) || (n > 0 && s[n] >= '0' && s[n] <= '9') ||
         (n > 0 && s[n] == '.' && starts_name(s[n + 1])))
    n++;
  return n;
}

/* Copies the name at the cursor and steps over it. */
static void take_name(parser *q, char *name)
{
  size_t n = socca_name_length(q->p);
  if (n > MAX_NAME) wrong(q, q->p, "this name is too long");
  size_t keep = n > MAX_NAME ? MAX_NAME : n;
  memcpy(name, q->p, keep);
  name[keep] = '\0';
  q->p += n;
}

static size_t find(const parser *q, const char *name)
{
  size_t k = 0;
  while (k < q->n && strcmp(q->names[k], name) != 0) k++;
  return k;
}

static int character(const char *s)
{
  unsigned char c = (unsigned char)*s;
  return c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

static void sum(parser *);
static void sign(parser *);

static void call(parser *q, const char *name, const char *at)
{
  uint32_t op = SOCCA_OP_square + 1, count = 0;
  size_t k = 0, left = 0;
  while (k < NFUNCTIONS && strcmp(functions[k], name) != 0) k++;
  const char *near = socca_nearest_function(name);
  if (k == NFUNCTIONS && socca_prior_find(name))
    return wrong(q, at, "a prior must stand alone: %s",
                 socca_prior_signature(socca_prior_find(name)));
  if (k == NFUNCTIONS && near)
    return wrong(q, at, "unknown function '%s'; did you mean '%s'?", name, near);
  if (k == NFUNCTIONS) return wrong(q, at, "unknown function '%s'", name);
  op += (uint32_t)k;
  const char *open = q->p++;
  do {
    sum(q);
    if (count++ > 0 && socca_op_is_binary(op)) emit(q, op, left);
    left = q->ncode - 1;
  } while (accept(q, ','));
  if (!accept(q, ')'))
    return wrong(q, *q->p ? q->p : open, *q->p ? "expected ',' or ')'" : "'(' is not closed");
  int any = op == SOCCA_OP_min || op == SOCCA_OP_max;
  if (!socca_op_is_binary(op) && count != 1)
    return wrong(q, at, "%s takes one argument, not %u", name, count);
  if (socca_op_is_binary(op) && (count < 2 || (count > 2 && !any)))
    return wrong(q, at, "%s takes two arguments, not %u", name, count);
  if (!socca_op_is_binary(op)) emit(q, op, 0);
  q->numeric = 1;
}

static void variable(parser *q)
{
  char name[MAX_NAME + 1];
  const char *at = q->p, *near;
  take_name(q, name);
  size_t k = find(q, name);
  if (k == q->n && next(q) == '(') return call(q, name, at);
  if (k < q->n) return emit(q, SOCCA_OP_VAR, k);
  q->numeric = strcmp(name, "pi") == 0;
  if (q->numeric) return emit_constant(q, M_PI);
  if ((near = socca_nearest(name, q->names, q->n)))
    return wrong(q, at, "unknown name '%s'; did you mean '%s'?", name, near);
  if (q->names) return wrong(q, at, "unknown name '%s'", name);
  wrong(q, at, "'%s' is not a number; a value tied to other parameters begins with '='", name);
}

static void primary(parser *q)
{
  double x;
  char c = next(q);
  const char *at = q->p, *end;
  q->numeric = 0;
  if (starts_name(c)) return variable(q);
  if ((end = socca_scan_double(q->p, &x)) != q->p) {
    q->p = end;
    q->numeric = 1;
    if (!isfinite(x)) return wrong(q, at, "this number is too large");
    return emit_constant(q, x);
  }
  if (accept(q, '(')) {
    sum(q);
    q->numeric = accept(q, ')');
    if (!q->numeric) wrong(q, *q->p ? q->p : at, *q->p ? "expected ')'" : "'(' is not closed");
    return;
  }
  if (c == '\0')
    wrong(q, q->p, q->p == q->text ? "a value is missing" : "something is missing at the end");
  else if (c == '*' && at > q->text && at[-1] == '*')
    wrong(q, at - 1, "'**' is not an operator here: powers are written with '^'");
  else
    wrong(q, at, "unexpected '%.*s'", character(at), at);
}

/* A name right after a number or ')' can only be a unit. */
static void suffix(parser *q)
{
  char name[MAX_NAME + 1];
  const char *at = q->p, *why = NULL;
  double num = 1, den = 1;
  take_name(q, name);
  size_t left = q->ncode - 1;
  if (find(q, name) < q->n || strcmp(name, "pi") == 0 || next(q) == '(')
    return wrong(q, at, "an operator is missing before '%s'", name);
  if (!q->unit || !q->units) return wrong(q, at, "no unit can stand here: '%s'", name);
  if (socca_units_ratio(q->units, name, q->unit, q->quantity, &num, &den, &why) != SOCCA_OK)
    return wrong(q, at, "%s", why);
  if (den != 1) emit_constant(q, den), emit(q, SOCCA_OP_div, left);
  left = q->ncode - 1;
  if (num != 1) emit_constant(q, num), emit(q, SOCCA_OP_mul, left);
}

static void power(parser *q)
{
  primary(q);
  if (q->status == SOCCA_OK && q->numeric && starts_name(next(q))) suffix(q);
  size_t left = q->ncode - 1;
  if (!accept(q, '^')) return;
  sign(q);
  if (q->status != SOCCA_OK) return;
  if (q->code[q->ncode - 1].op == SOCCA_OP_CONST && q->constant[q->nconst - 1] == 2) {
    q->ncode--, q->nconst--, q->used--;
    emit(q, SOCCA_OP_square, 0);
  } else {
    emit(q, SOCCA_OP_pow, left);
  }
}

static void sign(parser *q)
{
  if (q->nesting++ > MAX_NESTING) wrong(q, q->p, "this expression is too deeply nested");
  if (q->status != SOCCA_OK) return;
  if (accept(q, '-')) {
    sign(q);
    emit(q, SOCCA_OP_neg, 0);
  } else if (accept(q, '+')) {
    sign(q);
  } else {
    power(q);
  }
  q->nesting--;
}

static void product(parser *q)
{
  sign(q);
  while (q->status == SOCCA_OK && (next(q) == '*' || *q->p == '/')) {
    uint32_t op = *q->p++ == '*' ? SOCCA_OP_mul : SOCCA_OP_div;
    size_t left = q->ncode - 1;
    sign(q);
    emit(q, op, left);
  }
}

static void sum(parser *q)
{
  product(q);
  while (q->status == SOCCA_OK && (next(q) == '+' || *q->p == '-')) {
    uint32_t op = *q->p++ == '+' ? SOCCA_OP_add : SOCCA_OP_sub;
    size_t left = q->ncode - 1;
    product(q);
    emit(q, op, left);
  }
}

static void whole(parser *q)
{
  if (strlen(q->text) > MAX_TEXT) wrong(q, q->text, "this expression is too long");
  sum(q);
  if (q->status != SOCCA_OK || next(q) == '\0') return;
  char name[MAX_NAME + 1] = "";
  const char *at = q->p;
  if (starts_name(*at)) take_name(q, name);
  if (*name)
    wrong(q, at, "an operator is missing before '%s'", name);
  else
    wrong(q, at, "unexpected '%.*s'", character(at), at);
}

static socca_expression *finished(const parser *q)
{
  socca_expression *e = socca_calloc(1, sizeof *e);
  if (!e) return NULL;
  e->n = q->n;
  e->ncode = q->ncode;
  e->code = socca_calloc(q->ncode, sizeof *e->code);
  e->constant = socca_calloc(q->nconst, sizeof *e->constant);
  if (e->code && e->constant) {
    memcpy(e->code, q->code, q->ncode * sizeof *e->code);
    memcpy(e->constant, q->constant, q->nconst * sizeof *e->constant);
    return e;
  }
  socca_expression_free(e);
  return NULL;
}

socca_status socca_expression_compile(socca_journal *j, const char *where, const char *text,
                                      const socca_units *units, const char *unit, uint32_t quantity,
                                      const char *const *names, size_t n, socca_expression **out)
{
  *out = NULL;
  parser *q = socca_calloc(1, sizeof *q);
  if (q) {
    q->journal = j, q->where = where, q->text = q->p = text;
    q->units = units, q->unit = unit, q->quantity = quantity;
    q->names = names, q->n = n;
    whole(q);
    if (q->status == SOCCA_OK) *out = finished(q);
  }
  socca_status s = !q ? SOCCA_E_NOMEM : q->status;
  free(q);
  if (s == SOCCA_OK && *out) return SOCCA_OK;
  return s == SOCCA_E_INPUT ? s : socca_no_memory(j);
}

void socca_expression_free(socca_expression *e)
{
  if (!e) return;
  free(e->code);
  free(e->constant);
  free(e);
}
