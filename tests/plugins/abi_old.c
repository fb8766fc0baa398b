/* SPDX-License-Identifier: BSD-3-Clause */
/* Built for another major version of the interface. */
#include "stub.h"

#undef SOCCA_ABI_MAJOR
#define SOCCA_ABI_MAJOR 99
SOCCA_SAMPLER(abi_old, &stub_sampler, .name = "abi_old");
