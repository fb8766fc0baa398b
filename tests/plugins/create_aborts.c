/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

#include <stdlib.h>
static socca_status aborts(socca_run *r, const void *options, void **self)
{
  (void)r;
  (void)options;
  (void)self;
  abort();
}
static const socca_sampler_vtbl vtbl = { .create = aborts,
                                         .destroy = stub_destroy,
                                         .advance = stub_advance,
                                         .archive = stub_archive,
                                         .result = stub_result };
SOCCA_SAMPLER(create_aborts, &vtbl, .name = "create_aborts");
