/* SPDX-License-Identifier: BSD-3-Clause */
/* Sound, but linked with run paths of which only some stay with the file. */
#include "stub.h"

SOCCA_SAMPLER(run_path, &stub_sampler, .name = "run_path");
