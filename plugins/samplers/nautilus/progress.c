/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "nautilus.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const phase_names[] = { "exploring", "volumes", "sampling", "volumes", "done" };

static void put(char *text, size_t room, const char *s)
{
  size_t n = strlen(text), m = strlen(s);
  if (n + m + 1 <= room) memcpy(text + n, s, m + 1);
}

static void put_number(char *text, size_t room, uint64_t v)
{
  char digits[24];
  size_t n = sizeof digits;
  digits[--n] = 0;
  do digits[--n] = (char)('0' + v % 10);
  while (v /= 10);
  put(text, room, digits + n);
}

void nautilus_progress(const void *self, socca_progress *p)
{
  const nautilus *s = self;
  nautilus known;
  int settled;
  p->logz = p->n_eff = NAN;
  if (!shells_known(s, &known, &settled) && shells_points(s)) {
    p->logz = estimate_logz_now(&known);
    p->n_eff = estimate_neff(&known);
  }
  free(known.shells);
  if (!isfinite(p->logz)) p->logz = NAN;
  p->fraction = s->phase == PHASE_DONE     ? 1
                : s->phase >= PHASE_SAMPLE ? fmin(1, p->n_eff / s->o->n_eff)
                                           : NAN;
  p->text[0] = 0;
  put(p->text, sizeof p->text, phase_names[s->phase]);
  put(p->text, sizeof p->text, ", bounds ");
  put_number(p->text, sizeof p->text, s->n_shells);
}
