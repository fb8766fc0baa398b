/* SPDX-License-Identifier: BSD-3-Clause */
/* A later minor version, and it needs what came with that. */
#include "stub.h"

#undef SOCCA_ABI_MINOR
#define SOCCA_ABI_MINOR 5
SOCCA_SAMPLER(abi_new_needs, &stub_sampler, .name = "abi_new_needs", .pool_needs = 1u << 20);
