/* SPDX-License-Identifier: BSD-3-Clause */
/* pool_mp in programs and systems of all kinds: threads, signals that others handle, suspension, init of a container. */
#define _GNU_SOURCE
#include "config.h"
#include "pool_mp_fixture.h"
#include "run_suite.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double in[200], out[200];

static double seconds(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static socca_status run_batch(void *p, size_t n, socca_report *r)
{
  socca_batch b = batch_of(n, 0, in, out);
  ck_assert_int_eq(vtbl->submit(p, 0, &b), SOCCA_OK);
  return vtbl->wait(p, 0, r);
}

/* ---- nobody can claim records while a batch is being replaced by the next ---- */
static mp_job *watched;
static void *page;
static volatile sig_atomic_t looked, closed_then;

/* The first touch of the new records, while they are copied. */
static void on_touch(int signal_)
{
  (void)signal_;
  looked = 1;
  closed_then = (uint32_t)watched->claim == MP_CLOSED;
  mprotect(page, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE);
}

START_TEST(closed_while_it_changes)
{
  const size_t bytes = (size_t)sysconf(_SC_PAGESIZE);
  page = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mp_pool *p = open_pool(2, "isolate", "fail", 0, 0);
  ck_assert_int_eq(run_batch(p, 5, NULL), SOCCA_OK);
  watched = &p->seg->job[0];
  socca_batch b = batch_of(200, 0, page, out);
  signal(SIGSEGV, on_touch);
  mprotect(page, bytes, PROT_NONE);
  ck_assert_int_eq(vtbl->submit(p, 0, &b), SOCCA_OK);
  signal(SIGSEGV, SIG_DFL);
  ck_assert(looked && closed_then);
  ck_assert_int_eq(vtbl->wait(p, 0, NULL), SOCCA_OK);
  check_results(page, out, 200, 0);
  vtbl->close(p);
  munmap(page, bytes);
}
END_TEST

/* A shell's `trap "" CHLD`, a supervisor or the program itself may have it ignored. */
START_TEST(children_ignored)
{
  signal(SIGCHLD, SIG_IGN);
  mp_pool *p = open_pool(2, "isolate", "fail", 0, 100);
  for (int k = 0; k < 4; k++) {
    socca_report r;
    ctl->at = 20;
    ctl->remaining = 1;
    ctl->fault = k < 3 ? KILL : NO_FAULT;
    ck_assert_int_eq(run_batch(p, 60, &r), SOCCA_OK);
    ck_assert_uint_eq(r.deaths, k < 3);
    check_results(in, out, 60, 0);
    if (k == 2) kill(p->zygote_pid, SIGKILL);
  }
  vtbl->close(p);
  no_child_left();
}
END_TEST

static void *sleeper(void *arg)
{
  pause();
  return arg;
}

START_TEST(threads_refused)
{
  pthread_t t;
  void *p;
  ck_assert_int_eq(pthread_create(&t, NULL, sleeper, NULL), 0);
  ck_assert_int_eq(try_pool(2, "isolate", "fail", 0, 0, &p), SOCCA_E_POOL);
  ck_assert_msg(strstr(last_error, "1 other thread,") != NULL, "%s", last_error);
  vtbl->close(p);
  no_child_left();
}
END_TEST

static void pass_on(const int *pids, int n, int signal_)
{
  for (int i = 0; i < n; i++) kill(pids[i], signal_);
}

/* Stopped all together for longer than the time-out: nobody is to blame for that. */
START_TEST(suspended)
{
  socca_report r;
  mp_pool *p = open_pool(2, "isolate", "fail", 0.4, 0);
  ctl->nap = 150;
  const int pids[] = { p->seg->slot[0].pid, p->seg->slot[1].pid, p->zygote_pid, getpid() };
  pid_t other = fork();
  if (other == 0) {
    nanosleep(&(struct timespec){ 0, 400000000 }, NULL);
    pass_on(pids, 4, SIGSTOP);
    nanosleep(&(struct timespec){ 1, 200000000 }, NULL);
    pass_on(&pids[3], 1, SIGCONT); /* the master first: it looks at workers that could not move */
    nanosleep(&(struct timespec){ 0, 70000000 }, NULL);
    pass_on(pids, 3, SIGCONT);
    _exit(0);
  }
  const double start = seconds();
  ck_assert_msg(run_batch(p, 10, &r) == SOCCA_OK, "%s", last_error);
  ck_assert_double_gt(seconds() - start, 1.2);
  ck_assert_uint_eq(r.deaths, 0);
  check_results(in, out, 10, 0);
  waitpid(other, NULL, 0);
  vtbl->close(p);
}
END_TEST

/* A helping master hears of signals and limits after the record in work, however many records there are. */
START_TEST(helper_listens)
{
  void *p = open_pool(2, "help", "fail", 0, 0);
  ctl->nap = 50;
  ctl->stop_after = 1;
  const double start = seconds();
  ck_assert_int_eq(run_batch(p, 200, NULL), SOCCA_INTERRUPTED);
  ck_assert_double_lt(seconds() - start, 0.5); /* a share of 50 would take 2.5 s */
  ctl->stop = ctl->stop_after = ctl->nap = 0;
  ck_assert_int_eq(vtbl->wait(p, 0, NULL), SOCCA_OK);
  check_results(in, out, 200, 0);
  vtbl->close(p);
}
END_TEST

/* Init of a container, or a supervisor, inherits the workers and has to reap them. */
START_TEST(subreaper)
{
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  mp_pool *p = open_pool(3, "isolate", "fail", 0, 8);
  ck_assert_int_eq(run_batch(p, 60, NULL), SOCCA_OK);
  kill(p->zygote_pid, SIGKILL);
  ck_assert_int_eq(run_batch(p, 60, NULL), SOCCA_OK);
  vtbl->close(p);
  no_child_left();
}
END_TEST

/* A program that waits for whatever child ends takes ours, too. */
START_TEST(reaped_by_others)
{
  mp_pool *p = open_pool(2, "isolate", "fail", 0, 8);
  for (int k = 0; k < 2; k++) {
    ck_assert_int_eq(run_batch(p, 60, NULL), SOCCA_OK);
    kill(p->zygote_pid, SIGKILL);
    ck_assert_int_eq(waitpid(-1, NULL, 0), p->zygote_pid);
  }
  vtbl->close(p);
  no_child_left();
}
END_TEST

static void put(const char *path, const char *text)
{
  FILE *f = fopen(path, "w");
  ck_assert_ptr_nonnull(f);
  fputs(text, f);
  fclose(f);
}

/* The group of a job lies below others, each with a quota or without. */
START_TEST(quotas)
{
  static const struct {
    const char *membership;
    double cpus;
  } t[] = { { "0::/slice/job\n", 1.5 },
            { "0::/slice\n", 1.5 },
            { "0::/slice/tight\n", 0.5 },
            { "0::/\n", 0 },
            { "0::/seen/from/outside\n", 0 },
            { "1:name=systemd:/slice\n5:cpu,cpuacct:/box/job\n0::/\n", 0.25 },
            { "5:cpuacct,cpu:/box\n", 2 },
            { "5:cpuset:/box/job\n", 0 },
            { "5:cpu:/free\n", 0 },
            { "nonsense\n", 0 },
            { "", 0 } };
  char folder[] = "/tmp/socca-check-XXXXXX", command[64];
  ck_assert_ptr_nonnull(mkdtemp(folder));
  ck_assert_int_eq(chdir(folder), 0);
  ck_assert_int_eq(system("mkdir -p slice/job slice/tight cpu/box/job cpu/free"), 0);
  put("slice/cpu.max", "150000 100000\n");
  put("slice/job/cpu.max", "max 100000\n");
  put("slice/tight/cpu.max", "50000 100000\n");
  put("cpu/box/cpu.cfs_quota_us", "200000\n");
  put("cpu/box/cpu.cfs_period_us", "100000\n");
  put("cpu/box/job/cpu.cfs_quota_us", "25000\n");
  put("cpu/box/job/cpu.cfs_period_us", "100000\n");
  put("cpu/free/cpu.cfs_quota_us", "-1\n");
  put("cpu/free/cpu.cfs_period_us", "100000\n");
  for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
    put("membership", t[i].membership);
    double cpus = mp_cgroup_cpus("membership", ".");
    ck_assert_msg(cpus == t[i].cpus, "%s: %g", t[i].membership, cpus);
  }
  ck_assert(mp_cgroup_cpus("none", ".") == 0);
  snprintf(command, sizeof command, "rm -r %s", folder);
  ck_assert_int_eq(system(command), 0);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("pool_mp_host");
  TCase *t = tcase_create("pool_mp_host");
  tcase_add_checked_fixture(t, setup, NULL);
  tcase_set_timeout(t, 20);
  tcase_add_test(t, closed_while_it_changes);
  tcase_add_test(t, children_ignored);
  tcase_add_test(t, threads_refused);
  tcase_add_test(t, suspended);
  tcase_add_test(t, helper_listens);
  tcase_add_test(t, subreaper);
  tcase_add_test(t, reaped_by_others);
  tcase_add_test(t, quotas);
  suite_add_tcase(s, t);
  return run_suite(s);
}
