/* SPDX-License-Identifier: BSD-3-Clause */
/* The CPUs that this process may use: affinity mask and cgroup quota. */
#ifndef SOCCA_MP_CPUS_H
#define SOCCA_MP_CPUS_H
#include <stdint.h>

enum { MP_MOST_CPUS = 1024 };

typedef struct mp_cpus {
  uint32_t n;      /* in the mask */
  uint32_t usable; /* less where a quota allows fewer; at least 1 */
  uint16_t cpu[MP_MOST_CPUS];
} mp_cpus;

/* Those allowed to the caller now. */
void mp_cpus_read(mp_cpus *);
/* CPUs' worth of time that the groups listed in `membership` (/proc/self/cgroup) may use, as their files below `root`
 * (/sys/fs/cgroup) say; 0: no limit. */
double mp_cgroup_cpus(const char *membership, const char *root);
/* Lets the caller run on the from-th to the (to - 1)-th of them only. */
void mp_cpus_bind(const mp_cpus *, uint32_t from, uint32_t to);
#endif
