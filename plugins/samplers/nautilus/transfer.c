/* SPDX-License-Identifier: BSD-3-Clause */
/* Stored points that lie in a new bound leave their shells and wait here. A draw from the new bound that
 * would have belonged to shell s is as good as a stored point that left s, whose likelihood is known:
 * such points are taken in place of draws. */
#include "config.h"
#include "nautilus.h"
#include <numeric/random.h>
#include <stdlib.h>
#include <string.h>

void transfer_free(transfer *t)
{
  free(t->x);
  free(t->l);
  free(t->start);
  free(t->used);
  *t = (transfer){ 0 };
}

/* Moves shell k's points with flag set to the end of the pool, in random order. */
static socca_status move_out(nautilus *s, const socca_cx *cx, size_t k, const unsigned char *in)
{
  shell *sh = &s->shells[k];
  transfer *t = &s->pool;
  size_t d = s->d, n = 0, stay = 0;
  for (size_t i = 0; i < sh->n; i++) n += in[i];
  double *u = malloc((n + 1) * sizeof *u);
  uint32_t *order = malloc((n + 1) * sizeof *order), m = 0;
  if (u && order) {
    cx->h->uniform(cx, STREAM_TRANSFER, s->shells[s->n_shells - 1].b.id << 20 | k, n, u);
    numeric_permutation(n, u, order);
    for (size_t i = 0; i < sh->n; i++) {
      size_t to = in[i] ? t->n + order[m++] : stay++;
      memmove((in[i] ? t->x : sh->x) + to * d, sh->x + i * d, d * sizeof *t->x);
      (in[i] ? t->l : sh->l)[to] = sh->l[i];
    }
  }
  socca_status st = u && order ? SOCCA_OK : SOCCA_E_NOMEM;
  free(u);
  free(order);
  if (st) return st;
  t->n += n;
  sh->n = stay;
  shell_recount(sh);
  return SOCCA_OK;
}

socca_status transfer_collect(nautilus *s, const socca_cx *cx)
{
  size_t total = shells_points(s), last = s->n_shells - 1;
  transfer *t = &s->pool;
  transfer_free(t);
  t->x = malloc((total + 1) * s->d * sizeof *t->x);
  t->l = malloc((total + 1) * sizeof *t->l);
  t->start = calloc(last + 1, sizeof *t->start);
  t->used = calloc(last + 1, sizeof *t->used);
  unsigned char *in = malloc(total + 1);
  socca_status st = t->x && t->l && t->start && t->used && in ? SOCCA_OK : SOCCA_E_NOMEM;
  t->n_shells = last;
  for (size_t k = 0; k < last && !st; k++) {
    t->start[k] = t->n;
    bound_contains_rows(&s->shells[last].b, cx, s->shells[k].n, s->shells[k].x, in, &s->work);
    st = move_out(s, cx, k, in);
  }
  if (!st) t->start[last] = t->n;
  free(in);
  return st;
}
