/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

SOCCA_SAMPLER(note_bad_name, &stub_sampler, .name = "Bad-Name");
