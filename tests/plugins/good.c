/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

SOCCA_SAMPLER(good, &stub_sampler, .name = "good", .aliases = "fine sound", .version = "1.2.3",
              .license = "BSD-3-Clause", .summary = "nothing is wrong with it");
