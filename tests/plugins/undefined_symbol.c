/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

socca_status socca_not_there(void *self, socca_run *r);
static const socca_sampler_vtbl vtbl = { STUB_SAMPLER, .advance = socca_not_there };
SOCCA_SAMPLER(undefined_symbol, &vtbl, .name = "undefined_symbol");
