/* SPDX-License-Identifier: BSD-3-Clause */
/* The master's side of the pool. */
#ifndef SOCCA_MP_POOL_H
#define SOCCA_MP_POOL_H
#include "cpus.h"
#include "segment.h"
#include <socca/pool.h>

typedef struct mp_options { /* the table stands in plugin.c */
  int64_t workers, restarts, memory, spin, pin;
  double timeout;
  const char *mode, *on_crash;
} mp_options;

typedef struct mp_batch { /* the master's part of a job */
  socca_batch batch;
  uint8_t *crashes; /* deaths per record, allocated at the first death */
  uint64_t reissued;
  uint64_t poisoned; /* 1 + lowest poisoned record */
  char message[160]; /* of the poisoned record */
  int out, hurt;     /* submitted and not yet waited for; a worker died in it */
  int brief;         /* too short to sleep meanwhile */
  uint32_t deaths;
} mp_batch;

typedef struct mp_watch { /* for hangs: what a worker did when last looked at */
  uint64_t progress;
  double since;
} mp_watch;

static const double MP_BRIEF = 16e-6; /* seconds */

typedef struct mp_pool {
  socca_team *team;
  mp_options options;
  uint32_t workers;    /* processes */
  uint32_t evaluators; /* with a helping master */
  int help, minus_inf, spin_master;
  int pin, bound; /* workers to their CPUs; the master keeps off those */
  mp_cpus cpus;   /* at the start */
  double spin;    /* seconds */
  double looked;  /* for hangs, when */
  uint32_t last_op;
  double last_pace; /* seconds per record of the dearest share of the last batch */
  mp_segment *seg;
  mp_batch batch[2];
  mp_watch *watch;
  int zygote_socket, zygote_pid;
  uint32_t deaths_seen; /* of seg->deaths */
  uint32_t restarts;    /* used of the budget */
  mp_slot master;       /* the helping master's own line */
} mp_pool;

socca_status mp_submit(void *self, uint32_t slot, const socca_batch *);
socca_status mp_set_state(void *self, uint32_t version, const void *blob, size_t bytes);
socca_status mp_wait(void *self, uint32_t slot, socca_report *);

/* Deaths noticed: blames records, respawns, issues what was lost again. Fails when the budget is used up. */
socca_status mp_recover(mp_pool *);
/* Looks for workers that have not moved for longer than the limit, and has them killed. */
void mp_check_hangs(mp_pool *);
/* The zygote itself gone (killed from outside)? Makes a new one with all its workers. */
socca_status mp_check_zygote(mp_pool *);
#endif
