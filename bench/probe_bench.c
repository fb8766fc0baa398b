/* SPDX-License-Identifier: BSD-3-Clause */
/* Microseconds of the launcher probe: the median of many looks at this process's environment. */
#include "config.h"
#include <run/launcher.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

int main(void)
{
  enum { ROUNDS = 1001 };
  static double t[ROUNDS];
  for (int k = 0; k < ROUNDS; k++) {
    socca_launcher l;
    double start = now();
    socca_launcher_probe(&l);
    t[k] = now() - start;
  }
  qsort(t, ROUNDS, sizeof *t, ascending);
  printf("%.2f\n", 1e6 * t[ROUNDS / 2]);
  return 0;
}
