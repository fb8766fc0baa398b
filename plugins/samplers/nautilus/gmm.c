/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "gmm.h"
#include <numeric/dense.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 8, LLOYD = 300, STEPS = 100 };
#define LLOYD_TOLERANCE 1e-4
#define EM_TOLERANCE 1e-3
#define FLOOR 1e-6 /* added to variances */
typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));

typedef struct component {
  double lnw, lndet;
  double *mean, *cov, *chol, *li;
} component;

/* Points stand in blocks of LANES, coordinate by coordinate; `part` holds the share of component 0, with
 * zero weight for padding. */
typedef struct gmm {
  size_t d, n, blocks;
  lanes *y, *part, *keep, *z, *acc;
  double *score;
  component c[2];
  double *memory;
} gmm;

static int gmm_alloc(gmm *g, size_t d, size_t n, const double *y)
{
  size_t b = (n + LANES - 1) / LANES, m = d + 3 * d * d;
  *g = (gmm){ .d = d, .n = n, .blocks = b };
  g->y = aligned_alloc(64, (b * d + 2 * b + d + d * (d + 1) / 2 + d) * sizeof(lanes));
  g->memory = calloc(2 * m + 2 * b * LANES, sizeof *g->memory);
  if (!g->y || !g->memory) return -1;
  g->part = g->y + b * d;
  g->keep = g->part + b;
  g->z = g->keep + b;
  g->acc = g->z + d;
  for (int k = 0; k < 2; k++) {
    component *c = &g->c[k];
    c->mean = g->memory + (size_t)k * m;
    c->cov = c->mean + d;
    c->chol = c->cov + d * d;
    c->li = c->chol + d * d;
  }
  g->score = g->memory + 2 * m;
  for (size_t i = 0; i < b * LANES; i++) {
    g->keep[i / LANES][i % LANES] = i < n;
    for (size_t k = 0; k < d; k++) g->y[i / LANES * d + k][i % LANES] = i < n ? y[i * d + k] : 0;
  }
  return 0;
}

static void gmm_free(gmm *g)
{
  free(g->y);
  free(g->memory);
}

static double total(const lanes *v)
{
  double s = 0;
  for (int i = 0; i < LANES; i++) s += (*v)[i];
  return s;
}

/* Squared distance of block b's points to a centre. */
static void distance(const gmm *g, size_t b, const double *centre, lanes *out)
{
  lanes s = { 0 };
  for (size_t k = 0; k < g->d; k++) {
    lanes t = g->y[b * g->d + k] - centre[k];
    s += t * t;
  }
  *out = s;
}

/* k-means++ seeds: the second one with probability proportional to the distance squared. */
static void seed_means(gmm *g, const double u[2])
{
  size_t i = (size_t)(u[0] * (double)g->n);
  double sum = 0, at = 0;
  i = i < g->n ? i : g->n - 1;
  for (size_t k = 0; k < g->d; k++) g->c[0].mean[k] = g->y[i / LANES * g->d + k][i % LANES];
  for (size_t b = 0; b < g->blocks; b++) {
    lanes s;
    distance(g, b, g->c[0].mean, &s);
    s *= g->keep[b];
    memcpy(g->score + b * LANES, &s, sizeof s);
    sum += total(&s);
  }
  for (i = 0; i + 1 < g->n && (at += g->score[i]) <= u[1] * sum; i++) continue;
  for (size_t k = 0; k < g->d; k++) g->c[1].mean[k] = g->y[i / LANES * g->d + k][i % LANES];
}

/* Means of the two groups from `part`; returns the squared distance they moved. */
static double move_means(gmm *g)
{
  double moved = 0, w[2] = { 0, 0 };
  lanes s0 = { 0 }, s1 = { 0 };
  for (size_t b = 0; b < g->blocks; b++) {
    s0 += g->part[b];
    s1 += g->keep[b] - g->part[b];
  }
  w[0] = total(&s0);
  w[1] = total(&s1);
  for (size_t k = 0; k < g->d; k++) {
    lanes t0 = { 0 }, t1 = { 0 };
    for (size_t b = 0; b < g->blocks; b++) {
      lanes y = g->y[b * g->d + k];
      t0 += g->part[b] * y;
      t1 += (g->keep[b] - g->part[b]) * y;
    }
    double m[2] = { total(&t0), total(&t1) };
    for (int c = 0; c < 2; c++) {
      if (!(w[c] > 0)) continue;
      double step = m[c] / w[c] - g->c[c].mean[k];
      moved += step * step;
      g->c[c].mean[k] += step;
    }
  }
  return moved;
}

static void two_means(gmm *g, double tolerance)
{
  for (int it = 0; it < LLOYD; it++) {
    for (size_t b = 0; b < g->blocks; b++) {
      lanes near, far;
      distance(g, b, g->c[1].mean, &near);
      distance(g, b, g->c[0].mean, &far);
      near -= far;
      for (int i = 0; i < LANES; i++) g->part[b][i] = near[i] > 0 ? g->keep[b][i] : 0;
    }
    if (move_means(g) <= tolerance) return;
  }
}

/* Weight and covariance of component c from the shares; its mean is up to date. */
static int spread(gmm *g, int which)
{
  component *c = &g->c[which];
  size_t d = g->d, m = 0;
  lanes w = { 0 };
  memset(g->acc, 0, d * (d + 1) / 2 * sizeof *g->acc);
  for (size_t b = 0; b < g->blocks; b++) {
    lanes part = which ? g->keep[b] - g->part[b] : g->part[b];
    w += part;
    for (size_t k = 0; k < d; k++) g->z[k] = g->y[b * d + k] - c->mean[k];
    for (size_t k = m = 0; k < d; k++) {
      lanes a = part * g->z[k];
      for (size_t j = 0; j <= k; j++) g->acc[m++] += a * g->z[j];
    }
  }
  double sum = total(&w);
  if (!(sum > 0)) return -1;
  for (size_t k = m = 0; k < d; k++)
    for (size_t j = 0; j <= k; j++)
      c->cov[k * d + j] = total(&g->acc[m++]) / sum + (j == k) * FLOOR;
  if (numeric_cholesky(d, c->cov, 0, c->chol)) return -1;
  numeric_lower_inverse(d, c->chol, c->li);
  c->lnw = log(sum / (double)g->n);
  c->lndet = numeric_log_diagonal(d, c->chol);
  return 0;
}

/* log(weight x density) of all points for one component, into its half of score */
static void log_density(gmm *g, int which)
{
  component *c = &g->c[which];
  size_t d = g->d;
  double *out = g->score + (size_t)which * g->blocks * LANES;
  double constant = c->lnw - c->lndet - 0.5 * (double)d * log(2 * M_PI);
  for (size_t b = 0; b < g->blocks; b++) {
    lanes r2 = { 0 };
    for (size_t k = 0; k < d; k++) g->z[k] = g->y[b * d + k] - c->mean[k];
    for (size_t j = 0; j < d; j++) {
      lanes s = { 0 };
      for (size_t k = 0; k <= j; k++) s += c->li[j * d + k] * g->z[k];
      r2 += s * s;
    }
    r2 = constant - 0.5 * r2;
    memcpy(out + b * LANES, &r2, sizeof r2);
  }
}

/* Shares of component 0; returns the mean log-likelihood. */
static double expect(gmm *g)
{
  double sum = 0, *a = g->score, *b = a + g->blocks * LANES;
  log_density(g, 0);
  log_density(g, 1);
  for (size_t i = 0; i < g->n; i++) {
    double m = fmax(a[i], b[i]), e = exp(-fabs(a[i] - b[i]));
    double small = e / (1 + e);
    sum += m + log1p(e);
    g->part[i / LANES][i % LANES] = a[i] >= b[i] ? 1 - small : small;
  }
  return sum / (double)g->n;
}

static int fit_once(gmm *g, const double u[2], double tolerance, double *best)
{
  double last = -INFINITY;
  seed_means(g, u);
  two_means(g, tolerance);
  for (int it = 0; it < STEPS; it++) {
    if (it) move_means(g);
    if (spread(g, 0) || spread(g, 1)) return -1;
    *best = expect(g);
    if (!isfinite(*best)) return -1;
    if (fabs(*best - last) < EM_TOLERANCE) break;
    last = *best;
  }
  return 0;
}

static double mean_variance(gmm *g)
{
  double sum = 0;
  for (size_t k = 0; k < g->d; k++) {
    lanes s = { 0 }, q = { 0 };
    for (size_t b = 0; b < g->blocks; b++) {
      s += g->y[b * g->d + k];
      q += g->y[b * g->d + k] * g->y[b * g->d + k];
    }
    double m = total(&s) / (double)g->n;
    sum += total(&q) / (double)g->n - m * m;
  }
  return sum / (double)g->d;
}

socca_status SOCCA_LEVEL(gmm_fit)(size_t d, size_t n, const double *y, const double u[GMM_UNIFORMS],
                                  double *score)
{
  gmm g;
  double best = -INFINITY, mine = 0;
  if (gmm_alloc(&g, d, n, y)) {
    gmm_free(&g);
    return SOCCA_E_NOMEM;
  }
  double tolerance = LLOYD_TOLERANCE * mean_variance(&g);
  for (int r = 0; r < GMM_RESTARTS; r++) {
    if (fit_once(&g, u + 2 * r, tolerance, &mine) || !(mine > best)) continue;
    best = mine;
    memcpy(score, g.score, n * sizeof *score);
    memcpy(score + n, g.score + g.blocks * LANES, n * sizeof *score);
  }
  gmm_free(&g);
  return best > -INFINITY ? SOCCA_OK : SOCCA_E_NUMERIC;
}
