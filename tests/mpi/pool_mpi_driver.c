/* SPDX-License-Identifier: BSD-3-Clause */
/* Drives pool_mpi under a real launcher, with a small host of its own: pool_mpi_driver CASE [RANK [INDEX]]; faults
 * happen on that rank (-1: the last) from that record on. Prints "good" on
 * rank 0 when all is as it should be; the exit status is part of the case. */
#define _GNU_SOURCE
#include "config.h"
#include "../pool_host.h"
#include <math.h>
#include <mpi.h>
#include <pools/mpi/pool.h>
#include <signal.h>
#include <socca/plugin.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern const socca_plugin pool_mpi_LTX_socca_plugin;
static const char *which;
static int rank, stop_after = -1, polls, culprit = 1;
static int failures, seen; /* records of the culprit */
static int measured;       /* the case is about time: nothing else is done */
static uint64_t from = 40;

static socca_status host_fail(const socca_cx *cx, socca_status s, const char *fmt, ...)
{
  va_list ap;
  (void)cx;
  failures++;
  va_start(ap, fmt);
  if (rank == 0) vprintf(fmt, ap);
  if (rank == 0) puts("");
  fflush(stdout);
  va_end(ap);
  return s;
}

static int host_stop(const socca_cx *cx)
{
  (void)cx;
  return stop_after >= 0 && polls++ > stop_after;
}

enum { WIDE = 1 << 20 }; /* numbers in a large result */

static int is_case(const char *name)
{
  return strcmp(which, name) == 0;
}

static double seconds(clockid_t which_clock)
{
  struct timespec t;
  clock_gettime(which_clock, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int is_faulty(void)
{
  return is_case("error") || is_case("hang") || is_case("exit") || is_case("quit");
}

/* What the cases do before they evaluate; 1: there is nothing to evaluate any more. */
static int misbehave(socca_task *t, socca_status *st)
{
  *st = SOCCA_OK;
  if (t->index >= from && rank == culprit) {
    if (is_case("interrupted")) {
      *st = SOCCA_INTERRUPTED;
      return 1;
    }
    if (is_case("error") || (is_case("dear") && t->index == from)) {
      snprintf(t->message, sizeof t->message, "no value for a point");
      *st = SOCCA_E_NUMERIC;
      return 1;
    }
    if (is_case("hang")) pause();
    if (is_case("few") && ++seen > 100) pause();
    if (is_case("exit")) exit(0);
    if (is_case("quit")) _exit(0);
  } else if (is_faulty()) {               /* not so cheap that one rank gets all that is left */
    usleep(t->index < from ? 50 : 10000); /* so that the culprit gets one of them */
  }
  if (is_case("dear")) usleep(100000);
  if (is_case("drag")) usleep(1000000);
  if (is_case("silent")) usleep(20000);
  if (is_case("slow") && t->index % 16 == 0) usleep(200);
  for (int k = 0; k < 20 && is_case("suspended"); k++) usleep(40000);
  if (is_case("forks")) { /* the child leaves as children do that have not become another program */
    pid_t child = fork();
    if (!child) exit(0);
    if (child > 0) waitpid(child, NULL, 0);
  }
  if (!is_case("stuck")) return 0;
  if (t->index && rank == culprit) pause();
  memset(t->out, 0, WIDE * sizeof(double));
  t->cost = (socca_report){ .calls = 1, .bad_index = UINT64_MAX };
  return 1;
}

static socca_status host_execute(socca_team *team, socca_task *t)
{
  double x, y;
  socca_status st;
  (void)team;
  memcpy(&x, t->in, sizeof x);
  if (!measured && misbehave(t, &st)) return st;
  if (is_case("goals") && t->op == SOCCA_OP_FIRST + 1) {
    double answer[2] = { rank, seconds(CLOCK_PROCESS_CPUTIME_ID) };
    usleep(2000);
    memcpy(t->out, answer, sizeof answer);
    t->cost = (socca_report){ .calls = 1, .bad_index = UINT64_MAX };
    return SOCCA_OK;
  }
  double until = is_case("goals") && x > 0 ? seconds(CLOCK_MONOTONIC) + x : 0;
  while (until > 0 && seconds(CLOCK_MONOTONIC) < until) continue;
  double busy = 0;
  if (is_case("sleep")) {
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    usleep(2000);
    clock_gettime(CLOCK_MONOTONIC, &b);
    busy = (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec);
  }
  y = truth(x, t->index);
  if (t->op == SOCCA_OP_FIRST) {
    memcpy(&y, t->state, sizeof y);
    y += x;
  }
  memcpy(t->out, &y, sizeof y);
  t->cost = (socca_report){ .calls = 1, .outside = 1, .busy = busy, .bad_index = UINT64_MAX };
  return SOCCA_OK;
}

static const socca_host host = { .size = sizeof host,
                                 .log = host_log,
                                 .fail = host_fail,
                                 .stop = host_stop,
                                 .execute = host_execute };
static socca_team team = { { &host, 1, 1, 1, 1, 0 }, 0 };
static const socca_pool_vtbl *v;
static void *pool;
enum { MOST = 5000 };
static double in[2][MOST], out[2][MOST];

static void die(const char *text)
{
  printf("wrong: %s\n", text);
  fflush(stdout);
  _exit(9);
}

static socca_batch batch_of(int k, size_t n, uint64_t first)
{
  for (size_t i = 0; i < n; i++) in[k][i] = 0.1 * (double)(first + i);
  return (socca_batch){
    .first = first, .n = n, .in_bytes = 8, .out_bytes = 8, .in = in[k], .out = out[k]
  };
}

static void check(int k, const socca_batch *b)
{
  for (size_t i = 0; i < b->n; i++)
    if (out[k][i] != truth(in[k][i], b->first + i)) die("a result differs");
}

/* Batches of many sizes, two at a time. */
static socca_status order(void)
{
  static const size_t sizes[] = { 0, 1, 2, 3, 7, 100, 1000, MOST };
  uint64_t first = 0;
  for (size_t k = 0; k < 8; k++)
    for (size_t l = 0; l < 8; l++) {
      socca_report r;
      socca_batch a = batch_of(0, sizes[k], first), b = batch_of(1, sizes[l], first + sizes[k]);
      socca_status st = v->submit(pool, 0, &a);
      if (!st) st = v->submit(pool, 1, &b);
      if (!st) st = v->wait(pool, 0, &r);
      if (!st && (r.calls != sizes[k] || r.outside != sizes[k])) die("calls are not counted");
      if (!st) st = v->wait(pool, 1, NULL);
      if (st) return st;
      check(0, &a);
      check(1, &b);
      first += sizes[k] + sizes[l];
    }
  return SOCCA_OK;
}

static socca_status states(void)
{
  static double blob[200000];
  for (uint32_t n = 1; n <= 8; n++) {
    blob[0] = 1000.0 * n;
    socca_status st = v->set_state(pool, n, blob, n % 2 ? sizeof blob : sizeof blob[0]);
    socca_batch a = batch_of(0, 300, 0);
    a.op = SOCCA_OP_FIRST;
    a.state = n;
    if (!st) st = v->submit(pool, 0, &a);
    if (!st) st = v->wait(pool, 0, NULL);
    if (st) return st;
    for (size_t i = 0; i < 300; i++)
      if (out[0][i] != 1000.0 * n + in[0][i]) die("a state is wrong");
  }
  return SOCCA_OK;
}

/* A state that rank 1 has no room to keep: it has the message, and not enough for a copy. */
static socca_status crowded(void)
{
  const size_t bytes = (size_t)40 << 20;
  void *blob = calloc(1, bytes);
  socca_batch a = batch_of(0, 100, 0);
  if (!blob) return SOCCA_E_NOMEM;
  socca_status st = v->set_state(pool, 1, blob, bytes);
  a.op = SOCCA_OP_FIRST;
  a.state = 1;
  if (!st) st = v->submit(pool, 0, &a);
  if (!st) st = v->wait(pool, 0, NULL);
  free(blob);
  return st;
}

static void leave_room_for(size_t bytes)
{
  struct rlimit l;
  char text[64] = "";
  FILE *f = fopen("/proc/self/statm", "r");
  if (!f || !fgets(text, sizeof text, f)) die("no statm");
  fclose(f);
  l.rlim_cur = l.rlim_max = strtoul(text, NULL, 10) * (size_t)getpagesize() + bytes;
  if (setrlimit(RLIMIT_AS, &l)) die("no limit");
}

/* Rank 1 is stopped and never takes a large state: its buffer does not come free for the version after the next. */
static socca_status paused(void)
{
  const size_t bytes = (size_t)8 << 20;
  void *blob = calloc(1, bytes);
  if (!blob) return SOCCA_E_NOMEM;
  socca_status st = SOCCA_OK;
  for (uint32_t n = 1; !st && n <= 3; n++) st = v->set_state(pool, n, blob, bytes);
  free(blob);
  return st;
}

/* The end comes right after a large state. */
static socca_status broadcast(void)
{
  const size_t bytes = (size_t)32 << 20;
  void *blob = calloc(1, bytes);
  if (!blob) return SOCCA_E_NOMEM;
  socca_status st = v->set_state(pool, 1, blob, bytes);
  free(blob);
  return st;
}

/* A record may be interrupted, too: that is no error. */
static socca_status interrupted(void)
{
  socca_batch a = batch_of(0, 100, 0);
  socca_status st = v->submit(pool, 0, &a);
  if (!st) st = v->wait(pool, 0, NULL);
  if (st != SOCCA_INTERRUPTED || failures) die("an interruption is an error");
  return SOCCA_OK;
}

/* An early record of the older of two dear batches fails: nobody waits for the others. */
static socca_status dear(void)
{
  double start = seconds(CLOCK_MONOTONIC);
  socca_batch a = batch_of(0, 100, 0), b = batch_of(1, 100, 100);
  socca_status st = v->submit(pool, 0, &a);
  if (!st) st = v->submit(pool, 1, &b);
  if (!st) st = v->wait(pool, 0, NULL);
  v->finish(pool, st, NULL, 0);
  if (seconds(CLOCK_MONOTONIC) - start > 4) die("a failure waited for the other batch");
  return st;
}

/* Stopped in the middle of records that take longer than pool and driver have patience: ranks are waited for. */
static socca_status drag(void)
{
  socca_batch a = batch_of(0, 20, 0);
  stop_after = 0;
  socca_status st = v->submit(pool, 0, &a);
  if (!st) st = v->wait(pool, 0, NULL);
  if (st != SOCCA_INTERRUPTED) die("no interruption");
  return SOCCA_OK;
}

/* A rank hangs in a record while the large result of the one before is still being sent. */
static socca_status stuck(void)
{
  static double results[8][WIDE];
  socca_batch a = batch_of(0, 8, 0);
  a.op = SOCCA_OP_FIRST + 2;
  a.out = results;
  a.out_bytes = sizeof results[0];
  socca_status st = v->submit(pool, 0, &a);
  return st ? st : v->wait(pool, 0, NULL);
}

/* The whole job is suspended for longer than the deadline, in the middle of a record. */
static void suspend(void)
{
  pid_t self = getpid();
  if (fork()) return;
  usleep(600000);
  kill(self, SIGSTOP);
  usleep(2500000);
  kill(self, SIGCONT);
  _exit(0);
}

static socca_status one_batch(size_t n)
{
  socca_batch a = batch_of(0, n, 0);
  socca_status st = v->submit(pool, 0, &a);
  if (!st) st = v->wait(pool, 0, NULL);
  if (!st) check(0, &a);
  return st;
}

/* Batches of cheap records, too few for a share each, until rank 1 hangs in one of them. */
static socca_status few(void)
{
  socca_status st = SOCCA_OK;
  for (int k = 0; !st && k < 2000; k++) st = one_batch(7);
  return st;
}

/* Records far above what MPI sends at once, of 200 and of 20000 numbers. */
static socca_status wide(void)
{
  static double big[40][20000], small[40];
  socca_status st = SOCCA_OK;
  for (size_t d = 200; !st && d <= 20000; d *= 100) {
    double *x = &big[0][0];
    for (size_t i = 0; i < 40; i++) x[i * d] = 0.3 * (double)i;
    socca_batch b = {
      .first = 7, .n = 40, .in_bytes = 8 * d, .out_bytes = 8, .in = x, .out = small
    };
    st = v->submit(pool, 0, &b);
    if (!st) st = v->wait(pool, 0, NULL);
    for (size_t i = 0; !st && i < 40; i++)
      if (small[i] != truth(x[i * d], 7 + i)) die("a wide record is wrong");
  }
  return st;
}

static socca_status timed(void)
{
  struct timespec a, b;
  double best = 1e9;
  for (int k = 0; k < 2001; k++) {
    clock_gettime(CLOCK_MONOTONIC, &a);
    socca_status st = one_batch(100);
    clock_gettime(CLOCK_MONOTONIC, &b);
    double t = (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec);
    if (st) return st;
    if (t < best) best = t;
  }
  printf("%.2f us at best for a batch of 100 at no cost\n", 1e6 * best);
  return SOCCA_OK;
}

/* What bench/scaling simulates: 12 batches, two out, 200 records of 2 ms. Sleeping, other programs do not disturb. */
static socca_status sleepy(void)
{
  enum { BATCHES = 12 };
  struct timespec a, b;
  socca_batch batch[2];
  socca_report r;
  socca_status st = SOCCA_OK;
  double busy = 0;
  clock_gettime(CLOCK_MONOTONIC, &a);
  for (int k = 0; !st && k <= BATCHES; k++) {
    if (k < BATCHES) {
      batch[k & 1] = batch_of(k & 1, 200, 200 * (uint64_t)k);
      st = v->submit(pool, (uint32_t)k & 1, &batch[k & 1]);
    }
    if (k && !st) st = v->wait(pool, (uint32_t)(k - 1) & 1, &r);
    if (k && !st) check((k - 1) & 1, &batch[(k - 1) & 1]);
    if (k && !st) busy += r.busy;
  }
  clock_gettime(CLOCK_MONOTONIC, &b);
  double t = (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec);
  printf("seconds per batch: %.6f, us per record: %.1f\n", t / BATCHES,
         1e6 * busy / (200 * BATCHES));
  return st;
}

static int ascending(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* Median seconds of a batch of n records of that cost. */
static double batch_seconds(size_t n, double cost, int rounds)
{
  static double t[4001];
  socca_batch a = batch_of(0, n, 0);
  for (size_t i = 0; i < n; i++) in[0][i] = cost;
  for (int k = 0; k < rounds; k++) {
    double start = seconds(CLOCK_MONOTONIC);
    if (v->submit(pool, 0, &a) || v->wait(pool, 0, NULL)) return NAN;
    t[k] = seconds(CLOCK_MONOTONIC) - start;
  }
  qsort(t, (size_t)rounds, sizeof *t, ascending);
  return t[rounds / 2];
}

/* CPU seconds of every rank so far: records that sleep, until all ranks have had one. */
static socca_status cpu_of_ranks(double *cpu, int ranks)
{
  static double answer[64][2];
  socca_batch a = batch_of(0, 64, 0);
  a.op = SOCCA_OP_FIRST + 1;
  a.out = answer;
  a.out_bytes = sizeof answer[0];
  socca_status st = v->submit(pool, 0, &a);
  if (!st) st = v->wait(pool, 0, NULL);
  for (int r = 0; r < ranks; r++) cpu[r] = NAN;
  for (size_t i = 0; !st && i < 64; i++) cpu[(int)answer[i][0]] = answer[i][1];
  return st;
}

/* "name value" lines for bench/goals.sh */
static socca_status goals(int ranks)
{
  double before[64] = { 0 }, after[64] = { 0 }, most = 0;
  printf("zero_100 %.3f\n", 1e6 * batch_seconds(100, 0, 4001));
  printf("ten_100 %.4f\n", 1e3 * batch_seconds(100, 10e-6, 41));
  if (ranks == 2) printf("efficiency %.1f\n", 100 * 0.2 / 2 / batch_seconds(1000, 200e-6, 5));
  socca_status st = cpu_of_ranks(before, ranks);
  double start = seconds(CLOCK_MONOTONIC), mine = seconds(CLOCK_PROCESS_CPUTIME_ID);
  while (seconds(CLOCK_PROCESS_CPUTIME_ID) - mine < 0.3) continue;
  double wall = seconds(CLOCK_MONOTONIC) - start;
  if (!st) st = cpu_of_ranks(after, ranks);
  for (int r = 1; r < ranks; r++) most = fmax(most, after[r] - before[r]);
  printf("serial_section %.3f\nidle_rank %.2f\n", wall / 0.3, 100 * most / wall);
  return st;
}

static socca_status run_case(void)
{
  if (is_case("sleep")) return sleepy();
  if (is_case("states")) return states();
  if (is_case("time")) return timed();
  if (is_case("crowded")) return crowded();
  if (is_case("interrupted")) return interrupted();
  if (is_case("paused") || is_case("paused-stop")) return paused();
  if (is_case("broadcast")) return broadcast();
  if (is_case("few")) return few();
  if (is_case("dear")) return dear();
  if (is_case("stuck")) return stuck();
  if (is_case("drag")) return drag();
  if (is_case("huge") || is_case("late")) return SOCCA_OK;
  if (is_case("silent")) return one_batch(200);
  if (is_case("suspended")) return one_batch(4);
  if (is_case("forks")) return one_batch(10);
  if (is_case("wide")) return wide();
  if (is_case("goals")) {
    socca_pool_info info;
    v->info(pool, &info);
    return goals((int)info.ranks);
  }
  if (is_case("sampler")) { /* whose error comes after its last batch */
    socca_status st = order();
    return st ? st : socca_fail(&team, SOCCA_E_NUMERIC, "no convergence");
  }
  if (is_case("stop")) stop_after = 0;
  if (is_case("order") || is_case("slow") || is_case("digest")) return order();
  return one_batch(1000);
}

static const char result[] = "the result";

static socca_status farewell(socca_status st)
{
  static const char large[1 << 20];
  if (is_case("dear")) return st; /* took leave already */
  if (is_case("huge"))
    return v->finish(pool, st, result, (size_t)MOST_BYTES + 1); /* not looked at */
  const char *blob = is_case("late") ? large : result;
  size_t bytes = is_case("late") ? sizeof large : sizeof result;
  if (v->finish(pool, st, st ? NULL : blob, st ? 0 : bytes) == SOCCA_OK && st == SOCCA_OK)
    puts("good");
  return st;
}

int main(int argc, char **argv)
{
  static mpi_options o = { .deadline = 0, .root = 1, .memory = 64 };
  const void *blob = NULL;
  size_t bytes = 0;
  socca_pool_info info;
  which = argc > 1 ? argv[1] : "order";
  measured = is_case("goals") || is_case("time") || is_case("sleep");
  if (is_case("hang") || is_case("stuck") || is_case("paused") || is_case("few")) o.deadline = 0.5;
  if (is_case("suspended")) {
    o.deadline = 2;
    o.root = 0;
  }
  if (is_case("silent")) { /* a quarter of the rest at once would take longer */
    o.deadline = 0.4;
    o.root = 0;
  }
  /* the launcher's rank, as the host's probe would know it */
  const char *r = getenv("PMI_RANK") ? getenv("PMI_RANK") : getenv("OMPI_COMM_WORLD_RANK");
  rank = r ? (int)strtol(r, NULL, 10) : 0;
  if (is_case("digest")) team.digest = (uint64_t)rank;
  v = pool_mpi_LTX_socca_plugin.vtbl;
  socca_status st = v->open(&team, &o, &pool);
  if (st) {
    v->close(pool);
    return 2;
  }
  v->info(pool, &info);
  if (argc > 2) culprit = (int)strtol(argv[2], NULL, 10);
  if (culprit < 0) culprit = (int)info.ranks - 1;
  if (argc > 3) from = strtoul(argv[3], NULL, 10);
  if (is_case("crowded") && info.rank == 1) leave_room_for((size_t)60 << 20);
  ((mpi_pool *)pool)->patience = is_case("drag") || is_case("late") ? 0.3 : 10;
  if (is_case("unused") || is_case("deserted")) {
    ((mpi_pool *)pool)->patience = is_case("unused") ? 10 : 0.5;
    if (is_case("deserted") && info.rank == 1) sleep(60);
    v->close(pool);
    if (info.rank == 0) puts("good");
    return 0;
  }
  if (is_case("suspended")) suspend();
  if (strstr(which, "paused") && info.rank == 1) pause();
  if (is_case("paused-stop")) {
    stop_after = 0;
    ((mpi_pool *)pool)->patience = 0.5;
  }
  if (is_case("late")) usleep(200000 * (unsigned)info.rank);
  if (info.rank > 0) {
    st = v->serve(pool, &blob, &bytes);
    if (!st && !is_case("late") && (bytes != sizeof result || strcmp(blob, result) != 0))
      die("the result did not arrive");
    if (st == SOCCA_E_POOL) puts("told by rank 0");
    if (st == SOCCA_E_NOMEM) puts("a rank without memory");
  } else {
    st = run_case();
    st = farewell(st);
  }
  fflush(stdout);
  v->close(pool);
  return st < 0 ? 1 : st;
}
