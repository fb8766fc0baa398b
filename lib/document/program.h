/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside of a compiled expression, shared by its compiler (expression.c) and its machine (evaluate.c). */
#ifndef SOCCA_DOCUMENT_PROGRAM_H
#define SOCCA_DOCUMENT_PROGRAM_H
#include <document/expression.h>

enum { SOCCA_CODE_MAX = 1024, SOCCA_STACK_MAX = 32 };

/* name, value at x, derivative at x with y = value */
#define SOCCA_UNARY(X)                                                                             \
  X(sin, sin(x), cos(x))                                                                           \
  X(cos, cos(x), -sin(x))                                                                          \
  X(tan, tan(x), 1 + y * y)                                                                        \
  X(asin, asin(x), 1 / sqrt((1 - x) * (1 + x)))                                                    \
  X(acos, acos(x), -1 / sqrt((1 - x) * (1 + x)))                                                   \
  X(atan, atan(x), 1 / (1 + x * x))                                                                \
  X(sinh, sinh(x), cosh(x))                                                                        \
  X(cosh, cosh(x), sinh(x))                                                                        \
  X(tanh, tanh(x), 1 / (cosh(x) * cosh(x)))                                                        \
  X(asinh, asinh(x), 1 / hypot(x, 1))                                                              \
  X(acosh, acosh(x), 1 / sqrt((x - 1) * (x + 1)))                                                  \
  X(atanh, atanh(x), 1 / ((1 - x) * (1 + x)))                                                      \
  X(exp, exp(x), y)                                                                                \
  X(expm1, expm1(x), exp(x))                                                                       \
  X(log, log(x), 1 / x)                                                                            \
  X(log10, log10(x), 1 / (x * M_LN10))                                                             \
  X(log1p, log1p(x), 1 / (1 + x))                                                                  \
  X(sqrt, sqrt(x), 0.5 / y)                                                                        \
  X(cbrt, cbrt(x), y / (3 * x))                                                                    \
  X(abs, fabs(x), x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0)                                                \
  X(erf, erf(x), M_2_SQRTPI *exp(-x *x))                                                           \
  X(floor, floor(x), 0.0)                                                                          \
  X(ceil, ceil(x), 0.0)

/* name, value at (a, b), derivatives with y = value. min and max hand NaN on. */
#define SOCCA_BINARY(X)                                                                            \
  X(pow, pow(a, b), b == 0 ? 0 : b * pow(a, b - 1), y == 0 ? 0 : y * log(a))                       \
  X(atan2, atan2(a, b), b / (a * a + b * b), -a / (a * a + b * b))                                 \
  X(hypot, hypot(a, b), y == 0 ? 0 : a / y, y == 0 ? 0 : b / y)                                    \
  X(min, a <= b || a != a ? a : b, a <= b ? 1.0 : 0.0, a <= b ? 0.0 : 1.0)                         \
  X(max, a >= b || a != a ? a : b, a >= b ? 1.0 : 0.0, a >= b ? 0.0 : 1.0)

/* Operators that no function's name stands for. `a ^ 2` is a square: exact, and quicker than pow. */
#define SOCCA_OPERATORS(X)                                                                         \
  X(add, a + b, 1.0, 1.0)                                                                          \
  X(sub, a - b, 1.0, -1.0)                                                                         \
  X(mul, a *b, b, a)                                                                               \
  X(div, a / b, 1 / b, -y / b)

enum {
  SOCCA_OP_CONST,
  SOCCA_OP_VAR,
  SOCCA_OP_neg,
  SOCCA_OP_square,
#define SOCCA_NAME(name, ...) SOCCA_OP_##name,
  SOCCA_UNARY(SOCCA_NAME) SOCCA_BINARY(SOCCA_NAME) SOCCA_OPERATORS(SOCCA_NAME)
#undef SOCCA_NAME
      SOCCA_OP_COUNT
};

/* Postfix: a unary operator's operand is the instruction before it; a binary one's right operand too, and `at`
 * is the last instruction of its left operand. Of CONST and VAR `at` is the index of the constant or variable. */
typedef struct socca_instruction {
  uint32_t op, at;
} socca_instruction;

struct socca_expression {
  size_t n;     /* variables that it was compiled for */
  size_t ncode; /* <= SOCCA_CODE_MAX */
  socca_instruction *code;
  double *constant;
};

int socca_op_is_binary(uint32_t op);
double socca_op_apply(uint32_t op, double a, double b); /* unary ones take b */
#endif
