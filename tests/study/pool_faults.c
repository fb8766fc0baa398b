/* SPDX-License-Identifier: BSD-3-Clause */
/* Faults injected into pool_mp: every kind at every place, once and always, on 1, 2 and 4 workers, with 1 and 2
 * batches out; and the parent killed at random instants. A TAP line per kind and place. A case is right if the results
 * are those of a serial run (a poison point alone -inf), deaths and poison are reported, it ends in time, and neither a
 * process, a file descriptor, nor a file in the temporary folder is left, and no memory of ours has a name.
 *
 *   pool_faults            a short form, seconds
 *   pool_faults SECONDS    all cases, as far as that time reaches */
#define _GNU_SOURCE
#include "config.h"
#include "pool_faults.h"
#include "../pool_host.h"
#include <dirent.h>
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
static struct control *ctl;
static double in[2][N], out[2][N];
static int tests;

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- a small host ---- */
static socca_status host_execute(socca_team *team, socca_task *t)
{
  double x, y, offset = 0;
  (void)team;
  memcpy(&x, t->in, sizeof x);
  if (t->index == ctl->at && atomic_fetch_sub(&ctl->remaining, 1) > 0) misbehave(ctl->kind, t->in);
  if (t->index == ctl->also && atomic_fetch_sub(&ctl->also_remaining, 1) > 0)
    misbehave(ctl->kind, t->in);
  if (t->state) memcpy(&offset, t->state, sizeof offset);
  y = truth(x, t->index) + offset;
  memcpy(t->out, &y, sizeof y);
  /* of some cases every record is dear, and settled at once */
  t->cost = (socca_report){ .calls = 1, .busy = ctl->dear ? 1 : 0, .bad_index = UINT64_MAX };
  return SOCCA_OK;
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
static const socca_host host = { .size = sizeof host,
                                 .log = host_log,
                                 .fail = host_fail,
                                 .stop = host_stop,
                                 .convert = host_convert,
                                 .free_parameter = host_free,
                                 .execute = host_execute };
static socca_team team = { { &host, 1, 1, 1, 1, 0 }, 0 };

static mp_pool *open_pool(int64_t workers)
{
  static mp_options o;
  void *p = NULL;
  const socca_pool_vtbl *v = pool_mp_LTX_socca_plugin.vtbl;
  o = (mp_options){ .workers = workers,
                    .restarts = 8,
                    .memory = 4,
                    .spin = 50,
                    .pin = 1,
                    .timeout = 0.3,
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

/* ---- what must not be left behind ---- */
static int entries(const char *folder)
{
  int n = 0;
  DIR *d = opendir(folder);
  while (d && readdir(d)) n++;
  if (d) closedir(d);
  return n;
}

/* Other programs use /dev/shm as well: what counts is that nothing of ours has a name there. */
static int named_memory(void)
{
  char line[512];
  int n = 0;
  FILE *f = fopen("/proc/self/maps", "re");
  while (f && fgets(line, sizeof line, f)) n += strstr(line, "/dev/shm") != NULL;
  if (f) fclose(f);
  return n;
}

static char temporary[] = P_tmpdir "/socca-faults-XXXXXX"; /* TMPDIR */

static int left_behind(int fds)
{
  return (entries("/proc/self/fd") != fds) + (entries(temporary) != 2) +
         (waitpid(-1, NULL, WNOHANG) != -1);
}

/* ---- cases ---- */
typedef struct fault {
  int kind, place, always, batches;
  int64_t workers;
} fault;

static int may_be_poison(const fault *f, uint64_t index)
{
  if (f->place == SET_STATE || f->place == IDLE || f->place == ZYGOTE || f->place == ZYGOTE_IDLE)
    return 0;
  if (index != ctl->at && index != ctl->also) return 0;
  return f->always || f->place == RESPAWN; /* its replacement may have got the same point */
}

static int differs(const fault *f, int k, double offset)
{
  int wrong = 0;
  for (int i = 0; i < N; i++) {
    uint64_t index = (uint64_t)(k * N + i);
    double y = truth(0.1 * (k * N + i), index) + offset, poison = -INFINITY;
    int same = memcmp(&y, &out[k][i], sizeof y) == 0,
        bad = memcmp(&poison, &out[k][i], sizeof y) == 0;
    if (f->place == RESPAWN)
      wrong += !same && !(bad && may_be_poison(f, index));
    else
      wrong += may_be_poison(f, index) ? !bad : !same;
  }
  return wrong;
}

/* What the master does to its workers meanwhile. */
static void strike(const fault *f, mp_pool *p, int k)
{
  const pid_t worker = p->seg->slot[k % f->workers].pid; /* 0: is just being replaced */
  if ((f->place == IDLE || f->place == SET_STATE) && worker > 0) kill(worker, signal_of(f->kind));
  if (f->place == ZYGOTE_IDLE) kill(p->zygote_pid, SIGKILL);
}

static int round_of(const fault *f, mp_pool *p, int round, socca_report *sum)
{
  const socca_pool_vtbl *v = pool_mp_LTX_socca_plugin.vtbl;
  static double blob[100000];
  int wrong = 0, striking = f->always || round == 1;
  blob[0] = 1000 * round;
  if (striking && f->place != SET_STATE) strike(f, p, round);
  if (f->place == SET_STATE) {
    if (striking) strike(f, p, round);
    wrong += v->set_state(p, (uint32_t)round, blob, sizeof blob) != SOCCA_OK;
    if (striking && f->workers > 1) strike(f, p, round + 1);
  }
  for (int k = 0; k < f->batches; k++) {
    socca_batch b = batch_of(k);
    b.state = f->place == SET_STATE ? (uint32_t)round : 0;
    wrong += v->submit(p, (uint32_t)k, &b) != SOCCA_OK;
  }
  for (int k = 0; k < f->batches; k++) {
    socca_report r = { 0 };
    socca_status st = v->wait(p, (uint32_t)k, &r);
    /* a zygote that is killed by every attempt uses up the budget: an error, and no hang */
    if (f->place == ZYGOTE && f->always && k == 0) return wrong + (st != SOCCA_E_POOL);
    wrong += st != SOCCA_OK || r.calls != N;
    wrong += differs(f, k, f->place == SET_STATE ? blob[0] : 0);
    socca_report_add(sum, &r);
  }
  return wrong;
}

static int unreported(const fault *f, const socca_report *sum)
{
  switch (f->place) {
  case IDLE:
  case SET_STATE:
  case ZYGOTE:
  case ZYGOTE_IDLE:
    return 0; /* nothing was being evaluated, or not by the pool's account */
  case RESPAWN:
    return !sum->deaths;
  default:
    if (!sum->deaths || !sum->reissued) return 1;
    return f->always &&
           (sum->bad_index != ctl->at || !sum->nonfinite ||
            !strstr(sum->message, "killed two workers") || !strstr(sum->message, "x = "));
  }
}

/* Number of things that went wrong. */
static int one_case(const fault *f, double *seconds)
{
  static const uint64_t places[] = { 0, N / 2, N - 1, 0, N / 2, 0, 0, N / 3, 0 };
  int fds = entries("/proc/self/fd");
  socca_report sum = { .bad_index = UINT64_MAX };
  int by_point = f->place <= BOTH || f->place == RESPAWN || f->place == ZYGOTE;
  pid_t sniper = 0;
  ctl->kind = f->place == ZYGOTE ? KILL_PARENT : f->kind;
  ctl->at = by_point ? places[f->place] : UINT64_MAX;
  ctl->also = f->place == BOTH ? N - 1 : UINT64_MAX;
  ctl->remaining = ctl->also_remaining = f->always ? 1000 : 1;
  ctl->dear = f->batches == 1;
  double start = now();
  mp_pool *p = open_pool(f->workers);
  if (f->place == RESPAWN) sniper = shoot_replacements(p->seg, f->always ? 3 : 1);
  int wrong = 0, rounds = f->place <= BOTH || f->place == RESPAWN || f->place == ZYGOTE ? 1 : 3;
  for (int r = 1; r <= rounds; r++) wrong += round_of(f, p, r, &sum);
  wrong += unreported(f, &sum) + named_memory();
  if (sniper > 0) {
    kill(sniper, SIGKILL);
    waitpid(sniper, NULL, 0);
  }
  pool_mp_vtbl()->close(p);
  *seconds = now() - start;
  return wrong + left_behind(fds) + (*seconds > 10);
}

const socca_pool_vtbl *pool_mp_vtbl(void)
{
  return pool_mp_LTX_socca_plugin.vtbl;
}

/* Does this combination exist? */
static int sensible(const fault *f)
{
  if ((f->place == IDLE || f->place == SET_STATE) && !signal_of(f->kind)) return 0;
  if ((f->place == ZYGOTE || f->place == ZYGOTE_IDLE) && f->kind != 0) return 0;
  if (f->place == BOTH && f->workers < 2) return 0;
  if (f->place == RESPAWN && f->always) return 0; /* the same as always at a point */
  return f->kind != OOM || have_memory_cgroup();
}

static void faults(double until, int whole)
{
  static const int64_t workers[] = { 2, 1, 4 };
  for (int kind = 0; kind < KINDS; kind++)
    for (int place = 0; place < PLACES; place++) {
      int bad = 0, cases = 0, missing = 0;
      double worst = 0, seconds;
      for (int c = 0; c < 12; c++) {
        fault f = { kind, place, c / 3 % 2, 2 - c / 6, workers[c % 3] };
        if (!sensible(&f)) continue;
        if (!whole && (c > 0 || (hangs(kind) && place % 3))) continue;
        if (now() > until) {
          missing++;
          continue;
        }
        int w = one_case(&f, &seconds);
        if (w)
          printf("# %d wrong: %d workers, %d batches, %s\n", w, (int)f.workers, f.batches,
                 f.always ? "always" : "once");
        bad += w != 0;
        cases++;
        if (seconds > worst) worst = seconds;
      }
      if (!cases && !missing) continue;
      printf("%sok %d - %s, %s: %d cases, %d wrong, slowest %.2f s%s\n", bad ? "not " : "", ++tests,
             kind_name(kind), place_name(place), cases, bad, worst,
             missing ? " (out of time for others)" : "");
      fflush(stdout); /* or children that exit() print it again */
    }
  if (!have_memory_cgroup())
    printf("ok %d - %s # SKIP no memory cgroup can be made here\n", ++tests, kind_name(OOM));
}

/* Kills a process with a pool at work at a random instant; all that it started must go too. */
static void parents(int instants)
{
  int survived = 0, late = 0;
  double worst = 0;
  prctl(PR_SET_CHILD_SUBREAPER, 1); /* orphans come to us */
  ctl->remaining = ctl->also_remaining = 0;
  fflush(stdout); /* or each pool's parent prints it again */
  srand(1);
  for (int n = 0; n < instants; n++) {
    pid_t child = fork();
    if (child < 0) _exit(2);
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
    late += now() - start > 0.2;
    worst = fmax(worst, now() - start);
  }
  printf("%sok %d - parent killed: %d instants, %d with survivors, last process gone after %.0f ms "
         "at worst (%d after more than 200)\n",
         survived ? "not " : "", ++tests, instants, survived, 1e3 * worst, late);
}

int main(int argc, char **argv)
{
  int whole = argc > 1;
  double until = now() + (whole ? strtod(argv[1], NULL) : 60);
  ctl = mmap(NULL, sizeof *ctl, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (ctl == MAP_FAILED || !mkdtemp(temporary) || setenv("TMPDIR", temporary, 1)) return 2;
  faults(until, whole); /* first: parents() makes us inherit orphans */
  parents(whole ? 50 : 5);
  printf("1..%d\n", tests);
  remove_memory_cgroup();
  rmdir(temporary);
  return 0;
}
