/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

SOCCA_SAMPLER(nautilus, &stub_sampler, .name = "nautilus", .advice = "recommended for MPI runs",
              .provides = SOCCA_SAMPLER_EVIDENCE | SOCCA_SAMPLER_WEIGHTS | SOCCA_SAMPLER_RESUMES);
