/* SPDX-License-Identifier: BSD-3-Clause */
/* Incomplete beta function by its continued fraction (DLMF 8.17.22), in x = 1/(1 + exp(-t)), so that both ends
 * of [0, 1] keep their precision. */
#include "config.h"
#include <maths/special.h>
#include <maths/special_log.h>
#include <math.h>

static long double log_beta(long double a, long double b)
{
  return socca_log_gamma_l(a) + socca_log_gamma_l(b) - socca_log_gamma_l(a + b);
}

double socca_log_beta(double a, double b)
{
  return (double)log_beta(a, b);
}

static long double fraction(long double a, long double b, long double x)
{
  long double c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), h = d;
  for (int m = 1; m < 100000; m++) {
    long double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    long double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    h *= c * d;
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    long double step = c * d;
    h *= step;
    if (fabsl(step - 1) < 1e-19L) break;
  }
  return h;
}

/* log x and log(1-x) of a logit */
static void logs(long double t, long double *log_x, long double *log_y)
{
  long double soft = log1pl(expl(-fabsl(t)));
  *log_x = t < 0 ? t - soft : -soft;
  *log_y = t < 0 ? -soft : -t - soft;
}

/* log I_x(a, b); upper: log(1 - I) */
static long double log_beta_i(long double a, long double b, long double t, int upper)
{
  long double log_x, log_y;
  logs(t, &log_x, &log_y);
  long double front = a * log_x + b * log_y - log_beta(a, b), x = expl(log_x);
  int lower = x < (a + 1) / (a + b + 2);
  long double v =
      lower ? front + logl(fraction(a, b, x) / a) : front + logl(fraction(b, a, expl(log_y)) / b);
  return lower != upper ? v : log1pl(-expl(v));
}

long double socca_beta_i_l(long double a, long double b, long double logit)
{
  return expl(log_beta_i(a, b, logit, 0));
}

double socca_beta_i(double a, double b, double x)
{
  if (!(x > 0)) return 0;
  if (x >= 1) return 1;
  return (double)socca_beta_i_l(a, b, logl(x) - log1pl(-(long double)x));
}

typedef struct tail {
  long double a, b, log_norm;
  int upper;
} tail;

static long double log_tail(const void *arg, long double t, long double *slope)
{
  const tail *g = arg;
  long double log_x, log_y, value = log_beta_i(g->a, g->b, t, g->upper);
  logs(t, &log_x, &log_y);
  long double density = expl(g->a * log_x + g->b * log_y - g->log_norm - value);
  *slope = g->upper ? -density : density;
  return value;
}

long double socca_beta_logit_quantile(long double a, long double b, long double p)
{
  tail g = { a, b, log_beta(a, b), p > 0.5L };
  long double log_p = g.upper ? log1pl(-p) : logl(p);
  return socca_newton_log(log_tail, &g, logl(a / b), log_p);
}

double socca_beta_i_inverse(double a, double b, double p)
{
  if (!(p > 0)) return 0;
  if (p >= 1) return 1;
  return (double)(1 / (1 + expl(-socca_beta_logit_quantile(a, b, p))));
}
