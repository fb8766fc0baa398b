/* SPDX-License-Identifier: BSD-3-Clause */
/* Vector mathematics in double precision, for kernel files compiled once per instruction-set level.
 *
 * `vdouble` holds VD numbers: 2 (v1), 4 (v3), 8 (v4). + - * / and unary minus work on it, also with a
 * scalar double on either side; comparisons give a `vlong` mask of all ones or zeros, to be combined
 * with & | ~ and used by v_select(). Every function is a fixed sequence of IEEE operations without
 * fused multiply-add, element by element: a number's result does not depend on its neighbours, on the
 * level or on the compiler. Pad arrays to a multiple of VD_PAD and never add a scalar tail.
 *
 *   function                domain and error (in ulp, measured by check_vmath)
 *   v_sqrt(x)               correctly rounded
 *   v_exp(x)                all; 1; 0 below -707.7, inf above 709.78, NaN stays
 *   v_log(x)                all; 1; log 0 = -inf, NaN below 0
 *   v_log_normal(x)         x positive, normal and finite (not checked): same bits, cheaper
 *   v_pow(x, y)             x >= 0; exp(y log x): 1 + 0.7 |y log x|; x^0 = 1
 *   v_sincos(x, &s, &c)     |x| < 1e6; 1.5 (absolute 2^-53 near zeros of s and c)
 *   v_atan2(y, x)           finite; 1.5; atan2(0, 0) = 0
 *   v_atan(x)               all; 1.5
 *   v_tanh(x)               all; 3 */
#ifndef SOCCA_NUMERIC_VMATH_H
#define SOCCA_NUMERIC_VMATH_H
#include "level.h"
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define VD_PAD 8 /* widest vdouble of any level */
#if SOCCA_LEVEL_NUMBER >= 4
#define VD 8
#elif SOCCA_LEVEL_NUMBER == 3
#define VD 4
#else
#define VD 2
#endif
typedef double vdouble __attribute__((vector_size(VD * 8)));
typedef int64_t vlong __attribute__((vector_size(VD * 8)));
typedef uint64_t vulong __attribute__((vector_size(VD * 8)));

static inline vdouble v_set(double x)
{
  return (vdouble){ 0 } + x;
}
static inline vdouble v_load(const double *p) /* any alignment */
{
  vdouble x;
  memcpy(&x, p, sizeof x);
  return x;
}
static inline void v_store(double *p, vdouble x)
{
  memcpy(p, &x, sizeof x);
}
/* mask ? a : b, element by element */
static inline vdouble v_select(vlong mask, vdouble a, vdouble b)
{
  return (vdouble)((mask & (vlong)a) | (~mask & (vlong)b));
}
static inline vdouble v_abs(vdouble x)
{
  return (vdouble)((vlong)x & INT64_MAX);
}
/* x < y ? x : y and x > y ? x : y, hence y where either is NaN */
static inline vdouble v_min(vdouble x, vdouble y)
{
  return v_select(x < y, x, y);
}
static inline vdouble v_max(vdouble x, vdouble y)
{
  return v_select(x > y, x, y);
}
/* |x| with the sign of s */
static inline vdouble v_copysign(vdouble x, vdouble s)
{
  return (vdouble)(((vlong)x & INT64_MAX) | ((vlong)s & INT64_MIN));
}

static inline vdouble v_sqrt(vdouble x)
{
#if SOCCA_LEVEL_NUMBER >= 4
  return (vdouble)_mm512_sqrt_pd((__m512d)x);
#elif SOCCA_LEVEL_NUMBER == 3
  return (vdouble)_mm256_sqrt_pd((__m256d)x);
#elif defined(__x86_64__)
  return (vdouble)_mm_sqrt_pd((__m128d)x);
#else
  for (int i = 0; i < VD; i++) x[i] = __builtin_sqrt(x[i]);
  return x;
#endif
}

/* Nearest integer of |x| < 2^51 as a double (ties to even); its low bits stand in *bits. */
static inline vdouble v_round_(vdouble x, vlong *bits)
{
  const double magic = 0x1.8p52;
  vdouble t = x + magic;
  *bits = (vlong)t;
  return t - magic;
}

/* x = n ln 2 + r, |r| <= ln 2 / 2; returns exp r - 1 = r + r^2 q(r), q minimax of degree 9. These
 * functions are bound by the length of their chains of operations: hence sums of short products. */
static inline vdouble v_exp_core_(vdouble x, vlong *n)
{
  vdouble k = v_round_(x * 0x1.71547652b82fep0, n);
  vdouble r = (x - k * 0x1.62e42fefa3800p-1) - k * 0x1.ef35793c76730p-45;
  vdouble r2 = r * r, r4 = r2 * r2;
  vdouble a = (0x1.0000000000001p-1 + 0x1.5555555555558p-3 * r) +
              (0x1.5555555553d62p-5 + 0x1.111111110f803p-7 * r) * r2;
  vdouble b = (0x1.6c16c1788c123p-10 + 0x1.a01a01b00c597p-13 * r) +
              (0x1.a019b90c612dfp-16 + 0x1.71ddf6b38cbc7p-19 * r) * r2;
  vdouble c = 0x1.2891863b61ebfp-22 + 0x1.af632b70e980dp-26 * r;
  return r + r2 * ((a + (r4 * r4) * c) + r4 * b);
}
static inline vdouble v_exp(vdouble x)
{
  vlong n;
  vdouble p = 1.0 + v_exp_core_(x, &n);
  /* 2^n p, normal where it is kept; unsigned: x that end as 0 or inf overflow here */
  vdouble y = (vdouble)((vulong)p + ((vulong)n << 52));
  y = v_select(x <= 0x1.62e42fefa39efp9, y, x * __builtin_inf()); /* inf, or NaN */
  return (vdouble)((vlong)y & ~(x < -707.7));
}

/* x = 2^k m with sqrt(1/2) <= m < sqrt 2; log m = f - (f^2/2 - s (f^2/2 + z R(z))), f = m - 1,
 * s = f / (2 + f), z = s^2, R minimax of degree 6. `bias` is 2^52 + 1023 plus what k has too much. */
static inline vdouble v_log_core_(vdouble x, vdouble bias)
{
  const int64_t half = 0x3fe6a09e667f3bcd; /* sqrt(1/2) */
  /* unsigned: NaNs overflow here, and are put right by the caller; exponent field = k + 1023 */
  vlong b = (vlong)((vulong)x + (uint64_t)(0x3ff0000000000000 - half));
  vlong e = (vlong)((vulong)b >> 52);
  /* as an unsigned number in the mantissa of 2^52: neither arithmetic shifts nor conversions of
   * 64-bit integers exist below AVX-512 */
  vdouble k = (vdouble)(e | 0x4330000000000000) - bias;
  vdouble m = (vdouble)((b & 0x000fffffffffffff) + half);
  vdouble f = m - 1.0, s = f / (f + 2.0), h = 0.5 * (f * f), z = s * s, z2 = z * z, z4 = z2 * z2;
  vdouble r = (0x1.5555555555558p-1 + 0x1.9999999995223p-2 * z) +
              (0x1.2492492e03f2ap-2 + 0x1.c71c62d02ee0fp-3 * z) * z2 +
              ((0x1.7462ba2bacf58p-3 + 0x1.39fdb8dd4ed13p-3 * z) + 0x1.2b5fc3698af4cp-3 * z2) * z4;
  vdouble low = (s * h + k * 0x1.ef35793c76730p-45) + (s * z) * r;
  return k * 0x1.62e42fefa3800p-1 - ((h - low) - f);
}
static inline vdouble v_log_normal(vdouble x)
{
  return v_log_core_(x, v_set(0x1p52 + 1023.0));
}
static inline vdouble v_log(vdouble x)
{
  const double inf = __builtin_inf();
  vlong tiny = x < 0x1p-1022;
  vdouble bias = v_select(tiny, v_set(0x1p52 + 1077.0), v_set(0x1p52 + 1023.0));
  vdouble y = v_log_core_(v_select(tiny, x * 0x1p54, x), bias);
  y = v_select(x < inf, y, x); /* inf and NaN stay */
  return v_select(x > 0.0, y, v_select(x == 0.0, v_set(-inf), v_set(__builtin_nan(""))));
}
static inline vdouble v_pow(vdouble x, vdouble y)
{
  return v_select(y == 0.0, v_set(1.0), v_exp(y * v_log(x)));
}

/* quadrant by Cody and Waite's reduction in three parts, then minimax polynomials */
static inline void v_sincos(vdouble x, vdouble *sine, vdouble *cosine)
{
  vlong n;
  vdouble k = v_round_(x * 0x1.45f306dc9c883p-1, &n);
  vdouble u = x - k * 0x1.921fb54400000p+0, v = k * 0x1.0b4611a600000p-34, q = u - v;
  vdouble w3 = k * 0x1.3198a2e037073p-69, r = q - w3;
  vdouble low = ((u - q) - v) + ((q - r) - w3); /* the angle is r + low */
  vdouble z = r * r, z2 = z * z;
  vdouble s = (-0x1.5555555555555p-3 + 0x1.1111111110bb2p-7 * z) +
              (-0x1.a01a019e83901p-13 + 0x1.71de37965e10ap-19 * z) * z2 +
              (-0x1.ae600acd78dfep-26 + 0x1.5e0b04aa9e9dfp-33 * z) * (z2 * z2);
  vdouble c = (0x1.5555555555555p-5 + -0x1.6c16c16c16967p-10 * z) +
              (0x1.a01a019f4e9f7p-16 + -0x1.27e4fa17c077ap-22 * z) * z2 +
              (0x1.1eeb68cb4c48bp-29 + -0x1.907d8bf27a69fp-37 * z) * (z2 * z2);
  s = r + (r * (z * s) + low);
  vdouble h = 0.5 * z, w = 1.0 - h;
  c = w + (((1.0 - w) - h) + (z2 * c - r * low));
  vlong swap = -(n & 1);
  vdouble a = v_select(swap, c, s), b = v_select(swap, s, c);
  *sine = (vdouble)((vlong)a ^ ((n & 2) << 62));
  *cosine = (vdouble)((vlong)b ^ (((n + 1) & 2) << 62));
}

/* The angle within its octant is reduced once more about pi/8 by (y - x)/(y + x): one division. */
static inline vdouble v_atan2(vdouble y, vdouble x)
{
  vdouble ax = v_abs(x), ay = v_abs(y);
  vlong steep = ax < ay;
  vdouble lo = v_select(steep, ax, ay), hi = v_select(steep, ay, ax);
  vlong far = lo > hi * 0x1.a827999fcef32p-2; /* tan(pi/8) */
  vdouble t = v_select(far, lo - hi, lo) / v_select(far, lo + hi, hi);
  t = (vdouble)((vlong)t & ~(hi == 0.0));
  vdouble z = t * t, z2 = z * z, z4 = z2 * z2;
  vdouble a = (-0x1.5555555555555p-2 + 0x1.99999999993a7p-3 * z) +
              (-0x1.249249243a5fep-3 + 0x1.c71c7187b4ea9p-4 * z) * z2;
  vdouble b = (-0x1.745d0b85c18e0p-4 + 0x1.3b126ae960e6dp-4 * z) +
              (-0x1.10fadfd8b2b9fp-4 + 0x1.dfecf04c86989p-5 * z) * z2;
  vdouble c = (-0x1.a0ba7957769e3p-5 + 0x1.41bca7254dbc4p-5 * z) + -0x1.3b02c47a9cc39p-6 * z2;
  vdouble p = t * (z * (a + z4 * (b + z4 * c)));
  /* pi/4 and pi/2 carry a second part, so that the last additions round once */
  vdouble part = (vdouble)(far & (vlong)v_set(0x1.921fb54442d18p-1));
  vdouble rest = (vdouble)(far & (vlong)v_set(0x1.1a62633145c07p-55));
  vdouble u = part + (t + (p + rest));
  u = v_select(steep, 0x1.921fb54442d18p0 - (u - 0x1.1a62633145c07p-54), u);
  u = v_select(x < 0.0, 0x1.921fb54442d18p1 - (u - 0x1.1a62633145c07p-53), u);
  return v_copysign(u, y);
}
static inline vdouble v_atan(vdouble x)
{
  vlong big = v_abs(x) > 0x1p60;
  return v_atan2(v_select(big, v_copysign(v_set(0x1p60), x), x), v_set(1.0));
}

/* e / (e + 2) with e = exp 2|x| - 1; 1 to the last bit from 20 on */
static inline vdouble v_tanh(vdouble x)
{
  vlong n;
  vdouble p = v_exp_core_(2.0 * v_min(v_abs(x), v_set(20.0)), &n);
  vdouble scale = (vdouble)((n + 1023) << 52);
  vdouble e = scale * p + (scale - 1.0);
  return v_select(x == x, v_copysign(e / (e + 2.0), x), x);
}
#endif
