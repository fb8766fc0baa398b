/* SPDX-License-Identifier: BSD-3-Clause */
/* Linked without hiding its symbols and without the flags: loads, but does not conform. */
#include "stub.h"

SOCCA_EXPORT int extra_symbol_helper(void);
int extra_symbol_helper(void)
{
  return 0;
}
SOCCA_SAMPLER(extra_symbol, &stub_sampler, .name = "extra_symbol");
