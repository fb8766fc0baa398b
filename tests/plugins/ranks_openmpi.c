/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

#undef SOCCA_MPI_ABI
#define SOCCA_MPI_ABI 2u
SOCCA_POOL(ranks_openmpi, &stub_ranks, .name = "ranks", .version = "2",
           .provides = SOCCA_POOL_WORKERS | SOCCA_POOL_RANKS);
