/* SPDX-License-Identifier: BSD-3-Clause */
/* Errors of the vector functions against long double, special values, and the same bits on all
 * levels and at all places. */
#include "config.h"
#include "run_suite.h"
#include "vmath_kernels.h"
#include <base/isa.h>
#include <maths/philox.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 1 << 15, PAD = 8 };
static const int levels[] = { 1, 3, 4 };

static int machine(void)
{
  uint32_t level;
  unsetenv("SOCCA_ISA");
  ck_assert_int_eq(socca_isa_level(NULL, &level), SOCCA_OK);
  return (int)level;
}
static void apply(int level, int function, size_t n, const double *x, const double *y, double *out)
{
  SOCCA_DISPATCH(level, vmath_apply)(function, n, x, y, out);
}

static long double reference(int function, long double x, long double y)
{
  switch (function) {
  case VMATH_sqrt:
    return sqrtl(x);
  case VMATH_exp:
    return expl(x);
  case VMATH_log:
  case VMATH_log_normal:
    return logl(x);
  case VMATH_pow:
    return powl(x, y);
  case VMATH_sin:
    return sinl(x);
  case VMATH_cos:
    return cosl(x);
  case VMATH_atan:
    return atanl(x);
  case VMATH_atan2:
    return atan2l(x, y);
  case VMATH_tanh:
    return tanhl(x);
  default:
    return (long double)NAN;
  }
}
static double ulps(double value, long double truth)
{
  double t = fabs((double)truth);
  double ulp = nextafter(t, INFINITY) - t;
  return (double)(fabsl((long double)value - truth) / (long double)ulp);
}

/* x = scale * map(u): uniform, or exp(uniform) when `logarithmic` */
static const struct range {
  int function, logarithmic;
  double low, high, tolerance;
} ranges[] = {
  { VMATH_sqrt, 1, -700, 700, 0.5001 },
  { VMATH_exp, 0, -707, 709.7, 1.1 },
  { VMATH_exp, 0, -1, 1, 1.1 },
  { VMATH_exp, 1, -40, -3, 1.1 },
  { VMATH_log, 1, -707, 709, 1.0 },
  { VMATH_log, 0, 0.5, 2, 1.0 },
  { VMATH_log, 0, 0.9999, 1.0001, 1.0 },
  { VMATH_log, 0, 0, 2e-308, 1.0 },
  { VMATH_log_normal, 1, -707, 709, 1.0 },
  { VMATH_log_normal, 0, 0.5, 2, 1.0 },
  { VMATH_sin, 0, -10, 10, 1.2 },
  { VMATH_sin, 0, -1e6, 1e6, 1.5 },
  { VMATH_cos, 0, -10, 10, 1.2 },
  { VMATH_cos, 0, -1e6, 1e6, 1.5 },
  { VMATH_atan, 0, -4, 4, 2.0 },
  { VMATH_atan, 1, -30, 60, 2.0 },
  { VMATH_atan2, 0, -2, 2, 2.0 },
  { VMATH_atan2, 1, -30, 30, 2.0 },
  { VMATH_tanh, 0, -2, 2, 3.0 },
  { VMATH_tanh, 0, -25, 25, 3.0 },
  { VMATH_tanh, 1, -60, -1, 3.0 },
};

START_TEST(test_ulps)
{
  const struct range *r = &ranges[_i];
  static double u[2 * N], x[N], y[N], out[N];
  double worst = 0, at = 0;
  if (LDBL_MANT_DIG < 64) return; /* no better reference here */
  socca_philox_uniform(1, 2, (uint64_t)_i, 2 * N, u);
  for (int i = 0; i < N; i++) {
    x[i] = r->low + (r->high - r->low) * u[i];
    if (r->logarithmic) x[i] = exp(x[i]);
    y[i] = 4 * u[N + i] - 2;
  }
  apply(1, r->function, N, x, y, out);
  for (int i = 0; i < N; i++) {
    double e = ulps(out[i], reference(r->function, (long double)x[i], (long double)y[i]));
    if (!(e <= worst)) {
      worst = e;
      at = x[i];
    }
  }
  ck_assert_msg(worst <= r->tolerance, "function %d: %.3f ulp at %.17g", r->function, worst, at);
}
END_TEST

/* the error of y log x grows with its size */
START_TEST(test_pow)
{
  static double u[2 * N], x[N], y[N], out[N];
  if (LDBL_MANT_DIG < 64) return;
  socca_philox_uniform(1, 3, 0, 2 * N, u);
  for (int i = 0; i < N; i++) {
    x[i] = exp(20 * u[i] - 10);
    y[i] = 16 * u[N + i] - 8;
  }
  apply(1, VMATH_pow, N, x, y, out);
  for (int i = 0; i < N; i++) {
    double e = ulps(out[i], powl((long double)x[i], (long double)y[i]));
    double most = 1.2 + 2 * fabs(y[i] * log(x[i]));
    ck_assert_msg(e <= most, "%.17g ^ %.17g: %.3f ulp", x[i], y[i], e);
  }
}
END_TEST

static const struct special {
  int function;
  double x, y, value;
} specials[] = {
  { VMATH_exp, 0, 0, 1 },
  { VMATH_exp, INFINITY, 0, INFINITY },
  { VMATH_exp, -INFINITY, 0, 0 },
  { VMATH_exp, 709.79, 0, INFINITY },
  { VMATH_exp, 1e300, 0, INFINITY },
  { VMATH_exp, -708, 0, 0 },
  { VMATH_exp, -1e300, 0, 0 },
  { VMATH_exp, NAN, 0, NAN },
  { VMATH_log, 1, 0, 0 },
  { VMATH_log, 0, 0, -INFINITY },
  { VMATH_log, -0.0, 0, -INFINITY },
  { VMATH_log, INFINITY, 0, INFINITY },
  { VMATH_log, -1, 0, NAN },
  { VMATH_log, -INFINITY, 0, NAN },
  { VMATH_log, NAN, 0, NAN },
  { VMATH_pow, 0, 0, 1 },
  { VMATH_pow, 0, 2, 0 },
  { VMATH_pow, 0, -2, INFINITY },
  { VMATH_pow, 1, 1e9, 1 },
  { VMATH_pow, NAN, 2, NAN },
  { VMATH_sqrt, -1, 0, NAN },
  { VMATH_sin, 0, 0, 0 },
  { VMATH_cos, 0, 0, 1 },
  { VMATH_atan, INFINITY, 0, 1.5707963267948966 },
  { VMATH_atan, -INFINITY, 0, -1.5707963267948966 },
  { VMATH_atan, NAN, 0, NAN },
  { VMATH_atan2, 0, 0, 0 },
  { VMATH_atan2, 0, -1, 3.141592653589793 },
  { VMATH_atan2, 1, 0, 1.5707963267948966 },
  { VMATH_atan2, -1, 0, -1.5707963267948966 },
  { VMATH_atan2, NAN, 1, NAN },
  { VMATH_atan2, 1, NAN, NAN },
  { VMATH_tanh, 0, 0, 0 },
  { VMATH_tanh, INFINITY, 0, 1 },
  { VMATH_tanh, -INFINITY, 0, -1 },
  { VMATH_tanh, NAN, 0, NAN },
};

START_TEST(test_special)
{
  const struct special *s = &specials[_i];
  for (size_t l = 0; l < 3 && levels[l] <= machine(); l++) {
    double x[PAD], y[PAD], out[PAD];
    for (int i = 0; i < PAD; i++) {
      x[i] = s->x;
      y[i] = s->y;
    }
    apply(levels[l], s->function, PAD, x, y, out);
    for (int i = 0; i < PAD; i++)
      ck_assert_msg(isnan(s->value) ? isnan(out[i]) : out[i] == s->value,
                    "level %d, function %d of (%g, %g): %.17g", levels[l], s->function, s->x, s->y,
                    out[i]);
  }
}
END_TEST

static uint64_t fnv(const double *x, size_t n)
{
  uint64_t h = 14695981039346656037u;
  for (size_t i = 0; i < n; i++) {
    uint64_t bits;
    memcpy(&bits, x + i, sizeof bits);
    if (isnan(x[i])) bits = 0; /* their signs differ */
    h = (h ^ bits) * 1099511628211u;
  }
  return h;
}
/* of test_same_bits' results, from any compiler */
static const uint64_t everywhere[VMATH_COUNT] = {
  0xf26320a415bf93b0, 0xce49d9bb73879868, 0x55fbdfec32429873, 0x34521f79b1ccb4c5,
  0xb8831cc32a33ce9c, 0x81c0ecad4e57f71a, 0xeb47f6207cdcc9b1, 0x6b3820591e167cd1,
  0x5e1c26fec96d2bda, 0x23e847c559b4fa12, 0x85d322f17e63a514
};

/* every function, over all doubles: the bits of level 1, at every place of a vector */
START_TEST(test_same_bits)
{
  static double x[N + PAD], y[N + PAD], first[N], out[N];
  for (size_t i = 0; i < N + PAD; i++) {
    uint64_t counter[4] = { i, 0, 0, 0 }, key[2] = { 4, 5 }, bits[4];
    socca_philox(counter, key, bits);
    memcpy(&x[i], &bits[i % 2 ? 0 : 2], 8); /* any bits at odd places */
    if (i % 2 == 0) x[i] = ldexp((double)(bits[0] >> 11), (int)(bits[1] % 80) - 93);
    y[i] = ldexp((double)(bits[3] >> 11), -51) - 2;
  }
  apply(1, _i, N, x, y, first);
  ck_assert_uint_eq(fnv(first, N), everywhere[_i]);
  for (size_t l = 0; l < 3 && levels[l] <= machine(); l++)
    for (size_t shift = 0; shift < PAD; shift++) {
      apply(levels[l], _i, N - PAD, x + shift, y + shift, out);
      for (size_t i = 0; i + shift < N - PAD; i++)
        if (!(isnan(out[i]) && isnan(first[i + shift])))
          ck_assert_msg(memcmp(&out[i], &first[i + shift], 8) == 0,
                        "level %d, function %d, shift %zu: %.17g, not %.17g, at %.17g", levels[l],
                        _i, shift, out[i], first[i + shift], x[i + shift]);
    }
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("vmath");
  TCase *c = tcase_create("vmath");
  tcase_set_timeout(c, 60);
  tcase_add_loop_test(c, test_ulps, 0, sizeof ranges / sizeof *ranges);
  tcase_add_test(c, test_pow);
  tcase_add_loop_test(c, test_special, 0, sizeof specials / sizeof *specials);
  tcase_add_loop_test(c, test_same_bits, 0, VMATH_COUNT);
  suite_add_tcase(suite, c);
  return run_suite(suite);
}
