/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

SOCCA_SAMPLER(dynesty, &stub_sampler, .name = "dynesty",
              .advice = "Dynesty might not benefit from MPI parallelization due to its sequential "
                        "point proposal. Consider using --method=nautilus for MPI runs.",
              .provides = SOCCA_SAMPLER_EVIDENCE | SOCCA_SAMPLER_WEIGHTS | SOCCA_SAMPLER_RESUMES,
              .pool_shuns = SOCCA_POOL_RANKS);
