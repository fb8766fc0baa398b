/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "envelope.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

void piece_free(piece *p)
{
  if (p->e.d) numeric_ellipsoid_free(&p->e);
  free(p->axis);
  p->axis = NULL;
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

/* ---- tests ---- */

static void cube_flags(uint32_t d, size_t n, const double *x, unsigned char *flag)
{
  memset(flag, 1, n);
  for (uint32_t k = 0; k < d; k++)
    for (size_t i = 0; i < n; i++)
      flag[i] &= (unsigned char)((x[k * BLOCK + i] >= 0) & (x[k * BLOCK + i] < 1));
}

/* Squared distances from the centre of a piece's ellipsoid: below 1 inside. */
static void piece_distance(const piece *p, uint32_t d, uint32_t isa, size_t n, const double *x,
                           scratch *s)
{
  const double *at = x;
  (void)isa;
  if (p->e.d == 0) {
    memset(s->r2, 0, n * sizeof *s->r2);
    return;
  }
  if (p->e.d < d) {
    at = s->axes;
    for (uint32_t k = 0; k < p->e.d; k++)
      memcpy(s->axes + k * BLOCK, x + p->axis[k] * (size_t)BLOCK, n * sizeof *x);
  }
  SOCCA_DISPATCH(isa, lanes_local)(n, p->e.d, p->e.c, p->e.li, at, NULL, s->r2);
}

void envelope_contains(const envelope *v, uint32_t isa, size_t n, const double *x,
                       unsigned char *flag, scratch *s)
{
  unsigned char any[BLOCK] = { 0 };
  for (size_t j = 0; j < v->n; j++) {
    piece_distance(&v->piece[j], v->d, isa, n, x, s);
    for (size_t i = 0; i < n; i++) any[i] |= s->r2[i] < 1;
  }
  cube_flags(v->d, n, x, flag);
  for (size_t i = 0; i < n; i++) flag[i] &= any[i];
}

/* ---- draws ---- */

/* n points of a piece from columns of uniforms: those of the ball, then one for each free axis. */
static void piece_draw(const piece *p, uint32_t d, uint32_t isa, size_t n, const double *raw,
                       scratch *s, double *x)
{
  uint32_t nd = p->e.d;
  size_t next = nd ? lanes_ball_columns(nd) : 0;
  (void)isa;
  if (nd) {
    SOCCA_DISPATCH(isa, lanes_ball)(n, nd, raw, s->y);
    SOCCA_DISPATCH(isa, lanes_global)(n, nd, p->e.c, p->e.l, s->y, nd == d ? x : s->axes);
  }
  for (uint32_t k = 0, a = 0; k < d && nd < d; k++) {
    const double *from =
        a < nd && p->axis[a] == k ? s->axes + (size_t)a++ * BLOCK : raw + next++ * BLOCK;
    memcpy(x + k * (size_t)BLOCK, from, n * sizeof *x);
  }
}

static size_t choose(const envelope *v, double u)
{
  size_t i = 0;
  while (i + 1 < v->n && u >= v->cumulative[i]) i++;
  return i;
}

/* Every draw from a piece of its own choice; the draws of one piece are made together. */
static void mixed_draw(const envelope *v, uint32_t isa, const double *choice, scratch *s, double *x)
{
  uint32_t *of = s->place;
  double *drawn = s->moved;
  for (size_t i = 0; i < BLOCK; i++) of[i] = (uint32_t)choose(v, choice[i]);
  for (size_t j = 0; j < v->n; j++) {
    size_t n = 0;
    for (size_t i = 0; i < BLOCK; i++)
      if (of[i] == j) s->index[n++] = (uint32_t)i;
    for (uint32_t k = 0; k < v->d + 3 && n; k++)
      for (size_t m = 0; m < n; m++) s->part[k * BLOCK + m] = s->raw[k * BLOCK + s->index[m]];
    if (n) piece_draw(&v->piece[j], v->d, isa, n, s->part, s, drawn);
    for (uint32_t k = 0; k < v->d && n; k++)
      for (size_t m = 0; m < n; m++) x[k * BLOCK + s->index[m]] = drawn[k * BLOCK + m];
  }
}

/* A point in m pieces stays with probability 1/m. */
static void thin(const envelope *v, uint32_t isa, size_t n, const double *x, const double *u,
                 unsigned char *flag, scratch *s)
{
  uint32_t count[BLOCK] = { 0 };
  for (size_t j = 0; j < v->n; j++) {
    piece_distance(&v->piece[j], v->d, isa, n, x, s);
    for (size_t i = 0; i < n; i++) count[i] += s->r2[i] < 1;
  }
  for (size_t i = 0; i < n; i++) /* rounding may leave the piece it was drawn from */
    flag[i] &= u[i] * (double)(count[i] ? count[i] : 1) < 1;
}

size_t envelope_block(const envelope *v, const socca_cx *cx, uint32_t stream, uint64_t index,
                      scratch *s, double *x)
{
  uint32_t d = v->d;
  cx->h->uniform(cx, stream, index, BLOCK * (size_t)(d + 3), s->raw);
  if (v->n == 1) {
    piece_draw(&v->piece[0], d, cx->isa, BLOCK, s->raw, s, x);
    cube_flags(d, BLOCK, x, s->flag);
  } else {
    double *parts = s->first; /* and s->rest: which piece, thinning */
    cx->h->uniform(cx, stream + STREAM_PIECES, index, 2 * BLOCK, parts);
    mixed_draw(v, cx->isa, parts, s, x);
    cube_flags(d, BLOCK, x, s->flag);
    thin(v, cx->isa, BLOCK, x, parts + BLOCK, s->flag, s);
  }
  return columns_compact(d, BLOCK, s->flag, x);
}

/* ---- columns ---- */

void columns_from_rows(uint32_t d, size_t n, const double *rows, double *columns)
{
  for (size_t i = 0; i < n; i++)
    for (uint32_t k = 0; k < d; k++) columns[k * BLOCK + i] = rows[i * d + k];
}

void columns_to_rows(uint32_t d, size_t n, const double *columns, double *rows)
{
  for (size_t i = 0; i < n; i++)
    for (uint32_t k = 0; k < d; k++) rows[i * d + k] = columns[k * BLOCK + i];
}

size_t columns_compact(uint32_t d, size_t n, const unsigned char *flag, double *columns)
{
  uint32_t kept[BLOCK];
  size_t m = 0;
  for (size_t i = 0; i < n; i++) {
    kept[m] = (uint32_t)i;
    m += flag[i] != 0;
  }
  for (uint32_t k = 0; k < d && m < n; k++)
    for (size_t i = 0; i < m; i++) columns[k * BLOCK + i] = columns[k * BLOCK + kept[i]];
  return m;
}

int scratch_alloc(scratch *s, uint32_t d)
{
  size_t columns = 8 * (size_t)d + 10;
  *s = (scratch){ .d = d };
  double *at = s->raw = calloc(columns * BLOCK, sizeof *at);
  s->index = calloc(3 * BLOCK, sizeof *s->index);
  s->flag = calloc(BLOCK, 1);
  if (!at || !s->index || !s->flag) return -1;
  double **part[] = { &s->part, &s->y, &s->axes, &s->moved, &s->local, &s->rows, &s->r2 };
  size_t width[] = { d + 3, d + 3, d, d, d, d, d };
  for (size_t i = 0; i < 7; i++) *part[i] = at += width[i] * BLOCK;
  s->quadratic = s->r2 + BLOCK;
  s->first = s->quadratic + BLOCK;
  s->rest = s->first + BLOCK;
  s->open = s->index + BLOCK;
  s->place = s->open + BLOCK;
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
