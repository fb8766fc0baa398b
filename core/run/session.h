/* SPDX-License-Identifier: BSD-3-Clause */
/* A sampler and a pool at work on a problem: batches, counters, limits, signals, checkpoints, progress.
 * fit/ makes one and drives it. */
#ifndef SOCCA_RUN_SESSION_H
#define SOCCA_RUN_SESSION_H
#include "context.h"

enum { SOCCA_STOPPED_DONE, SOCCA_STOPPED_CALLS, SOCCA_STOPPED_TIME, SOCCA_STOPPED_SIGNAL };

struct socca_session {
  socca_journal *journal;
  socca_problem *problem;
  const socca_sampler_vtbl *sampler;
  const socca_pool_vtbl *pool;
  void *state, *workers; /* of the sampler, of the pool */
  socca_context run, team;
  socca_result *identity, *limits; /* what a checkpoint must agree in; what it may differ in */
  const char *checkpoint;          /* NULL: none is written */
  socca_archive *archive;          /* remembers the file that is this run's own */
  double every, max_time;          /* seconds; NAN: never */
  uint64_t max_calls;              /* 0: no limit */
  void (*progress)(void *view, const socca_session *, int last); /* NULL: nobody looks on */
  void *view;
  socca_report count;    /* sum of the batches whose answer was used, over all resumes */
  double seconds;        /* of earlier runs */
  double break_even;     /* of the pool: socca_pool_info */
  double least, records; /* seconds per record of the fastest batch, records seen by this process */
  struct {
    size_t n;
    uint32_t state;
  } batch[2]; /* records and state of what is out, by slot */
  int cheap_reported;
  uint32_t tickets, pending, versions;
  double started, saved;
  int serves; /* another rank leads: it alone decides when to stop */
  int stopped, finished, nan_reported, deaths_reported;
};

int socca_session_stop(const socca_session *); /* signal or time limit seen; NULL: signals only */
socca_status socca_session_submit(socca_session *, const socca_batch *, uint32_t *ticket);
socca_status socca_session_wait(socca_session *, uint32_t ticket, socca_report *);
socca_status socca_session_set_state(socca_session *, const void *, size_t, uint32_t *version);
/* Until DONE, a limit, a signal (INTERRUPTED) or an error. Checkpoints are written on the way and at the end. */
socca_status socca_session_loop(socca_session *);
socca_status socca_session_save(socca_session *);
socca_status socca_session_restore(socca_session *);
double socca_session_seconds(
    const socca_session *); /* with those of earlier runs that this one goes on from */
const char *socca_session_stopped(const socca_session *); /* done, max-calls, max-time */

/* Signals: the handlers only note which one came. A second INT ends the process at once. */
void socca_signals_watch(void);
void socca_signals_release(void);
int socca_signal_seen(void);
#endif
