/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#include "backoff.h"
#include <sched.h>
#include <time.h>

double wait_clock(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void backoff_reset(backoff *b)
{
  b->since = 0;
}

double backoff_waited(const backoff *b)
{
  return b->since > 0 ? wait_clock() - b->since : 0;
}

void backoff_pause(backoff *b)
{
  double now = wait_clock();
  if (b->since <= 0) b->since = now;
  double waited = now - b->since;
  if (waited < b->spin) return;
  if (waited < b->spin + 50e-6) {
    sched_yield();
    return;
  }
  double nap = waited / 16; /* loses at most 6 % */
  if (nap > 1e-3) nap = 1e-3;
  nanosleep(&(struct timespec){ 0, (long)(nap * 1e9) }, NULL);
}
