/* SPDX-License-Identifier: BSD-3-Clause */
/* A pixel's integral as a sum over its edges, by Green's theorem: in the ellipse's frame the edge is a
 * straight line at distance d from the centre, and its part is the integral of F(d / cos phi) over
 * the polar angle phi, F(r) = int_0^r f s ds. Two pixels share each edge: flux is conserved. */
#include "config.h"
#include "integrate.h"
#include "kernels.h"
#include <math.h>
#include <string.h>

#define HALF_PI 1.5707963267948966192

struct line { /* all edges along one axis of the image: direction and steps in the frame */
  double tu, tv, step;
};
struct edges {
  size_t n;
  double *d, *t1, *t2, *phi1, *phi2, *value;
  unsigned char *across; /* 1: along y */
};
struct polar {
  struct integrator *it;
  const struct ellipse *e;
  const struct frame *f;
  struct line along_x, along_y;
  double tiny;
  struct edges edges;
  struct piece_block pieces;
};

static void fill_table(struct integrator *it, const struct profile *p, double reach)
{
  static const double node[5] = { -1.0, -0.76505532392946469, -0.28523151648064510,
                                  0.28523151648064510, 0.76505532392946469 };
  enum { N = (POLAR_NODES + 7) & ~7 };
  double x[N], r2[N], f[N];
  for (size_t k = 0; k < N; k++) {
    x[k] =
        k < 5 * POLAR_PANELS ? ((double)(k / 5) + 0.5 * (node[k % 5] + 1.0)) / POLAR_PANELS : 1.0;
    double y = x[k] * x[k];
    r2[k] = reach * reach * (y * y) * (y * y);
  }
  r2[0] = r2[1];
  profile_values(p, it->isa, N, r2, f);
  for (size_t k = 1; k < N; k++) f[k] *= 4.0 * r2[k] / x[k]; /* dF/dx */
  f[0] = 0.0;
  double sum = 0.0; /* F at the panel's left end */
  for (size_t k = 0; k < POLAR_PANELS; k++) {
    double *c = it->table.coef[k], half = 0.5 / POLAR_PANELS, left = 0.0, right = 0.0;
    for (size_t q = 0; q < 6; q++) {
      double a = 0.0;
      for (size_t i = 0; i < 6; i++) a += it->lobatto[q][i] * f[5 * k + i];
      c[q + 1] = half * a / (double)(q + 1);
      right += c[q + 1];
      left += q % 2 ? c[q + 1] : -c[q + 1];
    }
    c[0] = sum - left;
    sum = c[0] + right;
    c[7] = 0.0;
  }
  it->table.inverse = 1.0 / (reach * reach);
}

static void flush(struct polar *s)
{
  double value[64];
  struct piece_block *b = &s->pieces;
  if (b->n == 0) return;
  size_t m = grid_pad(b->n);
  for (size_t i = b->n; i < m; i++) { /* empty pieces */
    b->d[i] = 1.0;
    b->from[i] = b->to[i] = 0.0;
    b->nu[i] = b->nv[i] = b->tu[i] = b->tv[i] = 1.0;
  }
  SOCCA_DISPATCH(s->it->isa, image_edge_pieces)(&s->it->table, s->e->power, b, m, value);
  for (size_t i = 0; i < b->n; i++) s->edges.value[b->edge[i]] += value[i];
  b->n = 0;
}

static void piece(struct polar *s, size_t edge, double from, double to)
{
  struct piece_block *b = &s->pieces;
  const struct line *line = s->edges.across[edge] ? &s->along_y : &s->along_x;
  double d = s->edges.d[edge], sign = d < 0.0 ? -1.0 : 1.0;
  size_t k = b->n++;
  b->d[k] = fabs(d) + s->tiny;
  b->from[k] = from;
  b->to[k] = to;
  b->nu[k] = sign * line->tv;
  b->nv[k] = -sign * line->tu;
  b->tu[k] = line->tu;
  b->tv[k] = line->tv;
  b->edge[k] = (uint32_t)edge;
  if (b->n == 64) flush(s);
}

/* Splits of superellipses: where the edge crosses the axes u = 0 and v = 0 */
static int axis_splits(struct polar *s, size_t edge, double *split)
{
  if (s->e->power == 2.0) return 0;
  const struct line *line = s->edges.across[edge] ? &s->along_y : &s->along_x;
  double sign = s->edges.d[edge] < 0.0 ? -1.0 : 1.0;
  split[0] = atan2(-sign * line->tv, line->tu);
  split[1] = atan2(sign * line->tu, line->tv);
  for (int i = 0; i < 2; i++) {
    if (split[i] > HALF_PI) split[i] -= 2.0 * HALF_PI;
    if (split[i] < -HALF_PI) split[i] += 2.0 * HALF_PI;
  }
  if (split[0] > split[1]) {
    double t = split[0];
    split[0] = split[1];
    split[1] = t;
  }
  return 2;
}

/* The next fixed angle above a: 0 and +-(pi/2)(1 - 2^-k), k = 1..36 */
static double next_split(double a)
{
  double gap = 1.0 - fabs(a) / HALF_PI; /* 2^-k at an angle of the set */
  if (gap < 0x1p-36) gap = 0x1p-36;
  int k = 0;
  frexp(gap, &k);
  double level = ldexp(1.0, k); /* gap in [level/2, level) */
  double merge = 1e-3 * level;
  if (a < 0.0) {
    double next = gap > level - merge ? 2.0 * level : level;
    return next >= 1.0 ? 0.0 : -HALF_PI * (1.0 - next);
  }
  double next = gap < 0.5 * level + merge ? 0.25 * level : 0.5 * level;
  return next < 0x1p-36 ? HALF_PI : HALF_PI * (1.0 - next);
}

static void split_edge(struct polar *s, size_t edge)
{
  double from = s->edges.phi1[edge], to = s->edges.phi2[edge], axis[2];
  int axes = axis_splits(s, edge, axis);
  s->edges.value[edge] = 0.0;
  while (from < to) {
    double next = next_split(from);
    double room = 1e-3 * (HALF_PI - fabs(from)) + 1e-12;
    if (next > to - room) next = to;
    for (int i = axes - 1; i >= 0; i--)
      if (axis[i] > from + 1e-9 && axis[i] < next - 1e-9) next = axis[i];
    piece(s, edge, from, next);
    from = next;
  }
}

static void evaluate(struct polar *s)
{
  struct edges *q = &s->edges;
  size_t m = grid_pad(q->n);
  for (size_t i = q->n; i < m; i++) {
    q->d[i] = 1.0;
    q->t1[i] = q->t2[i] = 0.0;
  }
  SOCCA_DISPATCH(s->it->isa, image_edge_angles)(m, s->tiny, q->d, q->t1, q->t2, q->phi1, q->phi2);
  SOCCA_DISPATCH(s->it->isa, image_edge_short)
  (&s->it->table, m, s->tiny, q->d, q->phi1, q->phi2, q->value);
  for (size_t i = 0; i < q->n; i++) {
    double big = fmax(fabs(q->phi1[i]), fabs(q->phi2[i]));
    if (s->e->power != 2.0 || !(q->phi2[i] - q->phi1[i] < 0.30 * (HALF_PI - big))) split_edge(s, i);
  }
  flush(s);
  for (size_t i = 0; i < q->n; i++) q->value[i] *= q->d[i] / (fabs(q->d[i]) + s->tiny);
}

/* n edges along +x on the line y = j - 1/2, from pixel i on */
static void edges_along_x(struct polar *s, size_t j, size_t i, size_t n)
{
  const struct frame *f = s->f;
  double dx = (double)i - 0.5 - f->x, dy = (double)j - 0.5 - f->y;
  double d = dy * (f->u1 * s->along_x.tv - f->v1 * s->along_x.tu);
  double t = dx * s->along_x.step + dy * (f->u1 * s->along_x.tu + f->v1 * s->along_x.tv);
  for (size_t k = 0; k < n; k++) {
    size_t a = s->edges.n++;
    s->edges.d[a] = d;
    s->edges.t1[a] = t + (double)k * s->along_x.step;
    s->edges.t2[a] = t + (double)(k + 1) * s->along_x.step;
    s->edges.across[a] = 0;
  }
}

/* n edges along +y of row j, on the lines x = i - 1/2, i + 1/2, ... */
static void edges_along_y(struct polar *s, size_t j, size_t i, size_t n)
{
  const struct frame *f = s->f;
  double dy = (double)j - 0.5 - f->y;
  for (size_t k = 0; k < n; k++) {
    size_t a = s->edges.n++;
    double dx = (double)(i + k) - 0.5 - f->x;
    s->edges.d[a] = dx * (f->u0 * s->along_y.tv - f->v0 * s->along_y.tu);
    double t = dy * s->along_y.step + dx * (f->u0 * s->along_y.tu + f->v0 * s->along_y.tv);
    s->edges.t1[a] = t;
    s->edges.t2[a] = t + s->along_y.step;
    s->edges.across[a] = 1;
  }
}

static void start(struct polar *s, struct integrator *it, const struct ellipse *e,
                  const struct frame *f)
{
  size_t room = 2 * it->grid->stride + 32;
  double *memory = it->zone + 2 * it->grid->stride;
  s->it = it;
  s->e = e;
  s->f = f;
  s->along_x.step = hypot(f->u0, f->v0);
  s->along_x.tu = f->u0 / s->along_x.step;
  s->along_x.tv = f->v0 / s->along_x.step;
  s->along_y.step = hypot(f->u1, f->v1);
  s->along_y.tu = f->u1 / s->along_y.step;
  s->along_y.tv = f->v1 / s->along_y.step;
  s->tiny = 1e-10 * f->large;
  s->edges = (struct edges){ 0,
                             memory,
                             memory + room,
                             memory + 2 * room,
                             memory + 3 * room,
                             memory + 4 * room,
                             memory + 5 * room,
                             (unsigned char *)(memory + 6 * room) };
  s->pieces.n = 0;
}

/* Pixels of row j within the zone: radii from *from on; an empty range if there are none. */
static void row_range(const struct polar *s, double outer, double reach, size_t j, size_t *from,
                      size_t *to, double *r2)
{
  const struct grid *g = s->it->grid;
  *from = *to = 0;
  size_t a, b;
  if (j >= g->ny || !zone_row(g, s->f, reach, j, &a, &b)) return;
  size_t at = (j + g->rim) * g->stride + a + g->rim;
  SOCCA_DISPATCH(s->it->isa, image_radius)
  (s->e, 0.0, grid_pad(b - a), g->lon + at, g->lat + at, r2);
  size_t lo = a, hi = b;
  while (lo < hi && !(r2[lo - a] < outer)) lo++;
  while (hi > lo && !(r2[hi - 1 - a] < outer)) hi--;
  if (lo > a) memmove(r2, r2 + (lo - a), (hi - lo) * sizeof *r2);
  *from = lo;
  *to = hi;
}

/* range of both rows on either side of a line */
static size_t join(const size_t a[2], const size_t b[2], size_t *n)
{
  if (a[0] == a[1]) {
    *n = b[1] - b[0];
    return b[0];
  }
  if (b[0] == b[1]) {
    *n = a[1] - a[0];
    return a[0];
  }
  size_t from = a[0] < b[0] ? a[0] : b[0], to = a[1] > b[1] ? a[1] : b[1];
  *n = to - from;
  return from;
}

void integrate_polar(struct integrator *it, const struct ellipse *e, const struct frame *f,
                     const struct profile *p, const struct zone *zone, double *map)
{
  const struct grid *g = it->grid;
  struct polar s;
  size_t row, rows, below_from = 0, n;
  double radius = zone->polar, outer = radius * radius, reach = radius * zone_reach(e);
  double *r2 = it->zone, *r2_next = it->zone + g->stride;
  if (!zone_rows(g, f, reach, &row, &rows)) return;
  start(&s, it, e, f);
  double *below = it->zone + 2 * g->stride + 7 * (2 * g->stride + 32);
  fill_table(it, p, radius + 0.7072 * f->large * zone_growth(e));
  double area = 1.0 / (f->u0 * f->v1 - f->u1 * f->v0);
  size_t none[2] = { 0, 0 }, range[2], next[2];
  row_range(&s, outer, reach, row, &range[0], &range[1], r2);
  below_from = join(none, range, &n);
  edges_along_x(&s, row, below_from, n);
  evaluate(&s);
  memcpy(below, s.edges.value, n * sizeof *below);
  for (size_t j = row; j < rows; j++) {
    s.edges.n = 0;
    if (j + 1 < rows)
      row_range(&s, outer, reach, j + 1, &next[0], &next[1], r2_next);
    else
      next[0] = next[1] = 0;
    size_t above_from = join(range, next, &n), width = range[1] - range[0];
    edges_along_x(&s, j + 1, above_from, n);
    if (width) edges_along_y(&s, j, range[0], width + 1);
    evaluate(&s);
    const double *above = s.edges.value, *side = above + n;
    for (size_t i = range[0]; i < range[1]; i++) {
      size_t k = i - range[0];
      if (!(r2[k] < outer)) continue;
      double sum = below[i - below_from] - above[i - above_from] + side[k + 1] - side[k];
      double w = zone_weight(r2[k], radius), *out = &map[j * g->out + i];
      *out = w * area * sum + (1.0 - w) * *out;
    }
    memcpy(below, above, n * sizeof *below);
    below_from = above_from;
    range[0] = next[0];
    range[1] = next[1];
    double *swap = r2;
    r2 = r2_next;
    r2_next = swap;
  }
}
