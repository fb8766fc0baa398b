/* SPDX-License-Identifier: BSD-3-Clause */
/* A later minor version with a longer table, which needs nothing unknown: usable. */
#include "stub.h"

#undef SOCCA_ABI_MINOR
#define SOCCA_ABI_MINOR 5
typedef struct later_vtbl {
  socca_sampler_vtbl known;
  void (*later)(void);
} later_vtbl;
static void later(void)
{
}
static const later_vtbl vtbl = { { STUB_SAMPLER, .advance = stub_advance }, later };
STUB_NOTE(abi_new_fine, .abi_minor = SOCCA_ABI_MINOR, .kind = SOCCA_KIND_SAMPLER,
          .name = "abi_new_fine", .provides = SOCCA_SAMPLER_EVIDENCE | 1u << 20);
STUB_DESCRIPTOR(abi_new_fine, SOCCA_MAGIC, sizeof(socca_plugin), &abi_new_fine_note.meta, &vtbl,
                sizeof vtbl);
