/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

#include <unistd.h>
static socca_status hangs(socca_run *r, const void *options, void **self)
{
  (void)r;
  (void)options;
  (void)self;
  while (pause()) continue;
  return SOCCA_OK;
}
static const socca_sampler_vtbl vtbl = { .create = hangs,
                                         .destroy = stub_destroy,
                                         .advance = stub_advance,
                                         .archive = stub_archive,
                                         .result = stub_result };
SOCCA_SAMPLER(create_hangs, &vtbl, .name = "create_hangs");
