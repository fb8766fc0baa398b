/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

SOCCA_SAMPLER(optimizer, &stub_sampler, .name = "optimizer",
              .advice = "the optimizer runs in a single process",
              .provides = SOCCA_SAMPLER_POINT | SOCCA_SAMPLER_RESUMES,
              .pool_denies = SOCCA_POOL_WORKERS | SOCCA_POOL_RANKS);
