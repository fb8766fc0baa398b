/* SPDX-License-Identifier: BSD-3-Clause */
/* -[a (y' - y^2)^2 + (1 - y)^2] / temperature in y = low + (high - low) x, summed over neighbours (chain) or
 * over the pairs (0,1), (2,3), ... */
#include "config.h"
#include "problems.h"
#include <math.h>
#include <stdlib.h>

enum { VARIANT, STEEPNESS, LOW, HIGH, TEMPERATURE };
enum { CHAIN, PAIRS };

static double rosenbrock(const problem *p, const double *x, double *grad)
{
  double a = p->k[STEEPNESS], t = p->k[TEMPERATURE], width = p->k[HIGH] - p->k[LOW], sum = 0;
  uint32_t step = p->k[VARIANT] > 0 ? 2 : 1;
  for (uint32_t i = 0; grad && i < p->ndim; i++) grad[i] = 0;
  for (uint32_t i = 0; i + 1 < p->ndim; i += step) {
    double y = p->k[LOW] + width * x[i], next = p->k[LOW] + width * x[i + 1];
    double bend = next - y * y, away = 1 - y;
    sum -= a * bend * bend + away * away;
    if (!grad) continue;
    grad[i] += width / t * (4 * a * bend * y + 2 * away);
    grad[i + 1] -= width / t * 2 * a * bend;
  }
  return sum / t;
}

typedef struct transfer {
  const problem *p;
  size_t n;
  double h;
  double *f; /* integral over all later coordinates, as a function of the one before, on a grid */
} transfer;

/* One link of the chain: out(y) = integral of exp(-[...]) f(y') dy', trapezoid rule over the narrow kernel. */
static void apply(const transfer *c, double *out)
{
  const problem *p = c->p;
  double a = p->k[STEEPNESS] / p->k[TEMPERATURE], reach = sqrt(750 / a);
  for (size_t i = 0; i < c->n; i++) {
    double y = p->k[LOW] + c->h * (double)i, centre = y * y, sum = 0;
    double first = ceil((centre - reach - p->k[LOW]) / c->h);
    double last = floor((centre + reach - p->k[LOW]) / c->h);
    size_t from = first > 0 ? (size_t)fmin(first, (double)c->n) : 0;
    size_t end = last < 0 ? 0 : (size_t)fmin(last + 1, (double)c->n);
    for (size_t k = from; k < end; k++) {
      double bend = p->k[LOW] + c->h * (double)k - centre;
      double edge = k == 0 || k + 1 == c->n ? 0.5 : 1;
      sum += edge * exp(-a * bend * bend) * c->f[k];
    }
    out[i] = sum * c->h * exp(-(1 - y) * (1 - y) / p->k[TEMPERATURE]);
  }
}

static double chain_logz(const problem *p)
{
  double width = p->k[HIGH] - p->k[LOW], narrow = sqrt(p->k[TEMPERATURE] / p->k[STEEPNESS]);
  size_t n = (size_t)fmin(fmax(width / narrow * 20, 4000), 40000);
  transfer c = { p, n, width / (double)(n - 1), malloc(n * sizeof(double)) };
  double *out = malloc(n * sizeof *out), sum = 0, scale = 0;
  if (!c.f || !out) {
    free(c.f);
    free(out);
    return NAN;
  }
  for (size_t i = 0; i < n; i++) c.f[i] = 1;
  for (uint32_t link = 1; link < p->ndim; link++) {
    double top = 0, *former = c.f;
    apply(&c, out);
    c.f = out;
    out = former;
    for (size_t i = 0; i < n; i++) top = fmax(top, c.f[i]);
    for (size_t i = 0; i < n; i++) c.f[i] /= top;
    scale += log(top);
  }
  for (size_t i = 0; i < n; i++) sum += (i == 0 || i + 1 == n ? 0.5 : 1) * c.f[i];
  free(c.f);
  free(out);
  return scale + log(sum * c.h) - p->ndim * log(width);
}

/* the second of a pair integrated in closed form */
static double pair_slice(double y, const void *arg)
{
  const problem *p = arg;
  double s = sqrt(p->k[TEMPERATURE] / (2 * p->k[STEEPNESS]));
  double inner =
      s * exp(PROBLEM_LOG_2PI / 2) * problem_box((p->k[LOW] - y * y) / s, (p->k[HIGH] - y * y) / s);
  return inner * exp(-(1 - y) * (1 - y) / p->k[TEMPERATURE]);
}

static double rosenbrock_logz(const problem *p)
{
  double width = p->k[HIGH] - p->k[LOW];
  if ((int)p->k[VARIANT] == CHAIN) return chain_logz(p);
  double pair = problem_integral(pair_slice, p, p->k[LOW], p->k[HIGH], 20000) / (width * width);
  return (double)(p->ndim / 2) * log(pair);
}

const problem_family problem_rosenbrock = {
  .name = "rosenbrock",
  .ndim = 4,
  .least = 2,
  .most = 10000,
  .key = { [VARIANT] = { "variant", 0, 0, 0, { "chain", "pairs" } },
           [STEEPNESS] = { "steepness", 100, 1e-3, 1e6, { NULL } },
           [LOW] = { "low", -5, -1e3, 1e3, { NULL } },
           [HIGH] = { "high", 5, -1e3, 1e3, { NULL } },
           [TEMPERATURE] = { "temperature", 1, 1e-3, 1e6, { NULL } } },
  .loglike = rosenbrock,
  .logz = rosenbrock_logz,
};
