/* SPDX-License-Identifier: BSD-3-Clause */
/* Microseconds of the launcher probe: the median of many looks at this process's environment. */
#include "config.h"
#include "bench.h"
#include <fit/launcher.h>
#include <stdio.h>

int main(void)
{
  enum { ROUNDS = 1001 };
  static double t[ROUNDS];
  for (int k = 0; k < ROUNDS; k++) {
    socca_launcher l;
    double start = bench_wall();
    socca_launcher_probe(&l);
    t[k] = bench_wall() - start;
  }
  printf("%.2f\n", 1e6 * bench_middle(t, ROUNDS));
  return 0;
}
