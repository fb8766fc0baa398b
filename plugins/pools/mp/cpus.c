/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#include "cpus.h"
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cgroup v2's "QUOTA PERIOD" or v1's pair of files; 0: no limit. */
static double quota(void)
{
  char line[64];
  FILE *f = fopen("/sys/fs/cgroup/cpu.max", "re");
  double q = 0, p = 0;
  if (f) {
    if (fgets(line, sizeof line, f) && strncmp(line, "max", 3) != 0) {
      char *end;
      q = strtod(line, &end);
      p = strtod(end, NULL);
    }
    fclose(f);
    return p > 0 ? q / p : 0;
  }
  f = fopen("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "re");
  if (f && fgets(line, sizeof line, f)) q = strtod(line, NULL);
  if (f) fclose(f);
  f = fopen("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "re");
  if (f && fgets(line, sizeof line, f)) p = strtod(line, NULL);
  if (f) fclose(f);
  return q > 0 && p > 0 ? q / p : 0;
}

uint32_t mp_cpus(void)
{
  cpu_set_t set;
  uint32_t n = 1;
  if (sched_getaffinity(0, sizeof set, &set) == 0) n = (uint32_t)CPU_COUNT(&set);
  double limit = quota();
  if (limit > 0 && limit < n) n = (uint32_t)(limit + 0.999);
  return n ? n : 1;
}

void mp_pin(uint32_t k)
{
  cpu_set_t set, one;
  if (sched_getaffinity(0, sizeof set, &set)) return;
  for (size_t c = 0; c < CPU_SETSIZE; c++)
    if (CPU_ISSET(c, &set) && k-- == 0) {
      CPU_ZERO(&one);
      CPU_SET(c, &one);
      sched_setaffinity(0, sizeof one, &one);
      return;
    }
}
