/* SPDX-License-Identifier: BSD-3-Clause */
/* The functions of vmath.h over arrays, for tests and benchmarks; compiled once per level. */
#ifndef SOCCA_TESTS_VMATH_KERNELS_H
#define SOCCA_TESTS_VMATH_KERNELS_H
#include <numeric/level.h>
#include <stddef.h>

/* X(name, expression of x and y) */
#define VMATH_FUNCTIONS(X)                                                                         \
  X(sqrt, v_sqrt(x))                                                                               \
  X(exp, v_exp(x))                                                                                 \
  X(log, v_log(x))                                                                                 \
  X(log_normal, v_log_normal(x))                                                                   \
  X(pow, v_pow(x, y))                                                                              \
  X(sin, sine(x))                                                                                  \
  X(cos, cosine(x))                                                                                \
  X(atan, v_atan(x))                                                                               \
  X(atan2, v_atan2(x, y))                                                                          \
  X(tanh, v_tanh(x))                                                                               \
  X(sersic, v_exp(-1.678 * (v_exp(0.7692 * v_log_normal(x)) - 1.0)))

#define VMATH_ENUM(name, expression) VMATH_##name,
enum { VMATH_FUNCTIONS(VMATH_ENUM) VMATH_COUNT };

/* n: a multiple of VD_PAD */
#define VMATH_DECLARE(level)                                                                       \
  void vmath_apply_##level(int function, size_t n, const double *x, const double *y, double *out)
VMATH_DECLARE(v1);
#if SOCCA_X86_LEVELS
VMATH_DECLARE(v3);
VMATH_DECLARE(v4);
#endif
#endif
