/* SPDX-License-Identifier: BSD-3-Clause */
/* Points of the shells and the running sums over them. */
#include "config.h"
#include "nautilus.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEGLIGIBLE                                                                                 \
  0.01 /* share of the evidence, for the exploration's bias of some per cent of it */

/* Adds one counted value to the running sums of exp(l - peak). */
static void count_point(shell *s, double l)
{
  if (l > s->peak) {
    double f = exp(s->peak - l); /* 0 from -inf */
    s->sum *= f;
    s->squares *= f * f;
    s->peak = l;
  }
  double w = isfinite(s->peak) ? exp(l - s->peak) : 0;
  s->sum += w;
  s->squares += w * w;
}

void shell_recount(shell *s)
{
  s->peak = -INFINITY;
  s->sum = s->squares = 0;
  for (size_t i = s->first; i < s->n; i++) count_point(s, s->l[i]);
}

socca_status shell_push(shell *s, uint32_t d, size_t n, const double *x, const double *l)
{
  if (s->n + n > s->room) {
    size_t room = 2 * s->room > s->n + n ? 2 * s->room : s->n + n;
    double *p = realloc(s->x, room * d * sizeof *p);
    if (!p) return SOCCA_E_NOMEM;
    s->x = p;
    if (!(p = realloc(s->l, room * sizeof *p))) return SOCCA_E_NOMEM;
    s->l = p;
    s->room = room;
  }
  if (!n) return SOCCA_OK;
  memcpy(s->x + s->n * d, x, n * d * sizeof *x);
  memcpy(s->l + s->n, l, n * sizeof *l);
  s->n += n;
  for (size_t i = 0; i < n; i++) count_point(s, l[i]);
  return SOCCA_OK;
}

void shell_free(shell *s)
{
  bound_free(&s->b);
  free(s->x);
  free(s->l);
  free(s->fifo);
  *s = (shell){ 0 };
}

socca_status shells_append(nautilus *s, bound *b, double l_min)
{
  shell *p = realloc(s->shells, (s->n_shells + 1) * sizeof *p);
  if (!p) return SOCCA_E_NOMEM;
  s->shells = p;
  if (s->n_shells) { /* what was drawn ahead may lie in the new bound */
    shell *last = &p[s->n_shells - 1];
    last->at = last->ready = 0;
    free(last->fifo);
    last->fifo = NULL;
  }
  p[s->n_shells++] = (shell){ .b = *b, .l_min = l_min, .peak = -INFINITY };
  *b = (bound){ 0 };
  return SOCCA_OK;
}

void shells_remove_empty(nautilus *s)
{
  size_t m = 1; /* the cube stays: it is what holds everything */
  for (size_t k = 1; k < s->n_shells; k++)
    if (s->shells[k].n)
      s->shells[m++] = s->shells[k];
    else
      shell_free(&s->shells[k]);
  s->n_shells = m;
}

socca_status shells_known(const nautilus *s, nautilus *copy, int *settled)
{
  *copy = *s;
  *settled = 1;
  if (!(copy->shells = calloc(s->n_shells + 1, sizeof *copy->shells))) return SOCCA_E_NOMEM;
  for (size_t k = 0; k < s->n_shells; k++) {
    shell *sh = &copy->shells[k];
    *sh = s->shells[k];
    if (!sh->active || !s->o->discard || sh->n - sh->n_explored >= PILOT) continue;
    sh->first = 0;
    shell_recount(sh);
    *settled = 0;
  }
  double share;
  estimate_unsampled(copy, &share);
  if (share > NEGLIGIBLE) *settled = 0;
  return SOCCA_OK;
}

size_t shells_points(const nautilus *s)
{
  size_t n = 0;
  for (size_t k = 0; k < s->n_shells; k++) n += s->shells[k].n;
  return n;
}
