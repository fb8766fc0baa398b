/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "progress.h"
#include <base/text.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct socca_progress_view {
  socca_journal *journal;
  int bar;
  double shown;   /* when */
  char line[256]; /* as it stands on the terminal */
};
static const double bar_interval = 0.2, log_interval = 10;
enum { AUTO, BAR, LOG, NONE };
enum { WIDTH = 20 }; /* of the bar */

/* The bar leaves the line to a message, and comes back below it. Called with the journal locked. */
static void step_aside(void *arg, int before)
{
  socca_progress_view *v = arg;
  if (v->line[0]) fprintf(stderr, before ? "\r\033[K" : "%s", v->line);
}

socca_progress_view *socca_progress_open(socca_journal *j, int mode)
{
  const char *terminal = getenv("TERM");
  int capable = isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") != 0;
  if (mode == NONE || socca_journal_is_silent(j)) return NULL;
  socca_progress_view *v = socca_calloc(1, sizeof *v);
  if (!v) return NULL; /* a run without progress is still a run */
  v->journal = j;
  v->bar = mode == BAR || (mode == AUTO && capable);
  v->shown = socca_seconds();
  if (v->bar) socca_journal_set_hook(j, step_aside, v);
  return v;
}

void socca_progress_close(socca_progress_view *v)
{
  if (v && v->bar) socca_journal_set_hook(v->journal, NULL, NULL);
  free(v);
}

static void describe(const socca_session *s, int bar, socca_text *t)
{
  socca_progress p = { .fraction = NAN, .logz = NAN, .n_eff = NAN };
  if (s->sampler->progress) s->sampler->progress(s->state, &p);
  if (isfinite(p.fraction) && bar) {
    int full = (int)(WIDTH * fmin(fmax(p.fraction, 0), 1));
    socca_text_printf(t, "[%.*s%.*s] ", full, "####################", WIDTH - full,
                      "--------------------");
  }
  if (isfinite(p.fraction)) socca_text_printf(t, "%.0f %%, ", 100 * p.fraction);
  socca_text_printf(t, "%llu call%s, %.0f s", (unsigned long long)s->count.calls,
                    socca_s(s->count.calls), socca_session_seconds(s));
  if (isfinite(p.logz)) socca_text_printf(t, ", log Z %.3f", p.logz);
  if (isfinite(p.n_eff)) socca_text_printf(t, ", n_eff %.0f", p.n_eff);
  p.text[sizeof p.text - 1] = '\0';
  if (p.text[0]) socca_text_printf(t, ", %s", p.text);
}

/* A line that wraps could not be taken back. */
static int columns(void)
{
  struct winsize w;
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) || w.ws_col < 2 ? 79 : w.ws_col - 1;
}

void socca_progress_show(void *view, const socca_session *s, int last)
{
  socca_progress_view *v = view;
  if (!v) return;
  double now = socca_seconds();
  if (!last && now - v->shown < (v->bar ? bar_interval : log_interval)) return;
  socca_text t = { 0 };
  v->shown = now;
  describe(s, v->bar, &t);
  if (t.s && v->bar) {
    snprintf(v->line, sizeof v->line, "%.*s", columns(), t.s);
    fprintf(stderr, "\r\033[K%s%s", v->line, last ? "\n" : "");
    if (last) v->line[0] = '\0';
  } else if (t.s) {
    socca_message(v->journal, SOCCA_LOG_INFO, "%s", t.s);
  }
  socca_text_free(&t);
}
