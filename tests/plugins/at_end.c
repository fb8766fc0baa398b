/* SPDX-License-Identifier: BSD-3-Clause */
/* Code that runs when the process ends. */
#include "stub.h"

#include <stdio.h>
#include <stdlib.h>
static void late(void)
{
}
static socca_status registers(socca_run *r, const void *options, void **self)
{
  return atexit(late) ? SOCCA_E_NOMEM : stub_create(r, options, self);
}
__attribute__((destructor)) static void later(void)
{
  fflush(NULL);
}
static const socca_sampler_vtbl vtbl = { .create = registers,
                                         .destroy = stub_destroy,
                                         .advance = stub_advance,
                                         .archive = stub_archive,
                                         .result = stub_result };
SOCCA_SAMPLER(at_end, &vtbl, .name = "at_end");
