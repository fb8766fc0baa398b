/* SPDX-License-Identifier: BSD-3-Clause */
/* Instruction-set level of this machine: 1 baseline, 3 AVX2+FMA, 4 AVX-512 (x86-64-v4). */
#ifndef SOCCA_BASE_ISA_H
#define SOCCA_BASE_ISA_H
#include <base/journal.h>
/* SOCCA_ISA=v1|v3|v4 in the environment lowers it; a level that the machine lacks is an error. */
socca_status socca_isa_level(socca_journal *, uint32_t *level);
#endif
