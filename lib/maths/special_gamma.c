/* SPDX-License-Identifier: BSD-3-Clause */
/* Incomplete gamma function: series and continued fraction (DLMF 8.7.1, 8.9.2). */
#include "config.h"
#include <maths/special.h>
#include <maths/special_log.h>
#include <math.h>

long double socca_log_gamma_l(long double x)
{
  int sign;
  return lgammal_r(x, &sign);
}

long double socca_newton_log(socca_log_cdf f, const void *arg, long double t, long double log_p)
{
  for (int i = 0; i < 200; i++) {
    long double slope, gap = f(arg, t, &slope) - log_p;
    if (!(fabsl(slope) > 0)) break;
    long double step = gap / slope;
    if (step > 50) step = 50; /* far out the tangent is nearly flat */
    if (step < -50) step = -50;
    t -= step;
    if (fabsl(step) <= 1e-18L * (1 + fabsl(t))) break;
  }
  return t;
}

enum { MOST_TERMS = 100000 };

/* sum of x^k / ((a+1)...(a+k)) */
static long double series(long double a, long double x)
{
  long double term = 1, sum = 1;
  for (int k = 1; k < MOST_TERMS && term > sum * 1e-20L; k++) sum += term *= x / (a + k);
  return sum;
}

/* Gamma(a, x) / (x^a e^-x), by Lentz's method */
static long double fraction(long double a, long double x)
{
  long double b = x + 1 - a, c = 1e300L, d = 1 / b, h = d;
  for (int k = 1; k < MOST_TERMS; k++) {
    long double an = -k * (k - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    long double step = c * d;
    h *= step;
    if (fabsl(step - 1) < 1e-19L) break;
  }
  return h;
}

/* log of P or, with upper set, of Q; log x given */
static long double log_incomplete(long double a, long double log_x, int upper)
{
  long double x = expl(log_x), power = a * log_x - x;
  if (x < a + 1) {
    long double log_p = power - socca_log_gamma_l(a + 1) + logl(series(a, x));
    return upper ? log1pl(-expl(log_p)) : log_p;
  }
  long double log_q = power - socca_log_gamma_l(a) + logl(fraction(a, x));
  return upper ? log_q : log1pl(-expl(log_q));
}

double socca_gamma_p(double a, double x)
{
  if (!(x > 0)) return 0;
  return isinf(x) ? 1 : (double)expl(log_incomplete(a, logl(x), 0));
}

double socca_gamma_q(double a, double x)
{
  if (!(x > 0)) return 1;
  return isinf(x) ? 0 : (double)expl(log_incomplete(a, logl(x), 1));
}

typedef struct tail {
  long double a, log_norm;
  int upper;
} tail;

static long double log_tail(const void *arg, long double t, long double *slope)
{
  const tail *g = arg;
  long double value = log_incomplete(g->a, t, g->upper);
  long double density = expl(g->a * t - expl(t) - g->log_norm - value); /* in t = log x */
  *slope = g->upper ? -density : density;
  return value;
}

double socca_gamma_p_inverse(double a, double p)
{
  if (!(p > 0)) return 0;
  if (p >= 1) return INFINITY;
  tail g = { a, socca_log_gamma_l(a), p > 0.5 };
  /* Start on the side from which Newton's method is monotone: P <= x^a / Gamma(a+1) for the lower tail,
     Chernoff's bound of the upper one (Boucheron, Lugosi & Massart 2013, section 2.4). */
  long double log_p = g.upper ? log1pl(-(long double)p) : logl(p), start;
  if (g.upper)
    start = logl(a - log_p + sqrtl(-2 * a * log_p));
  else
    start = (log_p + socca_log_gamma_l((long double)a + 1)) / a;
  return (double)expl(socca_newton_log(log_tail, &g, start, log_p));
}
