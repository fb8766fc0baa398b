/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

STUB_NOTE(vtable_short, .kind = SOCCA_KIND_SAMPLER, .name = "vtable_short");
STUB_DESCRIPTOR(vtable_short, SOCCA_MAGIC, sizeof(socca_plugin), &vtable_short_note.meta,
                &stub_sampler, offsetof(socca_sampler_vtbl, archive));
