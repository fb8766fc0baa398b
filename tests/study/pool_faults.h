/* SPDX-License-Identifier: BSD-3-Clause */
/* Kinds of faults, and who commits them. */
#ifndef SOCCA_POOL_FAULTS_H
#define SOCCA_POOL_FAULTS_H
#include <pools/mp/pool.h>
#include <socca/plugin.h>

enum { N = 60, KINDS = 13, OOM = 11, KILL_PARENT = 100 };
enum {
  FIRST,
  MIDDLE,
  LAST,
  BOTH, /* two workers at once */
  IDLE, /* between batches */
  SET_STATE,
  RESPAWN, /* the replacement dies as soon as it exists */
  ZYGOTE,  /* the parent of the workers, during a batch */
  ZYGOTE_IDLE,
  PLACES
};

struct control { /* shared with the workers */
  _Atomic int kind, dear;
  _Atomic int remaining, also_remaining; /* faults at `at`, at `also` */
  _Atomic uint64_t at, also;
};

const socca_pool_vtbl *pool_mp_vtbl(void);
const char *kind_name(int kind), *place_name(int place);
int signal_of(int kind); /* 0: it is no signal that can be sent */
int hangs(int kind);
void misbehave(int kind,
               const void *in); /* in a worker; returns after a stray write that was not noticed */
/* A process that kills the next n workers that are made. */
pid_t shoot_replacements(mp_segment *, int n);
int have_memory_cgroup(void); /* of version 1, made at the first call */
void remove_memory_cgroup(void);
#endif
