/* SPDX-License-Identifier: BSD-3-Clause */
/* The shared memory of a pool: one anonymous mapping made before any process is forked (later mappings would be
 * invisible to workers), reserved generously and touched only where used. */
#ifndef SOCCA_MP_SEGMENT_H
#define SOCCA_MP_SEGMENT_H
#include <socca/host.h>
#include <stdatomic.h>
#include <sys/types.h>

enum { MP_MOST_WORKERS = 1024 };
enum { MP_TODO = 0, MP_DONE = 1, MP_ERROR = 2 };
enum { MP_WOKEN = 2 };
#define MP_CLOSED UINT32_MAX

/* What `covers` records cost, kept with the first of them, so that one evaluated twice is counted once. */
typedef struct mp_cost {
  uint32_t calls, gradients, nonfinite, outside;
  double busy;
  uint32_t covers;
  float pace; /* seconds per record of the share that ends here, 0: it does not */
} mp_cost;

typedef struct mp_note {
  _Atomic uint64_t at; /* 1 + the lowest record that has something to say, 0: none */
  char text[160];
} mp_note;

/* A batch as workers see it. `claim` = ticket << 32 | next: a stale worker's compare-and-swap fails once the
 * ticket has moved on. Fields other than claim and done change only while claim is MP_CLOSED. */
typedef struct mp_job {
  _Alignas(64) _Atomic uint64_t claim;
  _Alignas(64) _Atomic uint32_t done; /* records finished since the last issue */
  _Alignas(64) _Atomic uint32_t n;    /* records of this issue */
  uint32_t listed;                    /* they are list[0..n-1], not 0..n-1 */
  uint32_t op, state, step1;          /* step1: claims of one record */
  uint64_t first;
  size_t in_bytes, out_bytes;
  unsigned char *in, *out; /* areas of the segment; `in` is read-only in workers */
  uint32_t *list;
  _Atomic unsigned char *status;
  mp_cost *cost;
  _Atomic int32_t code;       /* of the failed record */
  mp_note failed, odd;        /* odd: its log-likelihood was not a number */
  _Atomic uint32_t text_lock; /* held by whoever writes a note */
} mp_job;

/* A worker's line. busy = 1 + job while it may hold a claim: set before the claim is tried. */
typedef struct mp_slot {
  _Alignas(64) _Atomic uint32_t busy;
  _Atomic uint32_t cur; /* record being evaluated, MP_CLOSED: none */
  _Atomic uint64_t progress;
  _Atomic int32_t pid;
  _Atomic uint32_t tied;  /* it ends with the zygote: said by the worker itself */
  uint32_t op;            /* of `pace`; the worker's own, like it */
  double pace;            /* seconds per record of the dearest of its recent shares, 0: unknown */
  _Atomic uint32_t alive; /* set by the zygote when forked, cleared with the status when dead */
  _Atomic int32_t wait_status;
} mp_slot;

typedef struct mp_state {
  _Atomic uint32_t version;
  size_t bytes;
  unsigned char *data;
} mp_state;

typedef struct mp_segment {
  _Alignas(64) _Atomic uint32_t issued; /* futex of the workers: bumped at every issue */
  _Atomic uint32_t sleepers;            /* workers asleep on it */
  _Alignas(64) _Atomic uint32_t event; /* futex of the master: a batch is complete, a worker died */
  _Atomic uint32_t master_sleeps;      /* 0, 1, or MP_WOKEN until it runs */
  _Atomic uint32_t deaths, quit;
  uint32_t nslot, cap; /* cap: most records in a batch */
  size_t total, area;  /* bytes of the mapping, and of each in, out and state area */
  size_t read_only_from, read_only_bytes;
  mp_job job[2];
  mp_state state[2];
  mp_slot slot[];
} mp_segment;

/* Reserves it; smaller areas are tried where address space is limited. NULL: errno tells. */
mp_segment *mp_segment_new(uint32_t nslot, size_t area);
void mp_segment_free(mp_segment *);

void mp_futex_wake(_Atomic uint32_t *word, int n);
/* Sleeps while *word == value, for at most `seconds`. Returns 1 when a signal ended it. */
int mp_futex_wait(_Atomic uint32_t *word, uint32_t value, double seconds);
double mp_now(void); /* monotonic seconds */
#endif
