/* SPDX-License-Identifier: BSD-3-Clause */
/* Faults injected into pool_mp: every kind at every place, once and always, on 1, 2 and 4 workers, with 1 and 2
 * batches out; and the parent killed at random instants. Prints a line per kind and a summary; status 1 if any
 * result differs, a process survives, or a batch takes too long.
 *
 *   pool_faults [SECONDS]      stops after that many (default 240) and says how far it came */
#define _GNU_SOURCE
#include "config.h"
#include <pools/mp/pool.h>
#include <socca/plugin.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern const socca_plugin pool_mp_LTX_socca_plugin;
enum { N = 60, KINDS = 11, PARENTS = 50 };
static const char *const kinds[KINDS] = { "SIGKILL",
                                          "SIGSEGV",
                                          "abort()",
                                          "SIGFPE",
                                          "exit(0)",
                                          "_exit(3)",
                                          "SIGSTOP",
                                          "busy loop",
                                          "pause()",
                                          "SIGILL",
                                          "stray write into the input" };
static struct control { /* shared with the workers */
  _Atomic int kind, remaining;
  _Atomic uint64_t at;
} * ctl;

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void misbehave(int kind, const void *in)
{
  static const int signals[KINDS] = { SIGKILL, SIGSEGV, 0, SIGFPE, 0, 0, SIGSTOP, 0, 0, SIGILL, 0 };
  if (kind == 2) abort();
  if (kind == 4) exit(0);
  if (kind == 5) _exit(3);
  while (kind == 7) continue;
  if (kind == 8) pause();
  if (kind == 10) *(volatile double *)(uintptr_t)in = 1e300;
  if (signals[kind]) raise(signals[kind]);
}

static double truth(double x, uint64_t index)
{
  return sin(x) + (double)index;
}

static socca_status host_execute(socca_team *team, socca_task *t)
{
  double x, y;
  (void)team;
  memcpy(&x, t->in, sizeof x);
  if (t->index == ctl->at && atomic_fetch_sub(&ctl->remaining, 1) > 0) misbehave(ctl->kind, t->in);
  y = truth(x, t->index);
  memcpy(t->out, &y, sizeof y);
  t->cost = (socca_report){ .calls = 1, .bad_index = UINT64_MAX };
  return SOCCA_OK;
}
static void host_log(const socca_cx *cx, int level, const char *fmt, ...)
{
  (void)cx, (void)level, (void)fmt;
}
static socca_status host_fail(const socca_cx *cx, socca_status s, const char *fmt, ...)
{
  (void)cx, (void)fmt;
  return s;
}
static int host_stop(const socca_cx *cx)
{
  (void)cx;
  return 0;
}
static void host_convert(const socca_cx *cx, uint32_t from, const double *x, uint32_t to, double *y,
                         double *dydx)
{
  (void)from, (void)to, (void)dydx;
  memcpy(y, x, cx->ndim * sizeof *y);
}
static const socca_free *host_free(const socca_cx *cx, uint32_t i)
{
  static const socca_free x = { .name = "x" };
  (void)cx;
  return i ? NULL : &x;
}
static const socca_host host = { .size = sizeof host,
                                 .log = host_log,
                                 .fail = host_fail,
                                 .stop = host_stop,
                                 .convert = host_convert,
                                 .free_parameter = host_free,
                                 .execute = host_execute };
static socca_team team = { { &host, 1, 1, 1, 1, 0 }, 0 };
static double in[2][N], out[2][N];

static void *open_pool(int64_t workers)
{
  static mp_options o;
  void *p = NULL;
  const socca_pool_vtbl *v = pool_mp_LTX_socca_plugin.vtbl;
  o = (mp_options){ .workers = workers,
                    .restarts = 8,
                    .memory = 4,
                    .spin = 50,
                    .pin = 1,
                    .timeout = 0.5,
                    .mode = "isolate",
                    .on_crash = "minus_inf" };
  if (v->open(&team, &o, &p)) exit(2);
  return p;
}

static socca_batch batch_of(int k)
{
  static const double poison = -INFINITY;
  for (int i = 0; i < N; i++) in[k][i] = 0.1 * (k * N + i);
  return (socca_batch){ .first = (uint64_t)(k * N),
                        .n = N,
                        .in_bytes = sizeof in[0][0],
                        .out_bytes = sizeof out[0][0],
                        .in = in[k],
                        .out = out[k],
                        .poison = &poison };
}

/* Number of things that went wrong. `always`: the point is poison, unless the fault leaves the worker alive. */
static int one_case(int kind, uint64_t at, int always, int64_t workers, int batches,
                    double *seconds)
{
  const socca_pool_vtbl *v = pool_mp_LTX_socca_plugin.vtbl;
  int wrong = 0;
  ctl->kind = kind;
  ctl->at = at;
  ctl->remaining = always ? 1000 : 1;
  void *p = open_pool(workers);
  double start = now();
  for (int k = 0; k < batches; k++) {
    socca_batch b = batch_of(k);
    wrong += v->submit(p, (uint32_t)k, &b) != SOCCA_OK;
  }
  for (int k = 0; k < batches; k++) {
    socca_report r;
    wrong += v->wait(p, (uint32_t)k, &r) != SOCCA_OK;
    for (int i = 0; i < N; i++) {
      uint64_t index = (uint64_t)(k * N + i);
      double y = always && index == at ? -INFINITY : truth(0.1 * (k * N + i), index);
      wrong += memcmp(&y, &out[k][i], sizeof y) != 0;
    }
  }
  *seconds = now() - start;
  v->close(p);
  return wrong + (waitpid(-1, NULL, WNOHANG) != -1) + (*seconds > 10);
}

static int faults(double until)
{
  static const uint64_t places[] = { 0, N / 2, N - 1 };
  static const int64_t workers[] = { 1, 2, 4 };
  int wrong = 0, cases = 0;
  for (int kind = 0; kind < KINDS; kind++) {
    int bad = 0, done = 0;
    double worst = 0, seconds;
    for (int c = 0; c < 3 * 2 * 3 * 2 && now() < until; c++, done++) {
      bad +=
          one_case(kind, places[c % 3], c / 3 % 2, workers[c / 6 % 3], 1 + c / 18, &seconds) != 0;
      if (seconds > worst) worst = seconds;
    }
    printf("%-28s %2d cases, %d wrong, slowest %.2f s\n", kinds[kind], done, bad, worst);
    fflush(stdout);
    wrong += bad;
    cases += done;
  }
  printf("faults: %d of %d cases, %d wrong\n", cases, KINDS * 36, wrong);
  fflush(stdout); /* or children that exit() print it again */
  return wrong;
}

/* Kills a process with a pool at work at a random instant; all that it started must go too. */
static int parents(void)
{
  int survived = 0, n = 0;
  double worst = 0;
  prctl(PR_SET_CHILD_SUBREAPER, 1); /* orphans come to us */
  ctl->remaining = 0;
  srand(1);
  for (; n < PARENTS; n++) {
    pid_t child = fork();
    if (child < 0) return 1;
    if (!child) {
      for (;;) { /* opening and closing, too, can be interrupted */
        const socca_pool_vtbl *v = pool_mp_LTX_socca_plugin.vtbl;
        void *p = open_pool(2);
        for (int k = 0; k < 100; k++) {
          socca_batch b = batch_of(0);
          if (v->submit(p, 0, &b) || v->wait(p, 0, NULL)) _exit(1);
        }
        v->close(p);
      }
    }
    usleep((useconds_t)(rand() % 60000));
    kill(child, SIGKILL);
    double start = now();
    int left = 1;
    while ((left = waitpid(-1, NULL, WNOHANG)) != -1 && now() - start < 5)
      if (!left) usleep(500);
    survived += left != -1;
    worst = fmax(worst, now() - start);
  }
  printf(
      "parent killed: %d instants, %d with survivors, last process gone after %.0f ms at worst\n",
      n, survived, 1e3 * worst);
  return survived;
}

int main(int argc, char **argv)
{
  double until = now() + (argc > 1 ? strtod(argv[1], NULL) : 240);
  ctl = mmap(NULL, sizeof *ctl, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (ctl == MAP_FAILED) return 2;
  int wrong = faults(until); /* first: parents() makes us inherit orphans */
  return parents() + wrong ? 1 : 0;
}
