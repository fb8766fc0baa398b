/* SPDX-License-Identifier: BSD-3-Clause */
/* A small host for pool_mp: values with a known answer, and faults that its workers commit on demand. */
#define _GNU_SOURCE
#include "config.h"
#include "pool_mp_fixture.h"
#include "../pool_host.h"
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern const socca_plugin pool_mp_LTX_socca_plugin;

control *ctl;
char last_error[512];
const socca_pool_vtbl *vtbl;

static socca_status host_fail(const socca_cx *cx, socca_status s, const char *fmt, ...)
{
  va_list ap;
  (void)cx;
  va_start(ap, fmt);
  vsnprintf(last_error, sizeof last_error, fmt, ap);
  va_end(ap);
  return s;
}

static int host_stop(const socca_cx *cx)
{
  (void)cx;
  return ctl->stop;
}

static void misbehave(int fault)
{
  if (fault == KILL) raise(SIGKILL);
  if (fault == SEGV) raise(SIGSEGV);
  if (fault == ABORT) abort();
  if (fault == EXIT0) exit(0);
  if (fault == QUICK_EXIT) _exit(3);
  if (fault == STOP) raise(SIGSTOP);
  while (fault == SPIN) continue;
}

/* op 0: out = f(in, index); op 2: out = state's double + in */
static socca_status host_execute(socca_team *team, socca_task *t)
{
  double x, y;
  (void)team;
  memcpy(&x, t->in, sizeof x);
  if (ctl->fault && t->index == ctl->at && atomic_fetch_sub(&ctl->remaining, 1) > 0) {
    if (ctl->fault == CEASE) return SOCCA_INTERRUPTED;
    if (ctl->fault == FAIL || ctl->fault == ODD) {
      ctl->failed = 1;
      snprintf(t->message, sizeof t->message, "no value at x = %g", x);
      return SOCCA_E_NUMERIC;
    }
    misbehave(ctl->fault);
  }
  int odd = ctl->fault == ODD && t->index == 3;
  for (long k = 0; odd && !ctl->failed && k < 100; k++) usleep(1000);
  if (odd) usleep(1000); /* the failure is noted first */
  if (ctl->nap) usleep(1000 * (useconds_t)ctl->nap);
  if (ctl->stop_after) ctl->stop = 1;
  y = truth(x, t->index);
  if (t->op == SOCCA_OP_FIRST) memcpy(&y, t->state, sizeof y);
  if (t->op == SOCCA_OP_FIRST) y += x;
  memcpy(t->out, &y, sizeof y);
  t->cost = (socca_report){ .calls = 1,
                            .outside = 1,
                            .nonfinite = (uint64_t)odd,
                            .busy = ctl->busy ? 1e-3 : 0,
                            .bad_index = odd ? t->index : UINT64_MAX };
  return SOCCA_OK;
}

static const socca_host host = { .size = sizeof host,
                                 .log = host_log,
                                 .fail = host_fail,
                                 .stop = host_stop,
                                 .convert = host_convert,
                                 .free_parameter = host_free,
                                 .execute = host_execute };
static socca_team team = { { &host, 1, 1, 1, 1, 0 }, 0 };

socca_status try_pool(int64_t workers, const char *mode, const char *on_crash, double timeout,
                      int64_t restarts, void **pool)
{
  static mp_options o;
  o = (mp_options){ .workers = workers,
                    .restarts = restarts,
                    .memory = 4,
                    .spin = 50,
                    .pin = 1,
                    .timeout = timeout,
                    .mode = mode,
                    .on_crash = on_crash };
  *pool = NULL;
  return vtbl->open(&team, &o, pool);
}

void *open_pool(int64_t workers, const char *mode, const char *on_crash, double timeout,
                int64_t restarts)
{
  void *pool;
  ck_assert_msg(try_pool(workers, mode, on_crash, timeout, restarts, &pool) == SOCCA_OK, "%s",
                last_error);
  return pool;
}

void setup(void)
{
  ctl = mmap(NULL, sizeof *ctl, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  vtbl = pool_mp_LTX_socca_plugin.vtbl;
}

void no_child_left(void)
{
  ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* ECHILD */
}

socca_batch batch_of(size_t n, uint64_t first, double *in, double *out)
{
  for (size_t i = 0; i < n; i++) in[i] = 0.1 * (double)(first + i);
  return (socca_batch){
    .first = first, .n = n, .in_bytes = sizeof *in, .out_bytes = sizeof *out, .in = in, .out = out
  };
}

void check_results(const double *in, const double *out, size_t n, uint64_t first)
{
  for (size_t i = 0; i < n; i++)
    ck_assert_msg(out[i] == truth(in[i], first + i), "record %zu differs", i);
}
