/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

#include <stdlib.h>
static socca_status exits(socca_run *r, const void *options, void **self)
{
  (void)r;
  (void)options;
  (void)self;
  exit(0);
}
static const socca_sampler_vtbl vtbl = { .create = exits,
                                         .destroy = stub_destroy,
                                         .advance = stub_advance,
                                         .archive = stub_archive,
                                         .result = stub_result };
SOCCA_SAMPLER(create_exits, &vtbl, .name = "create_exits");
