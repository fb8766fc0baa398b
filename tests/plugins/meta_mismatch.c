/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

STUB_NOTE(meta_mismatch, .kind = SOCCA_KIND_SAMPLER, .name = "meta_mismatch");
static const socca_meta other = { .size = sizeof other,
                                  .kind = SOCCA_KIND_SAMPLER,
                                  .module = "meta_mismatch",
                                  .name = "meta_mismatch",
                                  .version = "another" };
STUB_DESCRIPTOR(meta_mismatch, SOCCA_MAGIC, sizeof(socca_plugin), &other, &stub_sampler,
                sizeof stub_sampler);
