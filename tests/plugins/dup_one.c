/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

SOCCA_SAMPLER(dup_one, &stub_sampler, .name = "dup");
