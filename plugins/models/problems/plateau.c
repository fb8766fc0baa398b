/* SPDX-License-Identifier: BSD-3-Clause */
/* Likelihoods with flat parts. stairs: ceil(-log10(1 - x0)), each step a tenth of the one below. cliff: -inf up
 * to 0.9, then ln(x0 - 0.9). flat-top: a Gaussian in two dimensions with its top cut off at radius 0.3. The
 * coordinates that a variant does not use are flat. */
#include "config.h"
#include "problems.h"
#include <math.h>

enum { VARIANT };
enum { STAIRS, CLIFF, FLAT_TOP };
static const double top = 0.3, sigma = 0.1, edge = 0.9;

static double flat_top(double r2)
{
  return fmin(0, -(r2 - top * top) / (2 * sigma * sigma));
}

static double plateau(const problem *p, const double *x, double *grad)
{
  for (uint32_t i = 0; grad && i < p->ndim; i++) grad[i] = 0;
  switch ((int)p->k[VARIANT]) {
  case STAIRS:
    return x[0] < 1 ? ceil(-log10(1 - x[0])) : 17; /* the last double below 1 is on step 16 */
  case CLIFF:
    if (!(x[0] > edge)) return -INFINITY;
    if (grad) grad[0] = 1 / (x[0] - edge);
    return log(x[0] - edge);
  default:
    break;
  }
  double a = x[0] - 0.5, b = p->ndim > 1 ? x[1] - 0.5 : 0, r2 = a * a + b * b;
  if (grad && r2 > top * top) {
    grad[0] = -a / (sigma * sigma);
    if (p->ndim > 1) grad[1] = -b / (sigma * sigma);
  }
  return flat_top(r2);
}

/* r x the angle within the unit square at that radius x likelihood */
static double ring(double r, const void *arg)
{
  const double pi = 3.14159265358979323846;
  (void)arg;
  double angle = r > 0.5 ? 2 * pi - 8 * acos(0.5 / r) : 2 * pi;
  return r * angle * exp(flat_top(r * r));
}
static double line(double t, const void *arg)
{
  (void)arg;
  return exp(flat_top(t * t));
}

static double plateau_logz(const problem *p)
{
  double sum = 0, share = 0.9, corner = sqrt(0.5);
  if ((int)p->k[VARIANT] == CLIFF) return log((1 - edge) * (1 - edge) / 2);
  if ((int)p->k[VARIANT] == FLAT_TOP)
    return p->ndim == 1 ? log(2 * (top + problem_integral(line, NULL, top, 0.5, 200)))
                        : log(problem_integral(ring, NULL, 0, top, 10) +
                              problem_integral(ring, NULL, top, 0.5, 200) +
                              problem_integral(ring, NULL, 0.5, corner, 2000));
  for (int k = 1; k <= 16; k++, share /= 10) sum += share * exp(k); /* x0 = 0 is of measure zero */
  return log(sum);
}

const problem_family problem_plateau = {
  .name = "plateau",
  .ndim = 2,
  .least = 1,
  .most = 10000,
  .key = { [VARIANT] = { "variant", 0, 0, 0, { "stairs", "cliff", "flat-top" } } },
  .loglike = plateau,
  .logz = plateau_logz,
};
