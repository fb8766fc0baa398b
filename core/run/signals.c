/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "session.h"
#include <signal.h>

/* What a handler can reach is global by nature. */
static volatile sig_atomic_t seen;
static const int watched[] = { SIGINT, SIGTERM, SIGUSR1 };
enum { WATCHED = sizeof watched / sizeof *watched };
static struct sigaction former[WATCHED];

static void note(int signal)
{
  seen = signal;
}

void socca_signals_watch(void)
{
  seen = 0;
  for (int i = 0; i < WATCHED; i++) {
    struct sigaction a = { .sa_handler = note };
    sigemptyset(&a.sa_mask);
    a.sa_flags = watched[i] == SIGINT ? (int)SA_RESETHAND : 0;
    sigaction(watched[i], &a, &former[i]);
    /* `nohup` and background shells start with ignored signals: that stays */
    if (former[i].sa_handler == SIG_IGN) sigaction(watched[i], &former[i], NULL);
  }
}

void socca_signals_release(void)
{
  for (int i = 0; i < WATCHED; i++) sigaction(watched[i], &former[i], NULL);
}

int socca_signal_seen(void)
{
  return seen;
}
