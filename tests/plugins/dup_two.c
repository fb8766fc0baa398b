/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

SOCCA_SAMPLER(dup_two, &stub_sampler, .name = "dup");
