/* SPDX-License-Identifier: BSD-3-Clause */
/* The CPUs that this process may use: affinity mask and cgroup quota. */
#ifndef SOCCA_MP_CPUS_H
#define SOCCA_MP_CPUS_H
#include <stdint.h>

/* How many, at least 1. */
uint32_t mp_cpus(void);
/* Pins the calling process to the k-th allowed CPU (counted within the mask). */
void mp_pin(uint32_t k);
#endif
