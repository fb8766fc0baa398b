/* SPDX-License-Identifier: BSD-3-Clause */
/* Loads well, then says no. */
#include "stub.h"

static socca_status fails(socca_run *r, const void *options, void **self)
{
  (void)options;
  *self = NULL;
  return socca_fail(r, SOCCA_E_INPUT, "it never starts");
}
static const socca_sampler_vtbl vtbl = { .create = fails,
                                         .destroy = stub_destroy,
                                         .advance = stub_advance,
                                         .archive = stub_archive,
                                         .result = stub_result };
SOCCA_SAMPLER(create_fails, &vtbl, .name = "create_fails");
