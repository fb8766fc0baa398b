/* SPDX-License-Identifier: BSD-3-Clause */
/* Passes of transform.h over vectors; included by kernel files. Element i of x is two vectors: real
 * parts, imaginary parts. */
#ifndef IMAGE_TRANSFORM_LANES_H
#define IMAGE_TRANSFORM_LANES_H
#include "transform.h"
#include <numeric/vmath.h>

struct pair {
  vdouble re, im;
};
#define INLINE static inline __attribute__((always_inline))

INLINE struct pair pair_load(const double *x)
{
  return (struct pair){ v_load(x), v_load(x + VD) };
}
INLINE void pair_store(double *x, struct pair a)
{
  v_store(x, a.re);
  v_store(x + VD, a.im);
}
INLINE struct pair plus(struct pair a, struct pair b)
{
  return (struct pair){ a.re + b.re, a.im + b.im };
}
INLINE struct pair minus(struct pair a, struct pair b)
{
  return (struct pair){ a.re - b.re, a.im - b.im };
}
INLINE struct pair times(struct pair a, double s)
{
  return (struct pair){ a.re * s, a.im * s };
}
/* -i a forward, i a backward */
INLINE struct pair quarter(struct pair a, int back)
{
  return back ? (struct pair){ -a.im, a.re } : (struct pair){ a.im, -a.re };
}
/* a (c + i s) forward, conjugate backward */
INLINE struct pair turned(struct pair a, double c, double s, int back)
{
  if (back) return (struct pair){ a.re * c + a.im * s, a.im * c - a.re * s };
  return (struct pair){ a.re * c - a.im * s, a.im * c + a.re * s };
}

INLINE void dft2(struct pair *a, int back)
{
  (void)back;
  struct pair t = minus(a[0], a[1]);
  a[0] = plus(a[0], a[1]);
  a[1] = t;
}
INLINE void dft3(struct pair *a, int back)
{
  struct pair s = plus(a[1], a[2]), d = times(minus(a[1], a[2]), 0.86602540378443864676);
  struct pair m = minus(a[0], times(s, 0.5));
  d = quarter(d, back);
  a[0] = plus(a[0], s);
  a[1] = plus(m, d);
  a[2] = minus(m, d);
}
INLINE void dft4(struct pair *a, int back)
{
  struct pair s = plus(a[0], a[2]), d = minus(a[0], a[2]);
  struct pair t = plus(a[1], a[3]), e = quarter(minus(a[1], a[3]), back);
  a[0] = plus(s, t);
  a[1] = plus(d, e);
  a[2] = minus(s, t);
  a[3] = minus(d, e);
}
INLINE void dft5(struct pair *a, int back)
{
  const double c1 = 0.30901699437494742410, c2 = -0.80901699437494742410;
  const double s1 = 0.95105651629515357212, s2 = 0.58778525229247312917;
  struct pair p = plus(a[1], a[4]), q = plus(a[2], a[3]);
  struct pair d = minus(a[1], a[4]), e = minus(a[2], a[3]);
  struct pair m = plus(a[0], plus(times(p, c1), times(q, c2)));
  struct pair n = plus(a[0], plus(times(p, c2), times(q, c1)));
  struct pair u = quarter(plus(times(d, s1), times(e, s2)), back);
  struct pair v = quarter(minus(times(d, s2), times(e, s1)), back);
  a[0] = plus(a[0], plus(p, q));
  a[1] = plus(m, u);
  a[2] = plus(n, v);
  a[3] = minus(n, v);
  a[4] = minus(m, u);
}
INLINE void dft6(struct pair *a, int back) /* 2 x 3 without twiddles */
{
  struct pair b[3] = { a[0], a[2], a[4] }, c[3] = { a[3], a[5], a[1] };
  dft3(b, back);
  dft3(c, back);
  a[0] = plus(b[0], c[0]);
  a[1] = minus(b[1], c[1]);
  a[2] = plus(b[2], c[2]);
  a[3] = minus(b[0], c[0]);
  a[4] = plus(b[1], c[1]);
  a[5] = minus(b[2], c[2]);
}
INLINE void dft8(struct pair *a, int back)
{
  const double r = 0.70710678118654752440;
  struct pair b[4] = { a[0], a[2], a[4], a[6] }, c[4] = { a[1], a[3], a[5], a[7] };
  dft4(b, back);
  dft4(c, back);
  struct pair q1 = quarter(c[1], back), q3 = quarter(c[3], back);
  c[1] = times(plus(c[1], q1), r);
  c[2] = quarter(c[2], back);
  c[3] = times(minus(q3, c[3]), r);
  UNROLL for (int k = 0; k < 4; k++)
  {
    a[k] = plus(b[k], c[k]);
    a[k + 4] = minus(b[k], c[k]);
  }
}
INLINE void dft(size_t r, struct pair *a, int back)
{
  switch (r) {
  case 2:
    dft2(a, back);
    break;
  case 3:
    dft3(a, back);
    break;
  case 4:
    dft4(a, back);
    break;
  case 5:
    dft5(a, back);
    break;
  case 6:
    dft6(a, back);
    break;
  default:
    dft8(a, back);
    break;
  }
}

/* One pass over all blocks of r * m elements. Forward: butterflies, then twiddles; backward the
 * reverse. */
INLINE void pass(size_t r, double *x, size_t n, size_t m, const double *turn, int back)
{
  for (size_t block = 0; block < n; block += r * m)
    for (size_t j = 0; j < m; j++) {
      struct pair a[8];
      double *p = x + 2 * VD * (block + j);
      const double *w = turn + 2 * (r - 1) * j;
      UNROLL for (size_t q = 0; q < r; q++) a[q] = pair_load(p + 2 * VD * m * q);
      if (back && m > 1) {
        UNROLL for (size_t q = 1; q < r; q++) a[q] = turned(a[q], w[2 * q - 2], w[2 * q - 1], 1);
      }
      dft(r, a, back);
      if (!back && m > 1) {
        UNROLL for (size_t q = 1; q < r; q++) a[q] = turned(a[q], w[2 * q - 2], w[2 * q - 1], 0);
      }
      UNROLL for (size_t q = 0; q < r; q++) pair_store(p + 2 * VD * m * q, a[q]);
    }
}

INLINE void pass_by_radix(size_t r, double *x, size_t n, size_t m, const double *turn, int back)
{
  switch (r) {
  case 2:
    pass(2, x, n, m, turn, back);
    break;
  case 3:
    pass(3, x, n, m, turn, back);
    break;
  case 4:
    pass(4, x, n, m, turn, back);
    break;
  case 5:
    pass(5, x, n, m, turn, back);
    break;
  case 6:
    pass(6, x, n, m, turn, back);
    break;
  default:
    pass(8, x, n, m, turn, back);
    break;
  }
}

static void transform_forward(const struct transform *t, double *x)
{
  size_t m = t->n;
  for (size_t p = 0; p < t->npass; p++) {
    m /= t->radix[p];
    pass_by_radix(t->radix[p], x, t->n, m, t->turn[p], 0);
  }
}
static void transform_back(const struct transform *t, double *x)
{
  size_t m = 1;
  for (size_t p = t->npass; p-- > 0;) {
    pass_by_radix(t->radix[p], x, t->n, m, t->turn[p], 1);
    m *= t->radix[p];
  }
}
#endif
