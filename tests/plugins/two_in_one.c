/* SPDX-License-Identifier: BSD-3-Clause */
/* A file may hold several plugins. */
#include "stub.h"

SOCCA_SAMPLER(two_in_one, &stub_sampler, .name = "first");
SOCCA_POOL(another, &stub_pool, .name = "second");
SOCCA_SAMPLER(third, &stub_sampler, .name = "third");
