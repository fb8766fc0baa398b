/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include "session.h"
#include <signal.h>
#include <unistd.h>

/* What a handler can reach is global by nature. */
static volatile sig_atomic_t seen;
static const int watched[] = { SIGINT, SIGTERM, SIGUSR1, SIGHUP };
enum { WATCHED = sizeof watched / sizeof *watched };
static struct sigaction former[WATCHED], former_pipe;

/* A second interrupt ends the process as usual; where that is not to be had (init of a container), by _exit(). */
static void note(int signal)
{
  if (signal == SIGINT && seen == SIGINT) {
    struct sigaction usual = { .sa_handler = SIG_DFL };
    sigaction(SIGINT, &usual, NULL);
    raise(SIGINT);
    if (getpid() == 1) _exit(128 + SIGINT);
  }
  seen = signal;
}

/* Who stops reading the messages (`2>&1 | head`) does not end the run. */
void socca_signals_watch(void)
{
  const struct sigaction ignored = { .sa_handler = SIG_IGN };
  seen = 0;
  sigaction(SIGPIPE, &ignored, &former_pipe);
  for (int i = 0; i < WATCHED; i++) {
    struct sigaction a = { .sa_handler = note };
    sigemptyset(&a.sa_mask);
    sigaction(watched[i], &a, &former[i]);
    /* `nohup` and background shells start with ignored signals: that stays */
    if (former[i].sa_handler == SIG_IGN) sigaction(watched[i], &former[i], NULL);
  }
}

void socca_signals_release(void)
{
  for (int i = 0; i < WATCHED; i++) sigaction(watched[i], &former[i], NULL);
  sigaction(SIGPIPE, &former_pipe, NULL);
}

int socca_signal_seen(void)
{
  return seen;
}
