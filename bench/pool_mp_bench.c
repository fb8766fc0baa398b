/* SPDX-License-Identifier: BSD-3-Clause */
/* Overhead, break-even and speed-up of pool_mp with a likelihood of known cost; medians of several repeats. */
#define _GNU_SOURCE
#include "config.h"
#include <pools/mp/pool.h>
#include <socca/plugin.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

extern const socca_plugin pool_mp_LTX_socca_plugin;
static double cost; /* seconds per record, settled before the pool is opened */

static void host_log(const socca_cx *cx, int level, const char *fmt, ...)
{
  (void)cx;
  (void)level;
  (void)fmt;
}

static socca_status host_fail(const socca_cx *cx, socca_status s, const char *fmt, ...)
{
  va_list ap;
  (void)cx;
  va_start(ap, fmt);
  vfprintf(stderr, fmt, ap);
  va_end(ap);
  fputc('\n', stderr);
  return s;
}

static int host_stop(const socca_cx *cx)
{
  (void)cx;
  return 0;
}

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void spin(double seconds)
{
  double end = seconds > 0 ? now() + seconds : 0;
  while (seconds > 0 && now() < end) continue;
}

static socca_status host_execute(socca_team *team, socca_task *t)
{
  (void)team;
  spin(cost);
  memcpy(t->out, t->in, sizeof(double));
  t->cost.calls = 1;
  return SOCCA_OK;
}

static const socca_host host = { .size = sizeof host,
                                 .log = host_log,
                                 .fail = host_fail,
                                 .stop = host_stop,
                                 .execute = host_execute };
static socca_team team = { { &host, 1, 8, 8, 1, 0 }, 0 };

static int ascending(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static double in[1000][8], out[1000];

/* Median seconds per batch of n records; pause: seconds between batches (cold workers sleep). */
static double batch_seconds(const char *mode, size_t n, int repeats, double pause)
{
  const socca_pool_vtbl *v = pool_mp_LTX_socca_plugin.vtbl;
  mp_options o = { .workers = 2,
                   .restarts = 8,
                   .memory = 16,
                   .spin = 100,
                   .pin = 1,
                   .mode = mode,
                   .on_crash = "fail" };
  double *t = calloc((size_t)repeats, sizeof *t);
  void *p = NULL;
  if (!t || v->open(&team, &o, &p)) exit(1);
  socca_batch b = {
    .n = n, .in_bytes = sizeof in[0], .out_bytes = sizeof *out, .in = in, .out = out
  };
  for (int k = 0; k < repeats; k++) {
    if (pause > 0) nanosleep(&(struct timespec){ 0, (long)(pause * 1e9) }, NULL);
    double start = now();
    if (v->submit(p, 0, &b) || v->wait(p, 0, NULL)) exit(1);
    t[k] = now() - start;
  }
  v->close(p);
  qsort(t, (size_t)repeats, sizeof *t, ascending);
  double median = t[repeats / 2];
  free(t);
  return median;
}

static double serial_seconds(size_t n, int repeats)
{
  double best = 1e9;
  for (int k = 0; k < repeats; k++) {
    double start = now();
    for (size_t i = 0; i < n; i++) spin(cost);
    double t = now() - start;
    if (t < best) best = t;
  }
  return best;
}

int main(void)
{
  static const char *const modes[] = { "isolate", "help" };
  static const size_t sizes[] = { 1, 10, 100, 1000 };
  static const double costs[] = { 0.1e-6, 0.2e-6, 0.5e-6, 1e-6, 2e-6, 5e-6, 10e-6, 100e-6 };
  for (int m = 0; m < 2; m++) {
    cost = 0;
    printf("mp:2,mode=%s\n  us per batch at zero cost, n = 1, 10, 100, 1000: ", modes[m]);
    for (int s = 0; s < 4; s++) printf(" %.2f", 1e6 * batch_seconds(modes[m], sizes[s], 20001, 0));
    printf("\n  cold (1 ms between batches), n = 100: %.1f us\n",
           1e6 * batch_seconds(modes[m], 100, 401, 1e-3));
    printf("  speed-up at n = 100:");
    for (int c = 0; c < 8; c++) {
      cost = costs[c];
      double serial = serial_seconds(100, 101);
      printf("  %.1f us: %.2f", 1e6 * cost, serial / batch_seconds(modes[m], 100, 401, 0));
    }
    puts("");
  }
  return 0;
}
