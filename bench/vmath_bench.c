/* SPDX-License-Identifier: BSD-3-Clause */
/* Nanoseconds per number of the vector functions, at each level of this machine */
#include "config.h"
#include "bench.h"
#include <base/isa.h>
#include <stdio.h>
#include <unit/vmath_kernels.h>

enum { N = 4096 };
static double x[N], y[N], out[N];
typedef struct job {
  int level, function;
} job;

static void run(void *arg)
{
  const job *j = arg;
  for (int i = 0; i < 16; i++) SOCCA_DISPATCH(j->level, vmath_apply)(j->function, N, x, y, out);
}
int main(void)
{
  static const int levels[] = { 1, 3, 4 };
#define NAME(name, expression) #name,
  static const char *const names[] = { VMATH_FUNCTIONS(NAME) };
  uint32_t machine;
  if (socca_isa_level(NULL, &machine) != SOCCA_OK) return EXIT_FAILURE;
  for (int i = 0; i < N; i++) {
    x[i] = 1e-3 + 30.0 * i / N;
    y[i] = 0.5 + 2.0 * (i % 64) / 64;
  }
  for (int f = 0; f < VMATH_COUNT; f++) {
    printf("%-12s", names[f]);
    for (int l = 0; l < 3 && levels[l] <= (int)machine; l++) {
      job j = { levels[l], f };
      printf("  v%d %6.2f ns", levels[l], bench_median(run, &j, BENCH_RUNS) / (16.0 * N) * 1e9);
    }
    printf("\n");
  }
  return EXIT_SUCCESS;
}
