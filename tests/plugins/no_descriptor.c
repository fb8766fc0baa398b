/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

STUB_NOTE(no_descriptor, .kind = SOCCA_KIND_SAMPLER, .name = "no_descriptor");
SOCCA_EXPORT extern const int elsewhere_LTX_socca_plugin;
const int elsewhere_LTX_socca_plugin = 1;
