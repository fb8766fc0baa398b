/* SPDX-License-Identifier: BSD-3-Clause */
/* Points of shells, one after the other: members of the bound's blocks outside all later bounds. */
#include "config.h"
#include "nautilus.h"
#include <stdlib.h>
#include <string.h>

/* Block `index` of shell k: its members in the columns s->draw; *hits is the number of the bound's. */
size_t draw_block(nautilus *s, const socca_cx *cx, uint32_t stream, size_t k, uint64_t index,
                  size_t *hits)
{
  unsigned char in[BLOCK];
  size_t n = *hits = bound_block(&s->shells[k].b, cx, stream, index, &s->work, s->draw);
  for (size_t j = k + 1; j < s->n_shells && n; j++) {
    bound_contains(&s->shells[j].b, cx, n, s->draw, in, &s->work);
    for (size_t i = 0; i < n; i++) in[i] = !in[i];
    n = columns_compact(s->d, n, in, s->draw);
  }
  return n;
}

static socca_status keep_block(nautilus *s, shell *k)
{
  double *p = realloc(k->fifo, (k->ready ? k->ready : 1) * s->d * sizeof *p);
  if (!p) return SOCCA_E_NOMEM;
  k->fifo = p;
  columns_to_rows(s->d, k->ready, s->draw, p);
  return SOCCA_OK;
}

socca_status draw_next(nautilus *s, const socca_cx *cx, size_t k, double *x, int *what)
{
  shell *sh = &s->shells[k];
  uint64_t *barren = &s->open.barren;
  socca_status st;
  size_t hits;
  if (sh->at < sh->ready && !sh->fifo) { /* restored: the present block again */
    if (draw_block(s, cx, STREAM_DRAW, k, sh->block - 1, &hits) != sh->ready)
      return cx->h->fail(cx, SOCCA_E_RESUME, "the checkpoint's bounds and points do not agree");
    if ((st = keep_block(s, sh))) return st;
  }
  while (sh->at >= sh->ready) {
    *what = *barren == DRAW_MOST ? DRAW_BARREN : DRAW_LATER;
    if (*what == DRAW_BARREN) *barren = 0;
    if (*what == DRAW_BARREN || s->budget <= 0 || cx->h->stop(cx)) return SOCCA_OK;
    s->budget--;
    ++*barren;
    sh->ready = draw_block(s, cx, STREAM_DRAW, k, sh->block++, &hits);
    sh->at = 0;
    sh->b.draws += BLOCK;
    sh->b.hits += hits;
    if (s->phase != PHASE_EXPLORE) {
      sh->seen += hits;
      sh->seen_shell += sh->ready;
    }
    if ((st = keep_block(s, sh))) return st;
  }
  memcpy(x, sh->fifo + sh->at++ * s->d, s->d * sizeof *x);
  *barren = 0;
  *what = DRAW_FOUND;
  return SOCCA_OK;
}
