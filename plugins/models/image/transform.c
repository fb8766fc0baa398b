/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "transform.h"
#include "memory.h"
#include <math.h>

static const size_t radices[] = { 8, 6, 5, 4, 3, 2 };
/* arithmetic, twiddles and memory of one pass, per number */
static const double pass_cost[] = { 17.2, 16.3, 17.6, 12.5, 13.3, 9.0 };

/* Cheapest product of radices, largest first; `most`: index of the largest allowed. */
static double factorize(size_t n, size_t most, size_t depth, size_t *radix, size_t *count)
{
  if (n == 1) {
    *count = depth;
    return 0.0;
  }
  double best = INFINITY;
  size_t trial[TRANSFORM_PASSES], length;
  if (depth == TRANSFORM_PASSES) return best;
  for (size_t k = most; k < sizeof radices / sizeof *radices; k++) {
    if (n % radices[k] != 0) continue;
    for (size_t i = 0; i < depth; i++) trial[i] = radix[i];
    trial[depth] = radices[k];
    double cost = pass_cost[k] + factorize(n / radices[k], k, depth + 1, trial, &length);
    if (!(cost < best)) continue;
    best = cost;
    *count = length;
    for (size_t i = depth; i < length; i++) radix[i] = trial[i];
  }
  return best;
}

static int smooth(size_t n)
{
  if (n == 0) return 0;
  while (n % 2 == 0) n /= 2;
  while (n % 3 == 0) n /= 3;
  while (n % 5 == 0) n /= 5;
  return n == 1;
}

double transform_cost(size_t n)
{
  size_t radix[TRANSFORM_PASSES], count;
  if (!smooth(n)) return 0.0;
  double cost = factorize(n, 0, 0, radix, &count);
  return cost < INFINITY ? (double)n * cost : 0.0;
}

/* Frequency k leaves the first pass in block k mod r, and is frequency k / r of that block's own
 * transform. */
static size_t place(const struct transform *t, size_t k)
{
  size_t at = 0, length = t->n;
  for (size_t p = 0; p < t->npass; p++) {
    length /= t->radix[p];
    at += k % t->radix[p] * length;
    k /= t->radix[p];
  }
  return at;
}

socca_status transform_make(struct transform *t, size_t n)
{
  *t = (struct transform){ .n = n };
  factorize(n, 0, 0, t->radix, &t->npass);
  size_t length = n;
  for (size_t p = 0; p < t->npass; p++) {
    size_t r = t->radix[p], m = length / r;
    double *turn = image_doubles(2 * m * (r - 1));
    t->turn[p] = turn;
    if (!turn) return SOCCA_E_NOMEM;
    for (size_t j = 0; j < m; j++)
      for (size_t q = 1; q < r; q++) {
        double angle = 2.0 * 3.14159265358979323846 * (double)(j * q) / (double)length;
        *turn++ = cos(angle);
        *turn++ = -sin(angle);
      }
    length = m;
  }
  t->at = calloc(n, sizeof *t->at);
  if (!t->at) return SOCCA_E_NOMEM;
  for (size_t k = 0; k < n; k++) t->at[k] = (uint32_t)place(t, k);
  return SOCCA_OK;
}

void transform_clear(struct transform *t)
{
  for (size_t p = 0; p < t->npass; p++) free(t->turn[p]);
  free(t->at);
  *t = (struct transform){ 0 };
}
