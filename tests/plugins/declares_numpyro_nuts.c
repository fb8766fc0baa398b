/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

SOCCA_SAMPLER(numpyro_nuts, &stub_sampler, .name = "numpyro_nuts", .aliases = "numpyro nuts",
              .advice = "numpyro_nuts does not support MPI parallelization",
              .provides = SOCCA_SAMPLER_CHAINS | SOCCA_SAMPLER_RESUMES,
              .pool_denies = SOCCA_POOL_RANKS, .model_needs = SOCCA_MODEL_GRADIENT);
