/* SPDX-License-Identifier: BSD-3-Clause */
/* What a worker process does until it is told to quit or its parent dies. */
#ifndef SOCCA_MP_WORKER_H
#define SOCCA_MP_WORKER_H
#include "pool.h"

_Noreturn void mp_worker_run(mp_pool *, uint32_t w);
#endif
