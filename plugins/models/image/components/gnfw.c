/* SPDX-License-Identifier: BSD-3-Clause */
/* gNFW: the density t^-gamma (1 + t^alpha)^((gamma-beta)/alpha), seen in projection. */
#include "config.h"
#include "component.h"
#include <math.h>
#include <stdlib.h>

/* A(x) = 2 int_0^inf f(sqrt(x^2 + l^2)) dl. With l = x sinh s the integrand is analytic in a strip
 * around the real axis and falls exponentially: the trapezoid rule converges exponentially. */
static double projected(double x, double alpha, double beta, double gamma)
{
  double step = 0.1875 / fmax(1.0, 0.5 * alpha), log_x = log(x);
  double slope = (gamma - beta) / alpha, sum = 0.0;
  for (int k = 0; k < 4000; k++) {
    double s = k * step, e = exp(s), i = 1.0 / e;
    double cosh_s = 0.5 * (e + i), log_t = log_x + s + log1p(i * i) - 0.69314718055994530942;
    double value = exp(slope * log1p(exp(alpha * log_t)) - gamma * log_t) * cosh_s;
    sum += k == 0 ? 0.5 * value : value;
    if (log_t > 0.0 && value < 1e-17 * sum) break;
  }
  return 2.0 * x * step * sum;
}

static double central(double alpha, double beta, double gamma)
{
  int sign;
  double a = (1.0 - gamma) / alpha, b = (beta - 1.0) / alpha;
  return exp(log(2.0 / alpha) + lgamma_r(a, &sign) + lgamma_r(b, &sign) - lgamma_r(a + b, &sign));
}

double gnfw_shape(double x, double alpha, double beta, double gamma)
{
  if (!(x > 0.0)) return 1.0;
  return projected(x, alpha, beta, gamma) / central(alpha, beta, gamma);
}

/* Polynomial of degree D through D + 1 values at Chebyshev's points of [-1, 1], as coefficients of
 * powers. */
static void interpolate(const double *node, const double *value, double *out)
{
  enum { N = GNFW_DEGREE + 1 };
  double d[N], c[N] = { 0 };
  for (int i = 0; i < N; i++) d[i] = value[i];
  for (int k = 1; k < N; k++) /* divided differences */
    for (int i = N - 1; i >= k; i--) d[i] = (d[i] - d[i - 1]) / (node[i] - node[i - k]);
  for (int k = N - 1; k >= 0; k--) { /* c = c * (t - node[k]) + d[k] */
    for (int i = N - 1; i > 0; i--) c[i] = c[i - 1] - node[k] * c[i];
    c[0] = d[k] - node[k] * c[0];
  }
  for (int i = 0; i < N; i++) out[i] = c[i];
}

static void fill_panels(struct gnfw_table *t)
{
  double node[GNFW_DEGREE + 1], value[GNFW_DEGREE + 1];
  double width = (GNFW_LOG_HIGH - GNFW_LOG_LOW) / GNFW_PANELS,
         front = central(t->alpha, t->beta, t->gamma);
  for (int i = 0; i <= GNFW_DEGREE; i++) /* both ends are points: panels join */
    node[i] = -cos(3.14159265358979323846 * i / GNFW_DEGREE);
  for (int k = 0; k < GNFW_PANELS; k++) {
    for (int i = 0; i <= GNFW_DEGREE; i++) {
      double x = exp(GNFW_LOG_LOW + width * (k + 0.5 * (node[i] + 1.0)));
      value[i] = i == 0 && k > 0 ? value[GNFW_DEGREE]
                                 : log(projected(x, t->alpha, t->beta, t->gamma) / front);
    }
    interpolate(node, value, t->panel[k]);
    if (k == 0) t->first = -expm1(value[0]);
  }
  t->last = value[GNFW_DEGREE];
}

static void fill_nodes(struct gnfw_table *t)
{
  double front = central(t->alpha, t->beta, t->gamma);
  for (int k = 0; k < GNFW_NODES; k++) {
    t->x[k] = pow(10.0, -7.0 + 9.0 * k / (GNFW_NODES - 1.0));
    t->value[k] = projected(t->x[k], t->alpha, t->beta, t->gamma) / front;
  }
}

struct gnfw_table *gnfw_new(void)
{
  return calloc(1, sizeof(struct gnfw_table));
}

void gnfw_free(struct gnfw_table *t)
{
  free(t);
}

void gnfw_fill(struct gnfw_table *t, int nodes, double alpha, double beta, double gamma)
{
  if (t->filled && t->nodes == nodes && t->alpha == alpha && t->beta == beta && t->gamma == gamma)
    return;
  t->nodes = nodes;
  t->alpha = alpha;
  t->beta = beta;
  t->gamma = gamma;
  t->filled = 1;
  if (nodes)
    fill_nodes(t);
  else
    fill_panels(t);
}

void gnfw_prepare(const struct component *c, const double *own, struct gnfw_table *table,
                  struct profile *p)
{
  double rc = own[0];
  gnfw_fill(table, c->nodes, own[1], own[2], own[3]);
  p->shape = c->nodes ? PROFILE_GNFW_NODES : PROFILE_GNFW;
  p->table = table;
  p->c[0] = own[4];
  p->c[1] = 1.0 / rc;
  p->c[2] = 1.0 / (rc * rc);
}
