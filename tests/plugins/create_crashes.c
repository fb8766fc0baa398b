/* SPDX-License-Identifier: BSD-3-Clause */
#include "stub.h"

#include <signal.h>
static socca_status crashes(socca_run *r, const void *options, void **self)
{
  (void)r;
  (void)options;
  (void)self;
  raise(SIGSEGV);
  return SOCCA_OK;
}
static const socca_sampler_vtbl vtbl = { .create = crashes,
                                         .destroy = stub_destroy,
                                         .advance = stub_advance,
                                         .archive = stub_archive,
                                         .result = stub_result };
SOCCA_SAMPLER(create_crashes, &vtbl, .name = "create_crashes");
