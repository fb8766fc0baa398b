/* SPDX-License-Identifier: BSD-3-Clause */
/* The process that workers are forked from: forked itself before any thread exists, it can make new workers at
 * any time, waits for the dead ones and tells the master through the segment. */
#ifndef SOCCA_MP_ZYGOTE_H
#define SOCCA_MP_ZYGOTE_H
#include "pool.h"

/* Forks it, and asks it for all workers. */
socca_status mp_zygote_start(mp_pool *);
/* Asks for worker w to be forked; returns when it exists. */
socca_status mp_zygote_spawn(mp_pool *, uint32_t w);
/* Asks for worker w to be killed (by the zygote, which holds the process: no pid can have been used again). */
void mp_zygote_kill(mp_pool *, uint32_t w);
void mp_zygote_stop(mp_pool *);
/* After its death: what is left of it. */
void mp_zygote_bury(mp_pool *);
#endif
