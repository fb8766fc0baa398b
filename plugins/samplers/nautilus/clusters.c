/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "clusters.h"
#include "gmm.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SPARSE 6.907755278982137 /* log(1000): a piece this much sparser than the others goes */

/* A candidate for a division. */
typedef struct half {
  piece p;
  size_t n;
  double *x;
} half;

static void half_free(half *h)
{
  piece_free(&h->p);
  free(h->x);
}

void clusters_free(clusters *c)
{
  for (size_t i = 0; i < c->env.n && c->x; i++) free(c->x[i]);
  envelope_free(&c->env);
  free(c->n);
  free(c->x);
  free(c->blocked);
  c->n = NULL;
  c->x = NULL;
  c->blocked = NULL;
}

static socca_status reserve(clusters *c, size_t n)
{
  void *p;
  if (!(p = realloc(c->env.piece, n * sizeof *c->env.piece))) return SOCCA_E_NOMEM;
  c->env.piece = p;
  if (!(p = realloc(c->n, n * sizeof *c->n))) return SOCCA_E_NOMEM;
  c->n = p;
  if (!(p = realloc(c->x, n * sizeof *c->x))) return SOCCA_E_NOMEM;
  c->x = p;
  if (!(p = realloc(c->blocked, n))) return SOCCA_E_NOMEM;
  c->blocked = p;
  return SOCCA_OK;
}

static socca_status plain_piece(const clusters *c, piece *p, size_t n, const double *x)
{
  uint32_t d = c->env.d;
  *p = (piece){ 0 };
  if (!(p->axis = calloc(d, sizeof *p->axis))) return SOCCA_E_NOMEM;
  for (uint32_t k = 0; k < d; k++) p->axis[k] = k;
  int code = numeric_ellipsoid_fit(&p->e, c->isa, d, n, x, c->enlarge);
  if (code) p->e.d = 0;
  p->lnv = p->e.lnv;
  return code == 0 ? SOCCA_OK : code == -1 ? SOCCA_E_NOMEM : SOCCA_E_NUMERIC;
}

static socca_status fit_half(const clusters *c, half *h)
{
  return c->mixtures ? piece_fit(&h->p, c->isa, c->env.d, h->n, h->x, c->enlarge, NULL)
                     : plain_piece(c, &h->p, h->n, h->x);
}

/* Takes h over as the last piece. Room must be there. */
static void append(clusters *c, half *h)
{
  size_t i = c->env.n++;
  c->env.piece[i] = h->p;
  c->n[i] = h->n;
  c->x[i] = h->x;
  c->blocked[i] = h->n < 2 * c->n_min;
  *h = (half){ 0 };
}

static void drop(clusters *c, size_t j)
{
  piece_free(&c->env.piece[j]);
  free(c->x[j]);
  size_t rest = --c->env.n - j;
  memmove(c->env.piece + j, c->env.piece + j + 1, rest * sizeof *c->env.piece);
  memmove(c->n + j, c->n + j + 1, rest * sizeof *c->n);
  memmove(c->x + j, c->x + j + 1, rest * sizeof *c->x);
  memmove(c->blocked + j, c->blocked + j + 1, rest);
  c->draws = c->hits = 0;
}

socca_status clusters_start(clusters *c, uint32_t d, size_t n, const double *x,
                            const numeric_ellipsoid *all)
{
  half h = { .n = n };
  socca_status st = reserve(c, 1);
  c->env.d = d;
  if (st) return st;
  if (!(h.x = malloc(n * d * sizeof *h.x))) return SOCCA_E_NOMEM;
  memcpy(h.x, x, n * d * sizeof *h.x);
  st = c->mixtures ? piece_fit(&h.p, c->isa, d, n, h.x, c->enlarge, all) : fit_half(c, &h);
  if (st) {
    half_free(&h);
    return st;
  }
  append(c, &h);
  return envelope_sum(&c->env);
}

static size_t largest(const clusters *c)
{
  size_t j = SIZE_MAX;
  for (size_t i = 0; i < c->env.n; i++)
    if (!c->blocked[i] && (j == SIZE_MAX || c->env.piece[i].lnv > c->env.piece[j].lnv)) j = i;
  return j;
}

/* The piece's points in its own frame, where all coordinates are of order one. */
static void own_frame(const clusters *c, size_t j, double *y)
{
  const piece *p = &c->env.piece[j];
  uint32_t d = c->env.d;
  double t[128], r[128];
  for (size_t i = 0; i < c->n[j]; i++) {
    const double *x = c->x[j] + i * d;
    for (uint32_t k = 0; k < p->e.d; k++) t[k] = x[p->axis[k]];
    if (p->e.d) numeric_ellipsoid_local(&p->e, 1, t, p->e.d, r, NULL);
    for (uint32_t k = 0, a = 0; k < d; k++)
      y[i * d + k] = a < p->e.d && p->axis[a] == k ? r[a++] : 2 * x[k] - 1;
  }
}

static int descending(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x < y) - (x > y);
}

/* Labels from the scores of both components; the rarer group is filled up to n_min with the points
 * that fit it best. */
static socca_status labels(size_t n, size_t n_min, const double *score, unsigned char *label)
{
  size_t ones = 0;
  for (size_t i = 0; i < n; i++) ones += label[i] = score[n + i] > score[i];
  int rare = ones < n - ones;
  if ((rare ? ones : n - ones) >= n_min) return SOCCA_OK;
  double *sorted = malloc(n * sizeof *sorted);
  if (!sorted) return SOCCA_E_NOMEM;
  memcpy(sorted, score + (rare ? n : 0), n * sizeof *sorted);
  qsort(sorted, n, sizeof *sorted, descending);
  for (size_t i = 0; i < n; i++)
    if (score[(rare ? n : 0) + i] >= sorted[n_min - 1]) label[i] = (unsigned char)rare;
  free(sorted);
  return SOCCA_OK;
}

/* Two groups of piece j's points. SOCCA_E_NUMERIC: it can't be divided. */
static socca_status divide(clusters *c, const socca_cx *cx, size_t j, half h[2])
{
  size_t n = c->n[j], d = c->env.d;
  double u[GMM_UNIFORMS];
  double *y = malloc(n * d * sizeof *y), *score = malloc(2 * n * sizeof *score);
  unsigned char *label = malloc(n);
  socca_status st = y && score && label ? SOCCA_OK : SOCCA_E_NOMEM;
  if (!st) {
    own_frame(c, j, y);
    cx->h->uniform(cx, STREAM_MIXTURE, c->key << 20 | c->serial++, GMM_UNIFORMS, u);
    st = SOCCA_DISPATCH(cx->isa, gmm_fit)(d, n, y, u, score);
  }
  if (!st) st = labels(n, c->n_min, score, label);
  for (size_t i = 0; i < n && !st; i++) h[label[i]].n++;
  if (!st && (h[0].n < c->n_min || h[1].n < c->n_min)) st = SOCCA_E_NUMERIC;
  for (int g = 0; g < 2 && !st; g++) {
    if (!(h[g].x = malloc(h[g].n * d * sizeof *h[g].x))) st = SOCCA_E_NOMEM;
    for (size_t i = 0, m = 0; i < n && !st; i++)
      if (label[i] == g) memcpy(h[g].x + m++ * d, c->x[j] + i * d, d * sizeof *h[g].x);
    if (!st) st = fit_half(c, &h[g]);
  }
  free(y);
  free(score);
  free(label);
  return st;
}

static socca_status any_overlap(const clusters *c, size_t j, const half h[2], int *found)
{
  double *work = malloc(numeric_ellipsoid_overlap_work(c->env.d) * sizeof *work);
  if (!work) return SOCCA_E_NOMEM;
  *found = numeric_ellipsoid_overlap(&h[0].p.e, &h[1].p.e, work);
  for (size_t i = 0; i < c->env.n && !*found; i++)
    for (int g = 0; g < 2 && i != j && !*found; g++)
      *found = numeric_ellipsoid_overlap(&c->env.piece[i].e, &h[g].p.e, work);
  free(work);
  return SOCCA_OK;
}

static double ln_add(double a, double b)
{
  double m = fmax(a, b);
  return m + log(exp(a - m) + exp(b - m));
}

socca_status clusters_split(clusters *c, const socca_cx *cx, int overlap, int *split)
{
  *split = 0;
  for (size_t j; (j = largest(c)) != SIZE_MAX;) {
    half h[2] = { 0 };
    int apart = 1, touch = 0;
    socca_status st = divide(c, cx, j, h);
    if (st == SOCCA_E_NUMERIC)
      apart = 0;
    else if (!st && !overlap)
      st = any_overlap(c, j, h, &touch);
    if (apart && !st && !touch && ln_add(h[0].p.lnv, h[1].p.lnv) <= c->env.piece[j].lnv) {
      if (!(st = reserve(c, c->env.n + 2))) {
        drop(c, j);
        append(c, &h[0]);
        append(c, &h[1]);
        st = envelope_sum(&c->env);
      }
      *split = !st;
    }
    half_free(&h[0]);
    half_free(&h[1]);
    if (*split || (st && st != SOCCA_E_NUMERIC)) return st;
    c->blocked[j] = 1;
  }
  return SOCCA_OK;
}

static int ascending(const void *a, const void *b)
{
  return descending(b, a);
}

socca_status clusters_trim(clusters *c, int *trimmed)
{
  size_t n = c->env.n, least = 0, m = 0;
  *trimmed = 0;
  if (n < 2) return SOCCA_OK;
  double *r = malloc(n * sizeof *r), low = INFINITY;
  if (!r) return SOCCA_E_NOMEM;
  for (size_t i = 0; i < n; i++) {
    double density = log((double)c->n[i]) - c->env.piece[i].lnv;
    if (density < low) {
      low = density;
      least = i;
    }
  }
  for (size_t i = 0; i < n; i++)
    if (i != least) r[m++] = log((double)c->n[i]) - c->env.piece[i].lnv;
  qsort(r, m, sizeof *r, ascending);
  double median = 0.5 * (r[(m - 1) / 2] + r[m / 2]);
  free(r);
  if (!(low < median - SPARSE)) return SOCCA_OK;
  drop(c, least);
  *trimmed = 1;
  return envelope_sum(&c->env);
}

socca_status clusters_lnv(clusters *c, const socca_cx *cx, scratch *s, double *lnv)
{
  *lnv = 0;
  if (c->env.n == 1 && c->env.piece[0].e.d == 0) return SOCCA_OK;
  while (c->draws < 2 * BLOCK || (c->hits < 100 && c->draws < 1000 * BLOCK)) {
    if (c->draws % (64 * BLOCK) == 63 * BLOCK && cx->h->stop(cx)) return SOCCA_INTERRUPTED;
    c->hits += envelope_block(&c->env, cx, STREAM_SPLIT, c->key << 20 | c->serial++, s, s->local);
    c->draws += BLOCK;
  }
  *lnv = c->env.lnv_sum + log((double)c->hits / (double)c->draws);
  return SOCCA_OK;
}
