/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#include "cpus.h"
#include <sched.h>

void mp_cpus_read(mp_cpus *c)
{
  cpu_set_t set;
  c->n = 0;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    for (size_t k = 0; k < CPU_SETSIZE && c->n < MP_MOST_CPUS; k++)
      if (CPU_ISSET(k, &set)) c->cpu[c->n++] = (uint16_t)k;
  double limit = mp_cgroup_cpus("/proc/self/cgroup", "/sys/fs/cgroup");
  c->usable = c->n ? c->n : 1;
  if (limit > 0 && limit < c->usable) c->usable = (uint32_t)(limit + 0.999);
}

void mp_cpus_bind(const mp_cpus *c, uint32_t from, uint32_t to)
{
  cpu_set_t set;
  CPU_ZERO(&set);
  for (uint32_t k = from; k < to && k < c->n; k++) CPU_SET(c->cpu[k], &set);
  sched_setaffinity(0, sizeof set, &set); /* an empty set is refused, and nothing is lost */
}
