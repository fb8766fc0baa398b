/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

static const socca_sampler_vtbl vtbl = { STUB_SAMPLER };
SOCCA_SAMPLER(slot_null, &vtbl, .name = "slot_null");
