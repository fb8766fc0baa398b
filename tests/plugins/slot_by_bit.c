/* SPDX-License-Identifier: BSD-3-Clause */
/* Provides RANKS without the functions that ranks need. */
#include "stub.h"

SOCCA_POOL(slot_by_bit, &stub_pool, .name = "slot_by_bit", .provides = SOCCA_POOL_RANKS);
