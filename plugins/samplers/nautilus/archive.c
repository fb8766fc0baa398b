/* SPDX-License-Identifier: BSD-3-Clause */
/* One list of fields saves and restores. A build in progress, points drawn ahead and sums over points are left out:
 * they are functions of what is here. Sizes and indices are checked here, what they lead to in valid.c. */
#include "config.h"
#include "nautilus.h"
#include "neural.h"
#include <stdlib.h>
#include <string.h>

enum { ARCHIVE_VERSION = 2 }; /* of what is stored; the first had none */
#define MOST_CALLS ((uint64_t)1 << 40)

typedef struct io {
  const socca_host *h;
  socca_archive *a;
  char prefix[32];
  size_t most; /* of anything: all comes of likelihood calls */
  const char *flaw;
  socca_status st;
} io;

static void array(io *f, const char *name, uint32_t type, size_t n, void *p)
{
  char full[64];
  size_t m = strlen(f->prefix), k = strlen(name);
  if (f->st || m + k + 1 > sizeof full) return;
  memcpy(full, f->prefix, m);
  memcpy(full + m, name, k + 1);
  f->st = f->h->io(f->a, full, type, n, p);
}

static int loading(const io *f)
{
  return f->h->loading(f->a);
}

static void refuse(io *f, const char *what)
{
  if (f->st) return;
  f->st = SOCCA_E_RESUME;
  f->flaw = what;
}

/* prefix + letter + number + "." */
static void enter(io *f, size_t *mark, char letter, size_t number)
{
  char digits[24];
  size_t n = 0, m = *mark = strlen(f->prefix);
  do digits[n++] = (char)('0' + number % 10);
  while (number /= 10);
  if (m + n + 3 > sizeof f->prefix) {
    f->st = SOCCA_E_BUG;
    return;
  }
  f->prefix[m++] = letter;
  while (n) f->prefix[m++] = digits[--n];
  f->prefix[m++] = '.';
  f->prefix[m] = 0;
}

static void leave(io *f, size_t mark)
{
  f->prefix[mark] = 0;
}

/* An array of n elements that has no memory yet when loading. */
static void fresh(io *f, const char *name, uint32_t type, size_t n, size_t size, void **p)
{
  if (loading(f) && !f->st && !(*p = calloc(n ? n : 1, size))) f->st = SOCCA_E_NOMEM;
  array(f, name, type, n, *p);
}
#define FRESH(f, name, type, n, p)                                                                 \
  do {                                                                                             \
    void *t_ = (p);                                                                                \
    fresh(f, name, type, n, sizeof *(p), &t_);                                                     \
    (p) = t_;                                                                                      \
  } while (0)

static void count(io *f, const char *name, size_t most, size_t *n)
{
  uint64_t v = *n;
  array(f, name, SOCCA_U64, 1, &v);
  if (v > most) refuse(f, name);
  if (!f->st) *n = (size_t)v;
}

static void ellipsoid_io(io *f, numeric_ellipsoid *e, size_t d)
{
  if (loading(f) && !f->st && d && numeric_ellipsoid_alloc(e, d)) f->st = SOCCA_E_NOMEM;
  array(f, "lnv", SOCCA_F64, 1, &e->lnv);
  if (d) array(f, "shape", SOCCA_F64, d + 2 * d * d, e->c);
}

static void piece_io(io *f, piece *p, uint32_t d)
{
  size_t n = p->e.d, all = d;
  uint64_t axis[128] = { 0 };
  count(f, "axes", all, &n);
  ellipsoid_io(f, &p->e, n);
  array(f, "volume", SOCCA_F64, 1, &p->lnv);
  for (size_t k = 0; k < n && !loading(f); k++) axis[k] = p->axis[k];
  array(f, "axis", SOCCA_U64, all, axis);
  if (f->st || !loading(f)) return;
  if (!(p->axis = calloc(all, sizeof *p->axis))) f->st = SOCCA_E_NOMEM;
  for (size_t k = 0; k < all && !f->st; k++) {
    if (k < n ? axis[k] >= all || (k && axis[k] <= axis[k - 1]) : axis[k] != 0) refuse(f, "axis");
    p->axis[k] = (uint32_t)axis[k];
  }
}

static void region_io(io *f, region *r, uint32_t d)
{
  network_shape shape = neural_shape(d);
  size_t n = r->n_nets, bytes = network_bytes(&shape), surrogate = r->quadratic != NULL;
  ellipsoid_io(f, &r->g, d);
  count(f, "nets", 64, &n);
  r->n_nets = (uint32_t)n;
  r->stride = bytes;
  array(f, "theta", SOCCA_F64, 1, &r->theta);
  array(f, "far_quadratic", SOCCA_F64, 1, &r->far_quadratic);
  array(f, "far_first", SOCCA_F64, 1, &r->far_first);
  count(f, "surrogate", 1, &surrogate);
  if (surrogate) FRESH(f, "quadratic", SOCCA_F64, lanes_quadratic_terms(d), r->quadratic);
  if (!n) return;
  if (loading(f) && !f->st && !(r->nets = aligned_alloc(64, n * bytes))) f->st = SOCCA_E_NOMEM;
  array(f, "weights", SOCCA_BYTES, n * bytes, r->nets);
}

static void bound_io(io *f, bound *b, uint32_t d)
{
  size_t mark = 0, shifted = b->shift != NULL, n = b->env.n;
  b->d = b->env.d = d;
  array(f, "id", SOCCA_U64, 1, &b->id);
  array(f, "draws", SOCCA_U64, 1, &b->draws);
  array(f, "hits", SOCCA_U64, 1, &b->hits);
  count(f, "shifted", 1, &shifted);
  if (shifted) FRESH(f, "shift", SOCCA_F64, d, b->shift);
  count(f, "pieces", f->most, &n);
  if (loading(f) && !f->st && !(b->env.piece = calloc(n + 1, sizeof *b->env.piece)))
    f->st = SOCCA_E_NOMEM;
  for (size_t i = 0; i < n && !f->st; i++) {
    enter(f, &mark, 'p', i);
    piece_io(f, &b->env.piece[i], d);
    leave(f, mark);
    if (loading(f)) b->env.n = i + 1;
  }
  if (!n) refuse(f, "pieces");
  if (loading(f) && !f->st) f->st = envelope_sum(&b->env);
  n = b->n_regions;
  count(f, "regions", f->most, &n);
  if (loading(f) && !f->st && !(b->region = calloc(n + 1, sizeof *b->region)))
    f->st = SOCCA_E_NOMEM;
  for (size_t i = 0; i < n && !f->st; i++) {
    enter(f, &mark, 'r', i);
    if (loading(f)) b->n_regions = i + 1;
    region_io(f, &b->region[i], d);
    leave(f, mark);
  }
}

static void shell_io(io *f, shell *s, uint32_t d)
{
  bound_io(f, &s->b, d);
  array(f, "threshold", SOCCA_F64, 1, &s->l_min);
  count(f, "points", f->most, &s->n);
  FRESH(f, "x", SOCCA_F64, s->n * d, s->x);
  FRESH(f, "loglike", SOCCA_F64, s->n, s->l);
  if (loading(f)) s->room = s->n;
  count(f, "explored", s->n, &s->n_explored);
  count(f, "first", s->n, &s->first);
  uint64_t *counters[] = { &s->draws,  &s->seen,   &s->seen_shell, &s->v_blocks,
                           &s->v_hits, &s->active, &s->block };
  uint64_t v[7];
  for (int i = 0; i < 7; i++) v[i] = *counters[i];
  array(f, "counters", SOCCA_U64, 7, v);
  for (int i = 0; i < 7; i++) *counters[i] = v[i];
  count(f, "ready", BLOCK, &s->ready);
  count(f, "at", s->ready, &s->at);
  if (loading(f) && !f->st) shell_recount(s);
}

/* Likelihoods of new points are to come; there is room for as many taken ones as there can be. */
static void batch_io(io *f, batch *b, const nautilus *s)
{
  size_t n = b->n, drawn = b->drawn, taken = b->n_taken, d = s->d;
  uint64_t counters[] = { b->draws, b->barren, b->shadowed };
  count(f, "new", s->n_batch, &n);
  count(f, "drawn", n, &drawn);
  count(f, "taken", f->most, &taken);
  array(f, "counters", SOCCA_U64, 3, counters);
  if (loading(f) && !f->st) {
    f->st = batch_alloc(s, b, n, s->pool.n > taken ? s->pool.n : taken);
    b->drawn = drawn;
    b->n_taken = taken;
    b->draws = counters[0];
    b->barren = counters[1];
    b->shadowed = counters[2];
  }
  uint64_t *where = calloc(n + 1, sizeof *where);
  if (!where) f->st = SOCCA_E_NOMEM;
  if (f->st) goto done;
  array(f, "x", SOCCA_F64, drawn * d, b->x);
  array(f, "taken_x", SOCCA_F64, taken * d, b->x + n * d);
  array(f, "taken_loglike", SOCCA_F64, taken, b->l + n);
  for (size_t i = 0; i < n; i++) where[i] = b->shell[i];
  array(f, "shell", SOCCA_U64, n, where);
  for (size_t i = 0; i < n && !f->st; i++) {
    if (where[i] >= s->n_shells) refuse(f, "shell");
    b->shell[i] = (uint32_t)where[i];
  }
done:
  free(where);
}

static void transfer_io(io *f, transfer *t, uint32_t d)
{
  count(f, "points", f->most, &t->n);
  count(f, "shells", f->most, &t->n_shells);
  if (!t->n_shells) return;
  FRESH(f, "x", SOCCA_F64, t->n * d, t->x);
  FRESH(f, "loglike", SOCCA_F64, t->n, t->l);
  FRESH(f, "start", SOCCA_U64, t->n_shells + 1, t->start);
  FRESH(f, "used", SOCCA_U64, t->n_shells + 1, t->used);
}

static void state_io(io *f, nautilus *s)
{
  uint64_t *counters[] = {
    &s->phase, &s->attempts, &s->n_like, &s->since_like, &s->tried, &s->above
  };
  uint64_t v[6];
  size_t mark = 0, n = s->n_shells, pending = (size_t)s->n_pending;
  for (int i = 0; i < 6; i++) v[i] = *counters[i];
  array(f, "counters", SOCCA_U64, 6, v);
  for (int i = 0; i < 6; i++) *counters[i] = v[i];
  if (s->phase > PHASE_DONE || s->n_like > MOST_CALLS) refuse(f, "counters");
  f->most = (size_t)s->n_like + 1;
  array(f, "since_update", SOCCA_F64, 1, &s->since_update);
  count(f, "shells", f->most, &n);
  if (loading(f) && !f->st && !(s->shells = calloc(n + 1, sizeof *s->shells)))
    f->st = SOCCA_E_NOMEM;
  for (size_t k = 0; k < n && !f->st; k++) {
    enter(f, &mark, 's', k);
    if (loading(f)) s->n_shells = k + 1;
    shell_io(f, &s->shells[k], s->d);
    leave(f, mark);
  }
  enter(f, &mark, 't', 0);
  transfer_io(f, &s->pool, s->d);
  leave(f, mark);
  count(f, "pending", FLIGHT, &pending);
  for (size_t i = 0; i < pending && !f->st; i++) {
    enter(f, &mark, 'b', i);
    batch_io(f, &s->pending[i], s);
    leave(f, mark);
    if (loading(f)) s->n_pending = i + 1;
  }
  size_t open = s->open.n > 0;
  count(f, "open", 1, &open);
  if (!open || f->st) return;
  enter(f, &mark, 'o', 0);
  batch_io(f, &s->open, s);
  leave(f, mark);
}

socca_status nautilus_archive(void *self, socca_run *r, socca_archive *a)
{
  nautilus *s = self;
  io f = { .h = r->cx.h, .a = a };
  uint64_t version = ARCHIVE_VERSION;
  array(&f, "version", SOCCA_U64, 1, &version);
  if (!f.st && version != ARCHIVE_VERSION)
    f.st = socca_fail(r, SOCCA_E_RESUME, "the checkpoint was made by another version of nautilus");
  if (!f.st) state_io(&f, s);
  if (!f.st && loading(&f) && (f.flaw = nautilus_flaw(s))) f.st = SOCCA_E_RESUME;
  if (f.flaw)
    return socca_fail(r, SOCCA_E_RESUME, "the checkpoint is damaged: wrong numbers in '%s'",
                      f.flaw);
  return !f.st && loading(&f) ? live_rebuild(s) : f.st;
}
