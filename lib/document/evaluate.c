/* SPDX-License-Identifier: BSD-3-Clause */
/* The machine of compiled expressions. One function serves single values and columns, so that both have the
 * same bits; columns go through it in blocks that stay in the first-level cache. */
#include "config.h"
#include <math.h>
#include <string.h>
#include <document/program.h>

enum { BLOCK = 64 };

int socca_op_is_binary(uint32_t op)
{
  return op >= SOCCA_OP_pow;
}

static double square(double x)
{
  return x * x;
}

/* out[i] = op(a[i], b[i]) for n values; out may be a or b */
static void apply(uint32_t op, size_t n, const double *pa, const double *pb, double *out)
{
#define UNARY(name, value, derivative)                                                             \
  case SOCCA_OP_##name:                                                                            \
    for (size_t i = 0; i < n; i++) {                                                               \
      double x = pb[i];                                                                            \
      out[i] = value;                                                                              \
    }                                                                                              \
    break;
#define BINARY(name, value, da, db)                                                                \
  case SOCCA_OP_##name:                                                                            \
    for (size_t i = 0; i < n; i++) {                                                               \
      double a = pa[i], b = pb[i];                                                                 \
      out[i] = value;                                                                              \
    }                                                                                              \
    break;
  switch (op) {
    UNARY(neg, -x, )
    UNARY(square, square(x), )
    SOCCA_UNARY(UNARY)
    SOCCA_BINARY(BINARY)
    SOCCA_OPERATORS(BINARY)
  default:
    break;
  }
#undef UNARY
#undef BINARY
}

double socca_op_apply(uint32_t op, double a, double b)
{
  double out = 0;
  apply(op, 1, &a, &b, &out);
  return out;
}

/* Derivatives of one instruction with value y. */
static void derive(uint32_t op, double a, double b, double y, double *da, double *db)
{
  double x = b;
  (void)x;
#define UNARY(name, value, derivative)                                                             \
  case SOCCA_OP_##name:                                                                            \
    *db = derivative;                                                                              \
    break;
#define BINARY(name, value, left, right)                                                           \
  case SOCCA_OP_##name:                                                                            \
    *da = left;                                                                                    \
    *db = right;                                                                                   \
    break;
  switch (op) {
    UNARY(neg, , -1.0)
    UNARY(square, , 2 * x)
    SOCCA_UNARY(UNARY)
    SOCCA_BINARY(BINARY)
    SOCCA_OPERATORS(BINARY)
  default:
    break;
  }
#undef UNARY
#undef BINARY
}

typedef struct slot { /* of the stack: n equal values are kept as one */
  double v[BLOCK];
  int scalar;
} slot;

static void broadcast(slot *s, size_t n)
{
  for (size_t i = 1; i < n; i++) s->v[i] = s->v[0];
  s->scalar = 0;
}

/* Values first ... first + n of the columns; column k begins at variables + k when columns is NULL. */
static void block(const socca_expression *e, size_t first, size_t n, const double *const *columns,
                  const unsigned char *scalar, const double *variables, double *out)
{
  slot stack[SOCCA_STACK_MAX + 1], *top = stack; /* stack[0] stays unused */
  for (size_t i = 0; i < e->ncode; i++) {
    uint32_t op = e->code[i].op, at = e->code[i].at;
    if (op == SOCCA_OP_CONST || (op == SOCCA_OP_VAR && (!columns || (scalar && scalar[at])))) {
      (++top)->scalar = 1;
      top->v[0] = op == SOCCA_OP_CONST ? e->constant[at] : columns ? *columns[at] : variables[at];
    } else if (op == SOCCA_OP_VAR) {
      (++top)->scalar = 0;
      memcpy(top->v, columns[at] + first, n * sizeof *top->v);
    } else if (!socca_op_is_binary(op)) {
      apply(op, top->scalar ? 1 : n, NULL, top->v, top->v);
    } else {
      slot *left = top - 1;
      if (left->scalar && !top->scalar) broadcast(left, n);
      if (top->scalar && !left->scalar) broadcast(top, n);
      apply(op, left->scalar ? 1 : n, left->v, top->v, left->v);
      top = left;
    }
  }
  if (top->scalar) broadcast(top, n);
  memcpy(out, top->v, n * sizeof *out);
}

double socca_expression_value(const socca_expression *e, const double *variables)
{
  double out;
  block(e, 0, 1, NULL, NULL, variables, &out);
  return out;
}

void socca_expression_evaluate(const socca_expression *e, size_t n, const double *const *columns,
                               const unsigned char *scalar, double *out)
{
  for (size_t i = 0; i < n; i += BLOCK)
    block(e, i, n - i < BLOCK ? n - i : BLOCK, columns, scalar, NULL, out + i);
}

/* Reverse mode: values forward, then adjoints backward. An adjoint of zero is not handed on, so that an
 * infinite derivative of what does not matter stays out. */
void socca_expression_pull(const socca_expression *e, const double *variables, double scale,
                           double *accumulated)
{
  double value[SOCCA_CODE_MAX], adjoint[SOCCA_CODE_MAX];
  for (size_t i = 0; i < e->ncode; i++) {
    uint32_t op = e->code[i].op, at = e->code[i].at;
    adjoint[i] = 0;
    if (op == SOCCA_OP_CONST)
      value[i] = e->constant[at];
    else if (op == SOCCA_OP_VAR)
      value[i] = variables[at];
    else
      value[i] = socca_op_apply(op, socca_op_is_binary(op) ? value[at] : 0, value[i - 1]);
  }
  adjoint[e->ncode - 1] = scale;
  for (size_t i = e->ncode; i-- > 0;) {
    uint32_t op = e->code[i].op, at = e->code[i].at;
    double g = adjoint[i], da = 0, db = 0;
    if (g == 0 || op == SOCCA_OP_CONST) continue;
    if (op == SOCCA_OP_VAR) {
      accumulated[at] += g;
      continue;
    }
    derive(op, socca_op_is_binary(op) ? value[at] : 0, value[i - 1], value[i], &da, &db);
    if (socca_op_is_binary(op)) adjoint[at] = g * da;
    adjoint[i - 1] = g * db;
  }
}

int socca_expression_uses(const socca_expression *e, size_t *at, uint32_t *variable)
{
  while (*at < e->ncode && e->code[*at].op != SOCCA_OP_VAR) ++*at;
  if (*at == e->ncode) return 0;
  *variable = e->code[(*at)++].at;
  return 1;
}

double socca_expression_gradient(const socca_expression *e, const double *variables,
                                 double *gradient)
{
  memset(gradient, 0, e->n * sizeof *gradient);
  socca_expression_pull(e, variables, 1, gradient);
  return socca_expression_value(e, variables);
}
