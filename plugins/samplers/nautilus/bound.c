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

void bound_shift(const bound *b, int back, size_t n, const double *from, double *to)
{
  uint32_t d = b->d;
  for (size_t i = 0; i < n; i++)
    for (uint32_t k = 0; k < d; k++) {
      double x = from[i * d + k], s = b->shift ? b->shift[k] : 0;
      if (s != 0) {
        x = back ? x - s : x + s;
        x -= floor(x);
        if (!(x < 1)) x = 0; /* a tiny negative number rounds up to one */
      }
      to[i * d + k] = x;
    }
}

/* flag[i] for points y[n x d] in a region's frame, all inside its ellipsoid; y is overwritten. */
static void ask_networks(const region *r, uint32_t d, uint32_t isa, size_t n, double *y,
                         unsigned char *flag, scratch *s)
{
  double limit = r->theta - SLACK, *mean = s->value, *rest = s->value + BLOCK;
  uint32_t *open = s->index + BLOCK;
  size_t m = 0;
  network_predict(isa, r->nets, r->stride, 1, n, y, mean, s->predict);
  for (size_t i = 0; i < n; i++) {
    flag[i] = mean[i] > limit;
    if (r->n_nets == 1 || fabs(mean[i] - r->theta) > r->decided) continue;
    memmove(y + m * d, y + i * d, d * sizeof *y);
    open[m++] = (uint32_t)i;
  }
  if (!m) return;
  network_predict(isa, r->nets + r->stride, r->stride, r->n_nets - 1, m, y, rest, s->predict);
  for (size_t k = 0; k < m; k++) {
    double share = 1 / (double)r->n_nets;
    flag[open[k]] = share * mean[open[k]] + (1 - share) * rest[k] > limit;
  }
}

/* Which of n <= BLOCK points x, in the bound's coordinates, lie in a region? */
static void in_regions(const bound *b, uint32_t isa, size_t n, const double *x, unsigned char *flag,
                       scratch *s)
{
  uint32_t d = b->d;
  unsigned char yes[BLOCK];
  memset(flag, b->n_regions == 0, n);
  for (size_t j = 0; j < b->n_regions; j++) {
    const region *r = &b->region[j];
    size_t m = 0;
    numeric_ellipsoid_local(&r->g, n, x, d, s->y, s->r2);
    for (size_t i = 0; i < n; i++) {
      if (flag[i] || !(s->r2[i] < 1)) continue;
      memmove(s->y + m * d, s->y + i * d, d * sizeof *s->y);
      s->index[m++] = (uint32_t)i;
    }
    memset(yes, 1, m);
    if (r->n_nets && m) ask_networks(r, d, isa, m, s->y, yes, s);
    for (size_t k = 0; k < m; k++) flag[s->index[k]] = yes[k];
  }
}

static void contains_block(const bound *b, const socca_cx *cx, size_t n, const double *x,
                           unsigned char *flag, scratch *s)
{
  uint32_t d = b->d;
  double *t = s->raw;
  unsigned char yes[BLOCK];
  uint32_t place[BLOCK];
  size_t m = 0;
  for (size_t i = 0; i < n; i++) {
    bound_shift(b, 0, 1, x + i * d, t + m * d);
    flag[i] = 0;
    if (envelope_contains(&b->env, t + m * d)) place[m++] = (uint32_t)i;
  }
  in_regions(b, cx->isa, m, t, yes, s);
  for (size_t k = 0; k < m; k++) flag[place[k]] = yes[k];
}

void bound_contains(const bound *b, const socca_cx *cx, size_t n, const double *x,
                    unsigned char *flag, scratch *s)
{
  for (size_t i = 0; i < n; i += BLOCK)
    contains_block(b, cx, n - i < BLOCK ? n - i : BLOCK, x + i * b->d, flag + i, s);
}

size_t bound_block(const bound *b, const socca_cx *cx, uint32_t stream, uint64_t index, scratch *s,
                   double *out)
{
  uint32_t d = b->d;
  unsigned char yes[BLOCK];
  size_t n = envelope_block(&b->env, cx, stream, b->id << 32 | index, s, out), m = 0;
  if (b->shift) { /* what leaves here must come back to the same side of every test */
    bound_shift(b, 1, n, out, out);
    contains_block(b, cx, n, out, yes, s);
  } else {
    in_regions(b, cx->isa, n, out, yes, s);
  }
  for (size_t i = 0; i < n; i++)
    if (yes[i]) memmove(out + m++ * d, out + i * d, d * sizeof *out);
  return m;
}
