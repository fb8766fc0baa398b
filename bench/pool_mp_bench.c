/* SPDX-License-Identifier: BSD-3-Clause */
/* Overhead, break-even and speed-up of pool_mp with a likelihood of known cost, and what a death costs; medians of several
 * repeats.
 *
 *   pool_mp_bench           tables to read
 *   pool_mp_bench goals     "name value" lines for goals.sh, in microseconds */
#define _GNU_SOURCE
#include "config.h"
#include "bench.h"
#include <pools/mp/pool.h>
#include <socca/plugin.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

extern const socca_plugin pool_mp_LTX_socca_plugin;
static double cost;    /* seconds per record, settled before the pool is opened */
static struct death {  /* shared with the workers */
  _Atomic uint64_t at; /* record that kills, once; UINT64_MAX: none */
  double died, noticed;
} * death;

/* All that the pool has to say here is that a worker died. */
static void host_log(const socca_cx *cx, int level, const char *fmt, ...)
{
  (void)cx;
  (void)fmt;
  if (level == SOCCA_LOG_DEBUG) death->noticed = bench_wall();
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

static void spin(double seconds)
{
  double end = seconds > 0 ? bench_wall() + seconds : 0;
  while (seconds > 0 && bench_wall() < end) continue;
}

static socca_status host_execute(socca_team *team, socca_task *t)
{
  (void)team;
  spin(cost);
  if (t->index == death->at) {
    death->at = UINT64_MAX;
    death->died = bench_wall();
    raise(SIGKILL);
  }
  memcpy(t->out, t->in, sizeof(double));
  t->cost.calls = 1;
  t->cost.bad_index = UINT64_MAX;
  return SOCCA_OK;
}

static const socca_host host = { .size = sizeof host,
                                 .log = host_log,
                                 .fail = host_fail,
                                 .stop = host_stop,
                                 .execute = host_execute };
static socca_team team = { { &host, 1, 8, 8, 1, 0 }, 0 };

static double in[1000][8], out[1000];

static const socca_pool_vtbl *pool(void)
{
  return pool_mp_LTX_socca_plugin.vtbl;
}

static void *open_pool(const char *mode)
{
  mp_options o = { .workers = 2,
                   .restarts = 1000,
                   .memory = 16,
                   .spin = 100,
                   .pin = 1,
                   .mode = mode,
                   .on_crash = "fail" };
  void *p = NULL;
  if (pool()->open(&team, &o, &p)) exit(1);
  return p;
}

/* Seconds for one batch of n records. */
static double batch_once(void *p, size_t n)
{
  socca_batch b = {
    .n = n, .in_bytes = sizeof in[0], .out_bytes = sizeof *out, .in = in, .out = out
  };
  double start = bench_wall();
  if (pool()->submit(p, 0, &b) || pool()->wait(p, 0, NULL)) exit(1);
  return bench_wall() - start;
}

/* Median seconds per batch of n records; pause: seconds between batches (cold workers sleep). */
static double batch_seconds(const char *mode, size_t n, int repeats, double pause)
{
  double *t = calloc((size_t)repeats, sizeof *t);
  void *p = open_pool(mode);
  if (!t) exit(1);
  for (int k = 0; k < repeats; k++) {
    if (pause > 0) nanosleep(&(struct timespec){ 0, (long)(pause * 1e9) }, NULL);
    t[k] = batch_once(p, n);
  }
  pool()->close(p);
  double median = bench_middle(t, (size_t)repeats);
  free(t);
  return median;
}

static double serial_seconds(size_t n, int repeats)
{
  double best = 1e9;
  for (int k = 0; k < repeats; k++) {
    double start = bench_wall();
    for (size_t i = 0; i < n; i++) spin(cost);
    double t = bench_wall() - start;
    if (t < best) best = t;
  }
  return best;
}

/* First cost of a grid with a speed-up above 1, in seconds. */
static double break_even(const char *mode, size_t n)
{
  static const double grid[] = { 0.02e-6, 0.05e-6, 0.1e-6, 0.2e-6, 0.5e-6, 1e-6,
                                 2e-6,    5e-6,    10e-6,  20e-6,  50e-6 };
  for (size_t c = 0; c < sizeof grid / sizeof *grid; c++) {
    cost = grid[c];
    if (serial_seconds(n, 101) > batch_seconds(mode, n, 801, 0)) return cost;
  }
  return 1;
}

/* Median seconds until a death is noticed, and by which it prolongs a batch of 1 ms, with 50 MB in the master. */
static void deaths(double *noticed, double *lost)
{
  enum { ROUNDS = 31, MEMORY = 50 << 20 };
  double t[2][ROUNDS], d[ROUNDS];
  char *memory = malloc(MEMORY);
  cost = 10e-6;
  if (!memory) exit(1);
  memset(memory, 1, MEMORY);
  void *p = open_pool("isolate");
  for (int k = 0; k < 2 * ROUNDS; k++) {
    if (k & 1) death->at = 100;
    t[k & 1][k / 2] = batch_once(p, 200);
    if (k & 1) d[k / 2] = death->noticed - death->died;
  }
  pool()->close(p);
  free(memory);
  *noticed = bench_middle(d, ROUNDS);
  *lost = bench_middle(t[1], ROUNDS) - bench_middle(t[0], ROUNDS);
}

static void goals(void)
{
  static const char *const modes[] = { "help", "isolate" };
  static const size_t sizes[] = { 1, 10, 100, 1000 };
  double noticed, lost;
  for (int m = 0; m < 2; m++) {
    cost = 0;
    for (int s = 0; s < 4; s++)
      printf("%s_%zu %.3f\n", modes[m], sizes[s],
             1e6 * batch_seconds(modes[m], sizes[s], 10001, 0));
    printf("%s_cold %.2f\n", modes[m], 1e6 * batch_seconds(modes[m], 100, 401, 1e-3));
    for (int s = 1; s < 4; s++)
      printf("%s_even_%zu %.2f\n", modes[m], sizes[s], 1e6 * break_even(modes[m], sizes[s]));
    cost = 10e-6;
    printf("%s_speedup %.2f\n", modes[m],
           serial_seconds(100, 101) / batch_seconds(modes[m], 100, 401, 0));
    fflush(stdout);
  }
  deaths(&noticed, &lost);
  printf("death_noticed %.1f\ndeath_lost %.1f\n", 1e6 * noticed, 1e6 * lost);
}

static void tables(void)
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
}

int main(int argc, char **argv)
{
  death = mmap(NULL, sizeof *death, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (death == MAP_FAILED) return 1;
  death->at = UINT64_MAX;
  if (argc > 1 && strcmp(argv[1], "goals") == 0)
    goals();
  else
    tables();
  return 0;
}
