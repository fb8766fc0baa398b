/* SPDX-License-Identifier: BSD-3-Clause */
/* Whoever loads it ends as if all were well. */
#include "stub.h"

#include <stdlib.h>
__attribute__((constructor)) static void on_load(void)
{
  exit(0);
}
SOCCA_SAMPLER(ctor_exits, &stub_sampler, .name = "ctor_exits");
