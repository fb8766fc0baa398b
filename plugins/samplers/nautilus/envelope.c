/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "envelope.h"
#include <numeric/dense.h>
#include <numeric/random.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT = 128 }; /* of dimensions, for small arrays */

void piece_free(piece *p)
{
  if (p->e.d) numeric_ellipsoid_free(&p->e);
  free(p->axis);
  p->axis = NULL;
}

int piece_contains(const piece *p, uint32_t d, const double *x)
{
  double y[LIMIT];
  if (p->e.d == 0) return 1;
  if (p->e.d == d) return numeric_ellipsoid_contains(&p->e, x);
  for (uint32_t k = 0; k < p->e.d; k++) y[k] = x[p->axis[k]];
  return numeric_ellipsoid_contains(&p->e, y);
}

void envelope_free(envelope *v)
{
  for (size_t i = 0; i < v->n; i++) piece_free(&v->piece[i]);
  free(v->piece);
  free(v->cumulative);
  *v = (envelope){ .d = v->d };
}

socca_status envelope_sum(envelope *v)
{
  double m = -INFINITY, s = 0;
  double *c = realloc(v->cumulative, v->n * sizeof *c);
  if (!c) return SOCCA_E_NOMEM;
  v->cumulative = c;
  for (size_t i = 0; i < v->n; i++) m = fmax(m, v->piece[i].lnv);
  for (size_t i = 0; i < v->n; i++) c[i] = s += exp(v->piece[i].lnv - m);
  for (size_t i = 0; i < v->n; i++) c[i] /= s;
  v->lnv_sum = m + log(s);
  return SOCCA_OK;
}

static int in_cube(uint32_t d, const double *x)
{
  for (uint32_t k = 0; k < d; k++)
    if (!(x[k] >= 0 && x[k] < 1)) return 0;
  return 1;
}

int envelope_contains(const envelope *v, const double *x)
{
  if (!in_cube(v->d, x)) return 0;
  for (size_t i = 0; i < v->n; i++)
    if (piece_contains(&v->piece[i], v->d, x)) return 1;
  return 0;
}

/* One point of a piece: e.d + 2 normals make a point of the ball, uniforms fill the other axes. */
static void piece_draw(const piece *p, uint32_t d, const double *normal, const double *raw,
                       double *x)
{
  double y[LIMIT];
  uint32_t nd = p->e.d, free_axis = nd + 2;
  numeric_ball(1, nd, normal, y);
  numeric_ellipsoid_global(&p->e, 1, y, y);
  for (uint32_t k = 0, a = 0; k < d; k++)
    if (a < nd && p->axis[a] == k)
      x[k] = y[a++];
    else
      x[k] = raw[free_axis++];
}

static size_t choose(const envelope *v, double u)
{
  size_t i = 0;
  while (i + 1 < v->n && u >= v->cumulative[i]) i++;
  return i;
}

static double share(const envelope *v, const double *x)
{
  size_t m = 0;
  for (size_t i = 0; i < v->n; i++) m += piece_contains(&v->piece[i], v->d, x) != 0;
  return 1 / (double)(m ? m : 1); /* rounding may leave the piece it was drawn from */
}

size_t envelope_block(const envelope *v, const socca_cx *cx, uint32_t stream, uint64_t index,
                      scratch *s, double *out)
{
  uint32_t d = v->d, row = d + 2;
  size_t kept = 0;
  double *part = s->value; /* 2 x BLOCK: which piece, thinning */
  cx->h->uniform(cx, stream, index, BLOCK * (size_t)row, s->raw);
  if (v->n > 1) cx->h->uniform(cx, stream + STREAM_PARTS, index, 2 * BLOCK, part);
  if (v->n > 1 || v->piece[0].e.d) {
    memcpy(s->normal, s->raw, BLOCK * (size_t)row * sizeof *s->raw);
    numeric_normals(BLOCK * (size_t)row, s->normal);
  }
  for (size_t i = 0; i < BLOCK; i++) {
    double *x = out + kept * d;
    const piece *p = &v->piece[v->n > 1 ? choose(v, part[i]) : 0];
    if (p->e.d == 0)
      memcpy(x, s->raw + i * row, d * sizeof *x);
    else
      piece_draw(p, d, s->normal + i * row, s->raw + i * row, x);
    if (!in_cube(d, x)) continue;
    if (v->n > 1 && !(part[BLOCK + i] < share(v, x))) continue;
    kept++;
  }
  return kept;
}

int scratch_alloc(scratch *s, uint32_t d)
{
  size_t rows = BLOCK * (size_t)(d + 2);
  *s = (scratch){ .d = d };
  s->raw = calloc(2 * rows + 2 * BLOCK * (size_t)d + 3 * BLOCK, sizeof *s->raw);
  s->index = calloc(2 * BLOCK, sizeof *s->index);
  s->flag = calloc(BLOCK, 1);
  if (!s->raw || !s->index || !s->flag) return -1;
  s->normal = s->raw + rows;
  s->x = s->normal + rows;
  s->y = s->x + BLOCK * (size_t)d;
  s->r2 = s->y + BLOCK * (size_t)d;
  s->value = s->r2 + BLOCK;
  return 0;
}

void scratch_free(scratch *s)
{
  free(s->raw);
  free(s->index);
  free(s->flag);
  free(s->predict);
  *s = (scratch){ 0 };
}
