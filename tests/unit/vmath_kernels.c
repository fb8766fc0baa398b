/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "vmath_kernels.h"
#include <numeric/vmath.h>

static inline vdouble sine(vdouble x)
{
  vdouble s, c;
  v_sincos(x, &s, &c);
  return s;
}
static inline vdouble cosine(vdouble x)
{
  vdouble s, c;
  v_sincos(x, &s, &c);
  return c;
}

#define LOOP(name, expression)                                                                     \
  static void apply_##name(size_t n, const double *px, const double *py, double *out)              \
  {                                                                                                \
    for (size_t i = 0; i < n; i += VD) {                                                           \
      vdouble x = v_load(px + i), y = v_load(py + i);                                              \
      (void)y;                                                                                     \
      v_store(out + i, expression);                                                                \
    }                                                                                              \
  }
VMATH_FUNCTIONS(LOOP)

void SOCCA_LEVEL(vmath_apply)(int function, size_t n, const double *x, const double *y, double *out)
{
  switch (function) {
#define CASE(name, expression)                                                                     \
  case VMATH_##name:                                                                               \
    apply_##name(n, x, y, out);                                                                    \
    break;
    VMATH_FUNCTIONS(CASE)
  default:
    break;
  }
}
