/* SPDX-License-Identifier: BSD-3-Clause */
/* Timing for benchmarks: medians of repeated runs, in seconds of this process' CPU time or on the clock. */
#ifndef SOCCA_BENCH_H
#define SOCCA_BENCH_H
#include <stdlib.h>
#include <time.h>

enum { BENCH_RUNS = 31 };

static inline double bench_clock(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
static inline double bench_wall(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
static inline int bench_compare(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}
static inline double bench_middle(double *seconds, size_t n) /* sorts them */
{
  qsort(seconds, n, sizeof *seconds, bench_compare);
  return seconds[n / 2];
}
static inline double bench_median(void (*run)(void *), void *arg, int runs)
{
  double seconds[BENCH_RUNS];
  if (runs > BENCH_RUNS) runs = BENCH_RUNS;
  for (int i = 0; i < runs; i++) {
    double start = bench_clock();
    run(arg);
    seconds[i] = bench_clock() - start;
  }
  return bench_middle(seconds, (size_t)runs);
}
#endif
