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

double backoff_waited(backoff *b)
{
  double now = wait_clock();
  if (b->since <= 0) return 0;
  if (now - b->looked > 1)
    b->since = now; /* looks are a millisecond apart: this process was stopped */
  b->looked = now;
  return now - b->since;
}

void backoff_pause(backoff *b)
{
  if (b->since <= 0) b->since = b->looked = wait_clock();
  double waited = backoff_waited(b);
  if (waited < b->spin) return;
  if (waited < b->spin + 50e-6) {
    sched_yield();
    return;
  }
  double nap = waited / 16; /* loses at most 6 % */
  if (nap > 1e-3) nap = 1e-3;
  nanosleep(&(struct timespec){ 0, (long)(nap * 1e9) }, NULL);
}
