/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "bound.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SLACK 1e-9 /* a constant network must not reject everything */

socca_status bound_cube(bound *b, uint32_t d)
{
  *b = (bound){ .d = d, .draws = BLOCK, .hits = BLOCK };
  b->env.d = d;
  if (!(b->env.piece = calloc(1, sizeof *b->env.piece))) return SOCCA_E_NOMEM;
  b->env.n = 1;
  return envelope_sum(&b->env);
}

void bound_free(bound *b)
{
  for (size_t i = 0; i < b->n_regions; i++) {
    numeric_ellipsoid_free(&b->region[i].g);
    free(b->region[i].nets);
    free(b->region[i].quadratic);
  }
  free(b->region);
  free(b->shift);
  envelope_free(&b->env);
  *b = (bound){ 0 };
}

double bound_lnv(const bound *b)
{
  if (!b->draws) return NAN;
  return b->env.lnv_sum + log((double)b->hits / (double)b->draws);
}

double bound_shift(const bound *b, int back, uint32_t k, double x)
{
  double s = b->shift ? b->shift[k] : 0;
  if (s == 0) return x;
  x = back ? x - s : x + s;
  x -= floor(x);
  return x < 1 ? x : 0; /* a tiny negative number rounds up to one */
}

static void shift_columns(const bound *b, int back, size_t n, const double *from, double *to)
{
  for (uint32_t k = 0; k < b->d; k++)
    if (b->shift && b->shift[k] != 0)
      for (size_t i = 0; i < n; i++)
        to[k * BLOCK + i] = bound_shift(b, back, k, from[k * BLOCK + i]);
    else if (to != from)
      memcpy(to + k * BLOCK, from + k * BLOCK, n * sizeof *to);
}

/* ---- regions ---- */

/* Row m of s->rows is point index[m] of the columns s->local. */
static void gather(uint32_t d, size_t n, const uint32_t *index, scratch *s)
{
  for (size_t m = 0; m < n; m++)
    for (uint32_t k = 0; k < d; k++) s->rows[m * d + k] = s->local[k * BLOCK + index[m]];
}

/* Decides points open[0 .. n) by networks. */
static void ask_networks(const region *r, uint32_t d, uint32_t isa, size_t n, unsigned char *flag,
                         scratch *s)
{
  double limit = r->theta - SLACK, share = 1 / (double)r->n_nets;
  size_t m = 0;
  if (!n) return;
  gather(d, n, s->open, s);
  network_predict(isa, r->nets, r->stride, 1, n, s->rows, s->first, s->predict);
  for (size_t i = 0; i < n; i++) {
    flag[s->open[i]] = s->first[i] > limit;
    if (r->n_nets == 1 || fabs(s->first[i] - r->theta) > r->far_first) continue;
    s->first[m] = s->first[i];
    s->open[m++] = s->open[i];
  }
  if (!m) return;
  gather(d, m, s->open, s);
  network_predict(isa, r->nets + r->stride, r->stride, r->n_nets - 1, m, s->rows, s->rest,
                  s->predict);
  for (size_t i = 0; i < m; i++)
    flag[s->open[i]] = share * s->first[i] + (1 - share) * s->rest[i] > limit;
}

/* Adds the members of one region to flag. */
static void ask_region(const region *r, uint32_t d, uint32_t isa, size_t n, const double *x,
                       unsigned char *flag, scratch *s)
{
  size_t open = 0;
  SOCCA_DISPATCH(isa, lanes_local)(n, d, r->g.c, r->g.li, x, s->local, s->r2);
  if (!r->n_nets) {
    for (size_t i = 0; i < n; i++) flag[i] |= s->r2[i] < 1;
    return;
  }
  if (r->quadratic)
    SOCCA_DISPATCH(isa, lanes_quadratic)(n, d, r->quadratic, s->local, s->quadratic);
  for (size_t i = 0; i < n; i++) {
    if (flag[i] || !(s->r2[i] < 1)) continue;
    if (r->quadratic && fabs(s->quadratic[i] - r->theta) > r->far_quadratic)
      flag[i] = s->quadratic[i] > r->theta;
    else
      s->open[open++] = (uint32_t)i;
  }
  ask_networks(r, d, isa, open, flag, s);
}

static void in_regions(const bound *b, uint32_t isa, size_t n, const double *x, unsigned char *flag,
                       scratch *s)
{
  memset(flag, b->n_regions == 0, n);
  for (size_t j = 0; j < b->n_regions && n; j++)
    ask_region(&b->region[j], b->d, isa, n, x, flag, s);
}

/* ---- the bound ---- */

void bound_contains(const bound *b, const socca_cx *cx, size_t n, const double *x,
                    unsigned char *flag, scratch *s)
{
  unsigned char in[BLOCK];
  size_t m;
  if (!n) return;
  shift_columns(b, 0, n, x, s->moved);
  envelope_contains(&b->env, cx->isa, n, s->moved, flag, s);
  m = columns_compact(b->d, n, flag, s->moved);
  in_regions(b, cx->isa, m, s->moved, in, s);
  m = 0;
  for (size_t i = 0; i < n; i++)
    if (flag[i]) flag[i] = in[m++];
}

void bound_contains_rows(const bound *b, const socca_cx *cx, size_t n, const double *x,
                         unsigned char *flag, scratch *s)
{
  for (size_t i = 0; i < n; i += BLOCK) {
    size_t m = n - i < BLOCK ? n - i : BLOCK;
    columns_from_rows(b->d, m, x + i * b->d, s->moved);
    bound_contains(b, cx, m, s->moved, flag + i, s);
  }
}

size_t bound_block(const bound *b, const socca_cx *cx, uint32_t stream, uint64_t index, scratch *s,
                   double *x)
{
  unsigned char in[BLOCK];
  size_t n = envelope_block(&b->env, cx, stream, b->id << 32 | index, s, x);
  if (b->shift) { /* what leaves here must come back to the same side of every test */
    shift_columns(b, 1, n, x, x);
    bound_contains(b, cx, n, x, in, s);
  } else {
    in_regions(b, cx->isa, n, x, in, s);
  }
  return columns_compact(b->d, n, in, x);
}
