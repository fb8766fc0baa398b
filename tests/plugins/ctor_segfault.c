/* SPDX-License-Identifier: BSD-3-Clause */
/* Whoever loads it dies: listing must not. */
#include "stub.h"

#include <signal.h>
__attribute__((constructor)) static void on_load(void)
{
  raise(SIGSEGV);
}
SOCCA_SAMPLER(ctor_segfault, &stub_sampler, .name = "ctor_segfault");
