/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

#undef SOCCA_MPI_ABI
#define SOCCA_MPI_ABI 1u
SOCCA_POOL(ranks_mpich, &stub_ranks, .name = "ranks", .version = "1",
           .provides = SOCCA_POOL_WORKERS | SOCCA_POOL_RANKS);
