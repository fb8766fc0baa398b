/* SPDX-License-Identifier: BSD-3-Clause */
/* A small host for pool_mp: values with a known answer, and faults that its workers commit on demand. */
#ifndef SOCCA_POOL_MP_FIXTURE_H
#define SOCCA_POOL_MP_FIXTURE_H
#include <pools/mp/pool.h>
#include <socca/plugin.h>
#include <check.h>

enum { NO_FAULT, KILL, SEGV, ABORT, EXIT0, QUICK_EXIT, STOP, SPIN, FAIL, ODD, CEASE };
typedef struct control { /* shared with the workers */
  _Atomic int fault, remaining, stop, busy;
  _Atomic uint64_t at;
  _Atomic int failed;
  _Atomic int nap;        /* milliseconds that a record takes */
  _Atomic int stop_after; /* the first record asks for a stop */
} control;
extern control *ctl;
extern char last_error[512];
extern const socca_pool_vtbl *vtbl;

void setup(void);
socca_status try_pool(int64_t workers, const char *mode, const char *on_crash, double timeout,
                      int64_t restarts, void **pool);
void *open_pool(int64_t workers, const char *mode, const char *on_crash, double timeout,
                int64_t restarts);
void no_child_left(void);
socca_batch batch_of(size_t n, uint64_t first, double *in, double *out);
void check_results(const double *in, const double *out, size_t n, uint64_t first);
#endif
