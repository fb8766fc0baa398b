/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

STUB_NOTE(bad_magic, .kind = SOCCA_KIND_SAMPLER, .name = "bad_magic");
STUB_DESCRIPTOR(bad_magic, 0x12345678u, sizeof(socca_plugin), &bad_magic_note.meta, &stub_sampler,
                sizeof stub_sampler);
