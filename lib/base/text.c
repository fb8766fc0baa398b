/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <base/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int reserve(socca_text *t, size_t extra)
{
  if (extra >= SIZE_MAX / 2 - t->n) {
    t->failed = 1;
    return 0;
  }
  size_t want = t->n + extra + 1;
  if (want <= t->room) return 1;
  size_t room = t->room ? t->room : 64;
  while (room < want) room *= 2;
  char *s = realloc(t->s, room);
  if (!s) {
    t->failed = 1;
    return 0;
  }
  t->s = s;
  t->room = room;
  return 1;
}

void socca_text_add(socca_text *t, const char *s, size_t n)
{
  if (!reserve(t, n)) return;
  memcpy(t->s + t->n, s, n);
  t->n += n;
  t->s[t->n] = '\0';
}

void socca_text_puts(socca_text *t, const char *s)
{
  socca_text_add(t, s, strlen(s));
}

void socca_text_vprintf(socca_text *t, const char *fmt, va_list ap)
{
  va_list again;
  va_copy(again, ap);
  int n = vsnprintf(NULL, 0, fmt, ap);
  if (n < 0)
    t->failed = 1;
  else if (reserve(t, (size_t)n)) {
    vsnprintf(t->s + t->n, (size_t)n + 1, fmt, again);
    t->n += (size_t)n;
  }
  va_end(again);
}

void socca_text_printf(socca_text *t, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  socca_text_vprintf(t, fmt, ap);
  va_end(ap);
}

void socca_text_clean(socca_text *t, size_t from)
{
  for (size_t i = from; i < t->n; i++)
    if ((unsigned char)t->s[i] < ' ' || t->s[i] == 0x7f) t->s[i] = '?';
}

void socca_text_clear(socca_text *t)
{
  t->n = 0;
  if (t->s) t->s[0] = '\0';
}

void socca_text_free(socca_text *t)
{
  free(t->s);
  *t = (socca_text){ 0 };
}

/* Edit distance with transpositions (optimal string alignment), rows on the stack. */
enum { LONGEST_WORD = 63 };

static size_t distance(const char *a, size_t na, const char *b, size_t nb)
{
  unsigned char row[3][LONGEST_WORD + 1];
  for (size_t j = 0; j <= nb; j++) row[0][j] = (unsigned char)j;
  for (size_t i = 1; i <= na; i++) {
    unsigned char *now = row[i % 3], *up = row[(i - 1) % 3], *up2 = row[(i + 1) % 3];
    now[0] = (unsigned char)i;
    for (size_t j = 1; j <= nb; j++) {
      unsigned best = up[j - 1] + (a[i - 1] != b[j - 1] ? 1u : 0u);
      if (up[j] + 1u < best) best = up[j] + 1u;
      if (now[j - 1] + 1u < best) best = now[j - 1] + 1u;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && up2[j - 2] + 1u < best)
        best = up2[j - 2] + 1u;
      now[j] = (unsigned char)best;
    }
  }
  return row[na % 3][nb];
}

static int same_but_case(const char *a, const char *b)
{
  for (; *a && *b; a++, b++)
    if ((*a | 32) != (*b | 32)) return 0;
  return *a == *b;
}

int socca_resembles(const char *word, const char *wanted)
{
  size_t nw = strlen(word), n = strlen(wanted), longest = nw > n ? nw : n;
  if (same_but_case(word, wanted)) return 1;
  if (!nw || !n || longest > LONGEST_WORD) return 0;
  size_t d = distance(word, nw, wanted, n);
  return d <= 1 + longest / 4 && d < longest;
}

const char *socca_nearest(const char *word, const char *const *candidates, size_t n)
{
  size_t nw = strlen(word), best = SIZE_MAX;
  const char *found = NULL;
  if (nw == 0 || nw > LONGEST_WORD) return NULL;
  for (size_t i = 0; i < n; i++) {
    if (!candidates[i]) continue;
    if (same_but_case(word, candidates[i])) return candidates[i];
    size_t nc = strlen(candidates[i]);
    if (nc == 0 || nc > LONGEST_WORD) continue;
    size_t d = distance(word, nw, candidates[i], nc);
    size_t longest = nw > nc ? nw : nc;
    if (d < best && 3 * d <= longest) {
      best = d;
      found = candidates[i];
    }
  }
  return found;
}

void *socca_calloc(size_t n, size_t size)
{
  return calloc(n ? n : 1, size ? size : 1);
}

void *socca_realloc(void *p, size_t n, size_t size)
{
  if (size && n > SIZE_MAX / size) return NULL;
  size_t bytes = n * size;
  return realloc(p, bytes ? bytes : 1);
}

void *socca_grow(void *list, size_t used, size_t *room, size_t size)
{
  if (used < *room) return list;
  void *grown = socca_realloc(list, 2 * used + 16, size);
  if (grown) *room = 2 * used + 16;
  return grown;
}

char *socca_strdup(const char *s)
{
  size_t n = strlen(s) + 1;
  char *copy = malloc(n);
  return copy ? memcpy(copy, s, n) : NULL;
}
