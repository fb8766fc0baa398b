/* SPDX-License-Identifier: BSD-3-Clause */
/* Minimum-volume enclosing ellipsoid: Frank-Wolfe with away steps on the dual (Khachiyan 1996; Todd &
 * Yildirim 2007), started from the extremes of Kumar & Yildirim (2005). Steps update the squared
 * distances of all points by a rank-one formula; points that cannot touch the answer (Harman &
 * Pronzato 2007) are dropped on the way. Converged: no point lies farther than 1 + TOLERANCE. */
#include "config.h"
#include <numeric/dense.h>
#include <numeric/ellipsoid.h>
#include <numeric/mvee_kernel.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TOLERANCE 5e-3
#define RIDGE 1e-12
enum { LANES = 8, REFRESH = 40 };

/* All vectors over points are padded to whole lanes; columns of z hold whitened coordinates. */
typedef struct mvee {
  uint32_t isa;
  size_t d, p, n, room; /* p = d + 1; n: points still in play */
  double *z;            /* d columns of `room` */
  double *kappa, *u;    /* q W q; weights */
  size_t n_support;     /* points with weight */
  size_t *support;
  double *mean, *root; /* whitening x = mean + root z */
  double *w, *m, *v;   /* p x p inverse moment matrix, work, p vector */
  void *block;
} mvee;

static int mvee_alloc(mvee *s, uint32_t isa, size_t d, size_t n)
{
  size_t room = (n + LANES - 1) / LANES * LANES, p = d + 1;
  *s = (mvee){ .isa = isa, .d = d, .p = p, .n = n, .room = room };
  double *at = s->block = calloc((d + 2) * room + d + d * d + 3 * p * p + p, sizeof *at);
  s->support = malloc((n + 1) * sizeof *s->support);
  if (!at || !s->support) return -1;
  s->z = at;
  s->kappa = s->z + d * room;
  s->u = s->kappa + room;
  s->mean = s->u + room;
  s->root = s->mean + d;
  s->w = s->root + d * d;
  s->m = s->w + p * p;
  s->v = s->m + 2 * p * p;
  return 0;
}

/* Only a preconditioner: its ridge does not reach the answer. */
static int whiten(mvee *s, const double *x)
{
  size_t d = s->d, n = s->n;
  double *cov = s->m, *li = s->w;
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < d; k++) s->mean[k] += x[i * d + k];
  for (size_t k = 0; k < d; k++) s->mean[k] /= (double)n;
  memset(cov, 0, d * d * sizeof *cov);
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < d; k++) {
      double a = x[i * d + k] - s->mean[k];
      for (size_t j = 0; j <= k; j++) cov[k * d + j] += a * (x[i * d + j] - s->mean[j]);
    }
  for (size_t k = 0; k < d; k++)
    for (size_t j = 0; j <= k; j++) cov[k * d + j] /= (double)n;
  for (size_t k = 0; k < d; k++) {
    double a = cov[k * d + k];
    if (!isfinite(a)) return -2;
    cov[k * d + k] = a * (1 + 1e-10) + 1e-26 * (1 + s->mean[k] * s->mean[k]);
  }
  if (numeric_cholesky(d, cov, 0, s->root)) { /* nearly flat: axis by axis */
    for (size_t k = 0; k < d; k++)
      for (size_t j = 0; j < d; j++) s->root[k * d + j] = j == k ? sqrt(cov[k * d + k]) : 0;
  }
  numeric_lower_inverse(d, s->root, li);
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < d; k++) {
      double a = 0;
      for (size_t j = 0; j <= k; j++) a += li[k * d + j] * (x[i * d + j] - s->mean[j]);
      s->z[k * s->room + i] = a;
    }
  return 0;
}

static void list_support(mvee *s)
{
  s->n_support = 0;
  for (size_t i = 0; i < s->n; i++)
    if (s->u[i] > 0) s->support[s->n_support++] = i;
}

/* Farthest points along d independent directions, both ways. */
static void start(mvee *s)
{
  size_t d = s->d, n = s->n, lo, hi;
  double *basis = s->m, *b = s->v; /* orthonormal rows */
  for (size_t k = 0; k < d; k++) {
    size_t axis = 0;
    double best = -1;
    for (size_t j = 0; j < d; j++) { /* the axis least covered so far */
      double rest = 1;
      for (size_t r = 0; r < k; r++) rest -= basis[r * d + j] * basis[r * d + j];
      if (rest > best) {
        best = rest;
        axis = j;
      }
    }
    for (size_t j = 0; j < d; j++) b[j] = j == axis;
    for (size_t r = 0; r < k; r++) {
      double dot = basis[r * d + axis];
      for (size_t j = 0; j < d; j++) b[j] -= dot * basis[r * d + j];
    }
    memset(s->kappa, 0, s->room * sizeof *s->kappa);
    for (size_t j = 0; j < d; j++)
      for (size_t i = 0; i < n; i++) s->kappa[i] += b[j] * s->z[j * s->room + i];
    lo = hi = 0;
    for (size_t i = 1; i < n; i++) {
      if (s->kappa[i] < s->kappa[lo]) lo = i;
      if (s->kappa[i] > s->kappa[hi]) hi = i;
    }
    s->u[lo] = s->u[hi] = 1;
    double *row = basis + k * d, norm = 0;
    for (size_t j = 0; j < d; j++) row[j] = s->z[j * s->room + hi] - s->z[j * s->room + lo];
    for (size_t r = 0; r < k; r++) {
      double dot = 0;
      for (size_t j = 0; j < d; j++) dot += row[j] * basis[r * d + j];
      for (size_t j = 0; j < d; j++) row[j] -= dot * basis[r * d + j];
    }
    for (size_t j = 0; j < d; j++) norm += row[j] * row[j];
    norm = sqrt(norm);
    for (size_t j = 0; j < d; j++) row[j] = norm > 1e-9 ? row[j] / norm : b[j] / sqrt(best);
  }
  list_support(s);
  for (size_t i = 0; i < s->n_support; i++) s->u[s->support[i]] = 1 / (double)s->n_support;
}

static double coordinate(const mvee *s, size_t k, size_t i)
{
  return k < s->d ? s->z[k * s->room + i] : 1;
}

/* W and all squared distances afresh from the weights. */
static int refresh(mvee *s)
{
  size_t p = s->p;
  double *chol = s->m + p * p;
  memset(s->m, 0, p * p * sizeof *s->m);
  for (size_t r = 0; r < s->n_support; r++)
    for (size_t k = 0, i = s->support[r]; k < p; k++) {
      double a = s->u[i] * coordinate(s, k, i);
      for (size_t j = 0; j <= k; j++) s->m[k * p + j] += a * coordinate(s, j, i);
    }
  for (size_t k = 0; k < s->d; k++) s->m[k * p + k] += RIDGE;
  if (numeric_cholesky(p, s->m, 0, chol)) return -2;
  numeric_lower_inverse(p, chol, s->m);
  memset(s->kappa, 0, s->room * sizeof *s->kappa);
  for (size_t r = 0; r < p; r++) {
    for (size_t k = 0; k < p; k++) s->v[k] = s->m[r * p + k];
    SOCCA_DISPATCH(s->isa, mvee_add)(s->n, s->d, s->room, s->z, s->v, s->kappa);
  }
  numeric_inverse_from_lower(p, s->m, s->w);
  return 0;
}

/* u <- (1 - a) u + a e_j; everything else follows by Sherman and Morrison. */
static void move_weight(mvee *s, size_t j, double a)
{
  size_t p = s->p;
  for (size_t r = 0; r < p; r++) {
    double t = 0;
    for (size_t k = 0; k < p; k++) t += s->w[r * p + k] * coordinate(s, k, j);
    s->v[r] = t;
  }
  double f = a / (1 - a + a * s->kappa[j]), scale = 1 / (1 - a);
  SOCCA_DISPATCH(s->isa, mvee_update)(s->n, s->d, s->room, s->z, s->v, f, scale, s->kappa);
  for (size_t r = 0; r < p; r++)
    for (size_t k = 0; k < p; k++)
      s->w[r * p + k] = (s->w[r * p + k] - f * s->v[r] * s->v[k]) * scale;
  if (!(s->u[j] > 0)) s->support[s->n_support++] = j;
  for (size_t i = 0; i < s->n_support; i++) s->u[s->support[i]] *= 1 - a;
  s->u[j] += a;
}

/* Points nearer than the bound can't be on the surface of the answer. */
static void drop_inner(mvee *s, double eps)
{
  double p = (double)s->p, least = p * (1 + 0.5 * eps - 0.5 * sqrt(eps * (4 + eps - 4 / p)));
  size_t n = 0;
  for (size_t i = 0; i < s->n; i++) {
    if (s->u[i] <= 0 && s->kappa[i] < least * (1 - 1e-9)) continue;
    for (size_t k = 0; k < s->d; k++) s->z[k * s->room + n] = s->z[k * s->room + i];
    s->u[n] = s->u[i];
    s->kappa[n++] = s->kappa[i];
  }
  s->n = n;
  list_support(s);
}

/* The farthest point, and the nearest of those with weight. */
static void extremes(const mvee *s, size_t *hi, size_t *lo)
{
  *hi = SOCCA_DISPATCH(s->isa, mvee_greatest)(s->n, s->kappa);
  *lo = s->support[0];
  for (size_t r = 1; r < s->n_support; r++)
    if (s->kappa[s->support[r]] < s->kappa[*lo]) *lo = s->support[r];
}

static int iterate(mvee *s)
{
  double p = (double)s->p;
  size_t cap = 2000 + 200 * s->p;
  for (size_t it = 0; it < cap; it++) {
    size_t hi, lo;
    if (it % REFRESH == 0 && refresh(s)) return -2;
    extremes(s, &hi, &lo);
    double up = s->kappa[hi] / p - 1, down = 1 - s->kappa[lo] / p;
    if (up <= TOLERANCE && down <= TOLERANCE) break;
    if (it % REFRESH == 0) {
      drop_inner(s, up > 0 ? up : 0);
      extremes(s, &hi, &lo); /* the places have moved */
    }
    size_t j = up >= down ? hi : lo;
    double k = s->kappa[j], a = k > 1 ? (k - p) / (p * (k - 1)) : -INFINITY;
    double least = -s->u[j] / (1 - s->u[j]);
    int gone = a <= least;
    move_weight(s, j, gone ? least : a);
    if (!gone) continue;
    s->u[j] = 0;
    list_support(s);
  }
  return 0;
}

/* Centre and Cholesky factor in the original frame. */
static void finish(mvee *s, double *c, double *l)
{
  size_t d = s->d;
  double *zc = s->v, *cov = s->m, *chol = s->w, trace = 0, total = 0;
  memset(zc, 0, s->p * sizeof *zc);
  memset(cov, 0, d * d * sizeof *cov);
  for (size_t i = 0; i < s->n; i++) total += s->u[i];
  for (size_t i = 0; i < s->n; i++)
    for (size_t k = 0; k < d; k++) zc[k] += s->u[i] / total * s->z[k * s->room + i];
  for (size_t i = 0; i < s->n; i++)
    for (size_t k = 0; k < d && s->u[i] > 0; k++) {
      double a = s->u[i] / total * (s->z[k * s->room + i] - zc[k]);
      for (size_t j = 0; j <= k; j++) cov[k * d + j] += a * (s->z[j * s->room + i] - zc[j]);
    }
  for (size_t k = 0; k < d; k++) trace += cov[k * d + k];
  for (double ridge = 0; numeric_cholesky(d, cov, 1e-12 * trace / (double)d, chol);) {
    double more = ridge > 0 ? 9 * ridge : 1e-10 * trace / (double)d + 1e-30;
    for (size_t k = 0; k < d; k++) cov[k * d + k] += more;
    ridge += more;
    trace += more * (double)d;
  }
  for (size_t i = 0; i < d; i++) {
    c[i] = s->mean[i];
    for (size_t k = 0; k <= i; k++) c[i] += s->root[i * d + k] * zc[k];
    for (size_t j = 0; j < d; j++) {
      double t = 0;
      for (size_t k = j; k <= i; k++) t += s->root[i * d + k] * chol[k * d + j];
      l[i * d + j] = t;
    }
  }
}

int numeric_mvee(uint32_t isa, size_t d, size_t n, const double *x, double *c, double *l)
{
  mvee s;
  int status = mvee_alloc(&s, isa, d, n);
  if (!status) status = whiten(&s, x);
  if (!status) {
    start(&s);
    status = iterate(&s);
  }
  if (!status) finish(&s, c, l);
  free(s.block);
  free(s.support);
  return status;
}
