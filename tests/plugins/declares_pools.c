/* SPDX-License-Identifier: BSD-3-Clause */
/* Declares what pool_mp and pool_mpi declare, in one file. */
#include "stub.h"

SOCCA_POOL(pool_mp, &stub_pool, .name = "mp", .provides = SOCCA_POOL_WORKERS | SOCCA_POOL_ISOLATES,
           .model_denies = SOCCA_MODEL_NO_FORK);
SOCCA_POOL(pool_mpi, &stub_ranks, .name = "mpi", .provides = SOCCA_POOL_WORKERS | SOCCA_POOL_RANKS);
