/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

#undef SOCCA_MPI_ABI
#define SOCCA_MPI_ABI 2u
SOCCA_POOL(mpi_other, &stub_ranks, .name = "mpi_other",
           .provides = SOCCA_POOL_WORKERS | SOCCA_POOL_RANKS);
