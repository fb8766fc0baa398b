/* SPDX-License-Identifier: BSD-3-Clause */
/* Making a bound, in steps: geometry around the live points, training of the networks through the
 * pool, thresholds and volume. A build is a function of the stored points and of the number of
 * attempts: it is not archived, a restored run makes it again. */
#include "config.h"
#include "clusters.h"
#include "nautilus.h"
#include "neural.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RETRIES = 3, LEAST_HITS = 1000, LEAST_BLOCKS = 8, MOST_BLOCKS = 8000 };

struct build {
  bound b;
  double threshold;
  training_set *set; /* of each region */
  size_t n_sets;     /* the bound gives its regions away when it becomes a shell's */
  void *state;       /* the op's: all sets */
  uint32_t version;
  size_t n_jobs, job_bytes;
  char *in, *out;
  uint32_t ticket;
  int sent, trained;
};

void build_free(build *b)
{
  if (!b) return;
  for (size_t j = 0; j < b->n_sets; j++) neural_set_free(&b->set[j]);
  bound_free(&b->b);
  free(b->set);
  free(b->state);
  free(b->in);
  free(b->out);
  free(b);
}

/* ---- points ---- */

typedef struct points { /* all stored ones, in the bound's coordinates; the live ones again */
  size_t n, n_live;
  double *x, *l, *live;
} points;

static void points_free(points *p)
{
  free(p->x);
  free(p->l);
  free(p->live);
}

/* The n_live-th best value. On a plateau with enough points above it: the least value above. */
static double threshold_of(const nautilus *s, const points *p)
{
  double t = s->top[s->n_top - 1].l, next = INFINITY;
  size_t equal = 0, above = 0;
  for (size_t i = 0; i < p->n; i++) {
    equal += p->l[i] == t;
    if (!(p->l[i] > t)) continue;
    above++;
    next = fmin(next, p->l[i]);
  }
  return equal > 1 && above >= s->n_min ? next : t;
}

static int ascending(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Middle of the largest gap between the values of coordinate k on the circle. */
static double widest_gap(size_t n, size_t d, const double *x, double *sorted, uint32_t k)
{
  for (size_t i = 0; i < n; i++) sorted[i] = x[i * d + k];
  qsort(sorted, n, sizeof *sorted, ascending);
  double gap = sorted[0] + 1 - sorted[n - 1], middle = sorted[n - 1] + 0.5 * gap;
  for (size_t i = 1; i < n; i++)
    if (sorted[i] - sorted[i - 1] > gap) {
      gap = sorted[i] - sorted[i - 1];
      middle = sorted[i - 1] + 0.5 * gap;
    }
  return middle - floor(middle);
}

static socca_status find_shift(const nautilus *s, const socca_cx *cx, bound *b, const points *p)
{
  const socca_free *f;
  socca_status st = SOCCA_OK;
  double *sorted = malloc((p->n_live + 1) * sizeof *sorted);
  if (!sorted) return SOCCA_E_NOMEM;
  for (uint32_t k = 0; k < s->d && !st; k++) {
    if (!(f = cx->h->free_parameter(cx, k)) || !(f->period > 0)) continue;
    if (!b->shift && !(b->shift = calloc(s->d, sizeof *b->shift))) st = SOCCA_E_NOMEM;
    if (!st) b->shift[k] = 1 - widest_gap(p->n_live, s->d, p->live, sorted, k);
  }
  free(sorted);
  return st;
}

static socca_status gather(const nautilus *s, const socca_cx *cx, build *b, points *p)
{
  size_t d = s->d, n = 0;
  p->n = shells_points(s);
  p->x = malloc((p->n + 1) * d * sizeof *p->x);
  p->l = malloc((p->n + 1) * sizeof *p->l);
  if (!p->x || !p->l) return SOCCA_E_NOMEM;
  for (size_t k = 0; k < s->n_shells; k++) {
    const shell *sh = &s->shells[k];
    if (!sh->n) continue;
    memcpy(p->x + n * d, sh->x, sh->n * d * sizeof *p->x);
    memcpy(p->l + n, sh->l, sh->n * sizeof *p->l);
    n += sh->n;
  }
  b->threshold = threshold_of(s, p);
  if (!(p->live = malloc((n + 1) * d * sizeof *p->live))) return SOCCA_E_NOMEM;
  for (size_t i = 0; i < n; i++)
    if (p->l[i] >= b->threshold)
      memcpy(p->live + p->n_live++ * d, p->x + i * d, d * sizeof *p->live);
  socca_status st = find_shift(s, cx, &b->b, p);
  if (!st && b->b.shift) {
    for (size_t i = 0; i < p->n * d; i++)
      p->x[i] = bound_shift(&b->b, 0, (uint32_t)(i % d), p->x[i]);
    for (size_t i = 0; i < p->n_live * d; i++)
      p->live[i] = bound_shift(&b->b, 0, (uint32_t)(i % d), p->live[i]);
  }
  return st;
}

/* ---- geometry ---- */

static clusters clusters_for(const nautilus *s, const socca_cx *cx, int mixtures)
{
  return (clusters){ .mixtures = mixtures,
                     .isa = cx->isa,
                     .enlarge = s->o->enlarge,
                     .n_min = s->n_min,
                     .key = (s->attempts + 1) << 1 | (uint64_t)mixtures };
}

/* Ellipsoids around separate groups of live points, one region each; *whole is the one around all. */
static socca_status find_regions(const nautilus *s, const socca_cx *cx, build *b, const points *p,
                                 numeric_ellipsoid *whole)
{
  clusters c = clusters_for(s, cx, 0);
  int split = 0;
  socca_status st = clusters_start(&c, s->d, p->n_live, p->live, NULL);
  if (!st && numeric_ellipsoid_copy(whole, &c.env.piece[0].e)) st = SOCCA_E_NOMEM;
  do st = st ? st : clusters_split(&c, cx, 0, &split);
  while (!st && split);
  if (!st) {
    b->b.region = calloc(c.env.n, sizeof *b->b.region);
    b->set = calloc(c.env.n, sizeof *b->set);
    b->n_sets = b->set ? c.env.n : 0;
    if (!b->b.region || !b->set) st = SOCCA_E_NOMEM;
  }
  for (size_t j = 0; j < c.env.n && !st; j++) {
    b->b.region[j].g = c.env.piece[j].e; /* moves */
    c.env.piece[j].e = (numeric_ellipsoid){ 0 };
    b->b.n_regions++;
  }
  clusters_free(&c);
  return st;
}

static socca_status find_envelope(nautilus *s, const socca_cx *cx, build *b, const points *p,
                                  const numeric_ellipsoid *whole)
{
  clusters c = clusters_for(s, cx, 1);
  double lnv, target = live_lnv(s), limit = log(s->o->split) + s->d * log(s->o->enlarge);
  int go = 1;
  socca_status st = clusters_start(&c, s->d, p->n_live, p->live, whole);
  while (!st && go && !(st = clusters_lnv(&c, cx, &s->work, &lnv)) && lnv - target > limit)
    st = clusters_split(&c, cx, 1, &go);
  for (go = 1; !st && go && !(st = clusters_lnv(&c, cx, &s->work, &lnv)) && lnv - target > limit;)
    st = clusters_trim(&c, &go);
  b->b.env = c.env;
  c.env = (envelope){ 0 };
  for (size_t i = 0; i < b->b.env.n && c.x; i++) free(c.x[i]);
  free(c.x);
  c.x = NULL;
  clusters_free(&c);
  return st;
}

/* ---- training ---- */

static job *job_at(const build *b, char *jobs, size_t i)
{
  return (job *)(void *)(jobs + i * b->job_bytes);
}

/* The region of the bound before that holds this one's centre: its networks are a good start. */
static const region *predecessor(const nautilus *s, const build *b, size_t j)
{
  const bound *old = &s->shells[s->n_shells - 1].b;
  const region *found = NULL;
  if (old->n_regions != b->b.n_regions || b->b.shift) return NULL;
  for (size_t i = 0; i < old->n_regions; i++) {
    if (!numeric_ellipsoid_contains(&old->region[i].g, b->b.region[j].g.c)) continue;
    if (found) return NULL;
    found = &old->region[i];
  }
  return found && found->n_nets ? found : NULL;
}

static void start_job(const nautilus *s, const build *b, size_t region_index, size_t net, job *j)
{
  const region *from = strcmp(s->o->training, "upstream") ? predecessor(s, b, region_index) : NULL;
  *j = (job){ .region = region_index, .net = net, .seed = net };
  if (!from || net >= from->n_nets) return;
  j->warm = 1;
  memcpy(j + 1, from->nets + net * from->stride, from->stride);
}

static socca_status prepare_training(nautilus *s, build *b)
{
  size_t n_nets = (size_t)s->o->n_networks, m = 0;
  b->job_bytes = job_bytes(s->d);
  for (size_t j = 0; j < b->b.n_regions; j++) {
    const training_set *t = &b->set[j];
    if (t->n > t->n_above && t->n_above) b->b.region[j].n_nets = (uint32_t)n_nets;
    b->n_jobs += b->b.region[j].n_nets;
  }
  if (!b->n_jobs) return SOCCA_OK;
  b->in = aligned_alloc(64, b->n_jobs * b->job_bytes);
  b->out = aligned_alloc(64, b->n_jobs * b->job_bytes);
  if (!b->in || !b->out) return SOCCA_E_NOMEM;
  memset(b->in, 0, b->n_jobs * b->job_bytes);
  for (size_t j = 0; j < b->b.n_regions; j++)
    for (size_t i = 0; i < b->b.region[j].n_nets; i++) start_job(s, b, j, i, job_at(b, b->in, m++));
  return SOCCA_OK;
}

static socca_status send_training(nautilus *s, socca_run *r, build *b)
{
  if (!b->version) { /* not even if an attempt was interrupted */
    size_t bytes;
    free(b->state);
    b->state = NULL;
    uint64_t schedule = strcmp(s->o->training, "upstream") ? SCHEDULE_FAST : SCHEDULE_UPSTREAM;
    socca_status st = neural_pack(s->d, schedule, b->b.n_regions, b->set, &b->state, &bytes);
    if (!st) st = r->cx.h->set_state(r, b->state, bytes, &b->version);
    if (st) return st;
  }
  socca_batch out = { .op = SOCCA_OP_FIRST,
                      .state = b->version,
                      .n = b->n_jobs,
                      .in_bytes = b->job_bytes,
                      .out_bytes = b->job_bytes,
                      .in = b->in,
                      .out = b->out };
  socca_status st = socca_submit(r, &out, &b->ticket);
  b->sent = !st;
  return st;
}

/* After a round: jobs that overflowed start again at a lower rate; returns how many go on. */
static size_t next_round(build *b)
{
  size_t running = 0;
  for (size_t i = 0; i < b->n_jobs; i++) {
    job *j = job_at(b, b->out, i);
    if (j->status == NETWORK_NONFINITE && j->retries < RETRIES) {
      *j = (job){
        .region = j->region, .net = j->net, .seed = j->seed + 1000, .retries = j->retries + 1
      };
    }
    running += j->status == NETWORK_RUNNING;
  }
  char *swap = b->in;
  b->in = b->out;
  b->out = swap;
  return running;
}

static socca_status train_round(nautilus *s, socca_run *r, build *b)
{
  socca_status st = b->sent ? SOCCA_OK : send_training(s, r, b);
  if (!st) st = socca_wait(r, b->ticket, NULL);
  if (st) return st;
  b->sent = 0;
  b->trained = !next_round(b);
  return SOCCA_OK;
}

/* Networks into their regions; a region with one that never became finite goes without. */
static socca_status collect_networks(nautilus *s, const socca_cx *cx, build *b)
{
  network_shape shape = neural_shape(s->d);
  size_t stride = network_bytes(&shape), at = 0;
  int cascade = strcmp(s->o->training, "upstream") != 0;
  for (size_t j = 0; j < b->b.n_regions; j++) {
    region *r = &b->b.region[j];
    size_t n = r->n_nets;
    if (!n || r->nets) continue;
    r->stride = stride;
    if (!(r->nets = aligned_alloc(64, n * stride))) return SOCCA_E_NOMEM;
    for (size_t i = 0; i < n; i++, at++) {
      job *k = job_at(b, b->in, at);
      if (k->status == NETWORK_NONFINITE) r->n_nets = 0;
      memcpy(r->nets + i * stride, k + 1, stride);
    }
    socca_status st =
        r->n_nets ? neural_finish(r, &b->set[j], cx->isa, cascade, s->work.predict) : SOCCA_OK;
    if (st) return st;
  }
  return SOCCA_OK;
}

/* ---- volume, verdict ---- */

/* Enough draws for a volume to a few per cent. *usable: members are found at all. */
static socca_status measure(nautilus *s, const socca_cx *cx, bound *b, int *usable)
{
  uint64_t blocks = 0;
  b->draws = b->hits = 0;
  while (blocks < LEAST_BLOCKS || (b->hits < LEAST_HITS && blocks < MOST_BLOCKS)) {
    if (blocks % 64 == 63 && cx->h->stop(cx)) return SOCCA_INTERRUPTED;
    b->hits += bound_block(b, cx, STREAM_VOLUME, blocks++, &s->work, s->draw);
    b->draws += BLOCK;
  }
  *usable = b->hits >= LEAST_HITS / 10;
  return SOCCA_OK;
}

static socca_status start(nautilus *s, const socca_cx *cx, build *b)
{
  points p = { 0 };
  numeric_ellipsoid whole = { 0 };
  b->b.d = s->d;
  b->b.id = s->attempts + 1;
  socca_status st = gather(s, cx, b, &p);
  int below = 0;
  for (size_t i = 0; i < p.n && !st && !below; i++) below = p.l[i] < b->threshold;
  if (!st && (!below || p.n_live <= s->d)) st = SOCCA_E_NUMERIC; /* nothing to leave out */
  if (!st) st = find_regions(s, cx, b, &p, &whole);
  if (!st) st = find_envelope(s, cx, b, &p, &whole);
  for (size_t j = 0; j < b->b.n_regions && !st && s->o->n_networks; j++)
    st = neural_set(&b->set[j], &b->b.region[j].g, p.n, p.x, p.l, b->threshold);
  if (!st) st = prepare_training(s, b);
  numeric_ellipsoid_free(&whole);
  points_free(&p);
  return st;
}

static socca_status finish(nautilus *s, const socca_cx *cx, build *b, int *made)
{
  shell *last = &s->shells[s->n_shells - 1];
  socca_status st = b->n_jobs ? collect_networks(s, cx, b) : SOCCA_OK;
  if (!st) st = measure(s, cx, &b->b, made);
  if (st) return st;
  *made = *made && bound_lnv(&b->b) < bound_lnv(&last->b);
  if (!*made) return SOCCA_OK;
  st = shells_append(s, &b->b, b->threshold);
  if (!st) st = transfer_collect(s, cx);
  return st ? st : live_rebuild(s);
}

socca_status build_advance(nautilus *s, socca_run *r, int *made)
{
  const socca_cx *cx = &r->cx;
  socca_status st = SOCCA_OK;
  build *b = s->build;
  *made = 0;
  if (!b) {
    if (!(b = s->build = calloc(1, sizeof *b))) return SOCCA_E_NOMEM;
    st = start(s, cx, b);
    b->trained = !b->n_jobs;
    if (st == SOCCA_INTERRUPTED) { /* it begins anew */
      build_free(b);
      s->build = NULL;
      return st;
    }
  } else if (!b->trained) {
    st = train_round(s, r, b);
  }
  if (!st && !b->trained) return SOCCA_OK;
  if (!st) st = finish(s, cx, b, made);
  if (st && st != SOCCA_E_NUMERIC) return st;
  if (!*made) s->shells[s->n_shells - 1].l_min = b->threshold;
  s->attempts++;
  build_free(b);
  s->build = NULL;
  return SOCCA_DONE;
}
