/* SPDX-License-Identifier: BSD-3-Clause */
/* A text that a terminal would obey. */
#include "stub.h"

SOCCA_SAMPLER(note_escape, &stub_sampler, .name = "note_escape", .summary = "\033[31mred");
