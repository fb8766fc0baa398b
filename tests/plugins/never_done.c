/* SPDX-License-Identifier: BSD-3-Clause */
/* Goes on until it is stopped, and cannot be taken up again. */
#include "stub.h"
#include <time.h>

static socca_status advance(void *self, socca_run *r)
{
  (void)self;
  (void)r;
  nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
  return SOCCA_OK;
}
static const socca_sampler_vtbl vtbl = { STUB_SAMPLER, .advance = advance };
SOCCA_SAMPLER(never_done, &vtbl, .name = "never_done");
