/* SPDX-License-Identifier: BSD-3-Clause */
/* pool_mp against a small host of its own: results in order, deaths, hangs, poison, states, limits. */
#define _GNU_SOURCE
#include "config.h"
#include "pool_mp_fixture.h"
#include "run_suite.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const struct {
  int64_t workers;
  const char *mode;
} shapes[] = { { 1, "isolate" }, { 2, "isolate" }, { 5, "isolate" },
               { 1, "help" },    { 2, "help" },    { 3, "help" } };

/* Batches of many sizes, two at a time, in order. */
START_TEST(order)
{
  static const size_t sizes[] = { 0, 1, 2, 3, 7, 100, 1000, 5000 };
  static double in[2][5000], out[2][5000];
  void *p = open_pool(shapes[_i].workers, shapes[_i].mode, "fail", 0, 0);
  uint64_t first = 0;
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
    for (size_t l = 0; l < sizeof sizes / sizeof *sizes; l++) {
      socca_report r;
      socca_batch a = batch_of(sizes[k], first, in[0], out[0]);
      socca_batch b = batch_of(sizes[l], first + sizes[k], in[1], out[1]);
      ck_assert_int_eq(vtbl->submit(p, 0, &a), SOCCA_OK);
      ck_assert_int_eq(vtbl->submit(p, 1, &b), SOCCA_OK);
      ck_assert_int_eq(vtbl->wait(p, 0, &r), SOCCA_OK);
      ck_assert_uint_eq(r.calls, sizes[k]);
      ck_assert_uint_eq(r.outside, sizes[k]);
      ck_assert_int_eq(vtbl->wait(p, 1, NULL), SOCCA_OK);
      check_results(in[0], out[0], sizes[k], a.first);
      check_results(in[1], out[1], sizes[l], b.first);
      first += sizes[k] + sizes[l];
    }
  vtbl->close(p);
  no_child_left();
}
END_TEST

static const int deadly[] = { KILL, SEGV, ABORT, EXIT0, QUICK_EXIT, STOP, SPIN };
enum { NDEADLY = sizeof deadly / sizeof *deadly };

/* A worker that dies or hangs once costs time, never results. */
START_TEST(death_once)
{
  static double in[2][60], out[2][60];
  for (size_t shape = 0; shape < 3; shape++)
    for (uint64_t at = 0; at < 60; at += 59) {
      void *p = open_pool(shapes[shape].workers, "isolate", "fail", 0.2, 4);
      ctl->at = at;
      ctl->remaining = 1;
      ctl->fault = deadly[_i];
      socca_report r = { 0 };
      socca_batch a = batch_of(60, 0, in[0], out[0]), b = batch_of(60, 60, in[1], out[1]);
      ck_assert_int_eq(vtbl->submit(p, 0, &a), SOCCA_OK);
      ck_assert_int_eq(vtbl->submit(p, 1, &b), SOCCA_OK);
      ck_assert_msg(vtbl->wait(p, 0, &r) == SOCCA_OK, "%s", last_error);
      ck_assert_msg(vtbl->wait(p, 1, NULL) == SOCCA_OK, "%s", last_error);
      check_results(in[0], out[0], 60, 0);
      check_results(in[1], out[1], 60, 60);
      ck_assert_uint_ge(r.deaths, 1);
      ck_assert_uint_ge(r.reissued, 1);
      ck_assert_uint_eq(r.calls, 60);
      vtbl->close(p);
      no_child_left();
    }
}
END_TEST

START_TEST(poison_fails)
{
  static double in[60], out[60];
  void *p = open_pool(2, "isolate", "fail", 0.2, 8);
  ctl->at = 30;
  ctl->remaining = 1000;
  ctl->fault = deadly[_i];
  socca_batch a = batch_of(60, 0, in, out);
  ck_assert_int_eq(vtbl->submit(p, 0, &a), SOCCA_OK);
  ck_assert_int_eq(vtbl->wait(p, 0, NULL), SOCCA_E_POOL);
  ck_assert_msg(strstr(last_error, "killed two workers") && strstr(last_error, "x = 3"), "%s",
                last_error);
  vtbl->close(p);
  no_child_left();
}
END_TEST

START_TEST(poison_counts_as_minus_inf)
{
  static double in[60], out[60];
  socca_report r;
  void *p = open_pool(2, "isolate", "minus_inf", 0, 8);
  ctl->at = 30;
  ctl->remaining = 1000;
  ctl->fault = SEGV;
  socca_batch a = batch_of(60, 0, in, out);
  ck_assert_int_eq(vtbl->submit(p, 0, &a), SOCCA_OK);
  ck_assert_msg(vtbl->wait(p, 0, &r) == SOCCA_OK, "%s", last_error);
  ck_assert(isinf(out[30]) && out[30] < 0);
  ck_assert_uint_eq(r.bad_index, 30);
  ck_assert_uint_eq(r.nonfinite, 1);
  check_results(in, out, 30, 0);
  check_results(in + 31, out + 31, 29, 31);
  vtbl->close(p);
}
END_TEST

START_TEST(budget)
{
  static double in[60], out[60];
  void *p = open_pool(2, "isolate", "minus_inf", 0, 1);
  ctl->at = 30;
  ctl->remaining = 1000;
  ctl->fault = KILL;
  socca_batch a = batch_of(60, 0, in, out);
  ck_assert_int_eq(vtbl->submit(p, 0, &a), SOCCA_OK);
  ck_assert_int_eq(vtbl->wait(p, 0, NULL), SOCCA_E_POOL);
  ck_assert_msg(strstr(last_error, "restarts"), "%s", last_error);
  vtbl->close(p);
  no_child_left();
}
END_TEST

/* An error of the model reaches the master with its text. */
START_TEST(model_error)
{
  static double in[60], out[60];
  void *p = open_pool(shapes[_i].workers, shapes[_i].mode, "fail", 0, 0);
  ctl->at = 20;
  ctl->remaining = 1000;
  ctl->fault = FAIL;
  socca_batch a = batch_of(60, 0, in, out);
  ck_assert_int_eq(vtbl->submit(p, 0, &a), SOCCA_OK);
  ck_assert_int_eq(vtbl->wait(p, 0, NULL), SOCCA_E_NUMERIC);
  ck_assert_str_eq(last_error, "no value at x = 2");
  vtbl->close(p);
}
END_TEST

/* A value that is not a number, seen after a later record has failed, must not hide the failure. */
START_TEST(odd_after_failure)
{
  static double in[60], out[60];
  for (int k = 0; k < 20; k++) {
    void *p = open_pool(2, "isolate", "fail", 0, 0);
    ctl->at = 40;
    ctl->remaining = 1000;
    ctl->fault = ODD;
    socca_batch a = batch_of(60, 0, in, out);
    ck_assert_int_eq(vtbl->submit(p, 0, &a), SOCCA_OK);
    ck_assert_int_eq(vtbl->wait(p, 0, NULL), SOCCA_E_NUMERIC);
    ck_assert_str_eq(last_error, "no value at x = 4");
    vtbl->close(p);
  }
}
END_TEST

/* Shares of cheap records are settled as a whole, those of dear ones record by record: counted once in both. */
START_TEST(counted_once)
{
  static double in[400], out[400];
  for (int dear = 0; dear < 2; dear++)
    for (uint64_t at = 0; at < 400; at += 57) {
      socca_report r;
      void *p = open_pool(2, "isolate", "fail", 0, 8);
      ctl->busy = dear;
      for (int k = 0; k < 3; k++) {
        ctl->at = at;
        ctl->remaining = k == 1;
        ctl->fault = KILL;
        socca_batch a = batch_of(400, 0, in, out);
        ck_assert_int_eq(vtbl->submit(p, 0, &a), SOCCA_OK);
        ck_assert_int_eq(vtbl->wait(p, 0, &r), SOCCA_OK);
        ck_assert_uint_eq(r.calls, 400);
        ck_assert_uint_eq(r.deaths, k == 1);
        check_results(in, out, 400, 0);
      }
      vtbl->close(p);
    }
  ctl->busy = 0;
}
END_TEST

/* A slot whose worker is just being replaced has no process: 0 would be the whole group. */
static void shoot(const mp_pool *p, int slot)
{
  pid_t pid = p->seg->slot[slot].pid;
  if (pid > 0) kill(pid, SIGKILL);
}

/* Workers killed from outside, idle or not, and the zygote itself. */
START_TEST(killed_from_outside)
{
  static double in[200], out[200];
  mp_pool *p = open_pool(2, "isolate", "fail", 0, 100);
  for (int k = 0; k < 12; k++) {
    socca_batch a = batch_of(200, 0, in, out);
    if (k % 4 == 0) shoot(p, k / 4 % 2);
    ck_assert_int_eq(vtbl->submit(p, 0, &a), SOCCA_OK);
    if (k % 4 == 1) shoot(p, 0);
    if (k % 4 == 2) shoot(p, 0);
    if (k % 4 == 2) shoot(p, 1);
    if (k % 4 == 3) kill(p->zygote_pid, SIGKILL);
    ck_assert_msg(vtbl->wait(p, 0, NULL) == SOCCA_OK, "round %d: %s", k, last_error);
    check_results(in, out, 200, 0);
  }
  vtbl->close(p);
  no_child_left();
}
END_TEST

/* The two newest states are there for workers, also for one forked after they were set. */
START_TEST(states)
{
  static double in[50], out[50];
  void *p = open_pool(2, "isolate", "fail", 0, 8);
  for (uint32_t v = 1; v <= 6; v++) {
    double value = 1000.0 * v;
    ck_assert_int_eq(vtbl->set_state(p, v, &value, sizeof value), SOCCA_OK);
    for (uint32_t use = v > 1 ? v - 1 : v; use <= v; use++) {
      if (v == 4) {
        ctl->at = 25;
        ctl->remaining = 1;
        ctl->fault = KILL;
      }
      socca_batch a = batch_of(50, 0, in, out);
      a.op = SOCCA_OP_FIRST;
      a.state = use;
      ck_assert_int_eq(vtbl->submit(p, 0, &a), SOCCA_OK);
      ck_assert_msg(vtbl->wait(p, 0, NULL) == SOCCA_OK, "%s", last_error);
      for (int i = 0; i < 50; i++) ck_assert_double_eq(out[i], 1000.0 * use + in[i]);
    }
  }
  char *big = calloc(1, 8 << 20);
  ck_assert_int_eq(vtbl->set_state(p, 7, big, 8 << 20), SOCCA_E_POOL);
  free(big);
  vtbl->close(p);
}
END_TEST

START_TEST(interrupted_keeps_the_batch)
{
  static double in[60], out[60];
  void *p = open_pool(2, "isolate", "fail", 0.3, 8);
  ctl->at = 10;
  ctl->remaining = 1;
  ctl->fault = SPIN;
  ctl->stop = 1;
  socca_batch a = batch_of(60, 0, in, out);
  ck_assert_int_eq(vtbl->submit(p, 0, &a), SOCCA_OK);
  ck_assert_int_eq(vtbl->wait(p, 0, NULL), SOCCA_INTERRUPTED);
  ctl->stop = 0;
  ck_assert_int_eq(vtbl->wait(p, 0, NULL), SOCCA_OK);
  check_results(in, out, 60, 0);
  vtbl->close(p);
}
END_TEST

/* A record may be interrupted, too: that is no error. */
START_TEST(interrupted_record)
{
  static double in[60], out[60];
  void *p = open_pool(shapes[_i].workers, shapes[_i].mode, "fail", 0, 8);
  ctl->at = 10;
  ctl->remaining = 1000;
  ctl->fault = CEASE;
  socca_batch a = batch_of(60, 0, in, out);
  snprintf(last_error, sizeof last_error, "none");
  ck_assert_int_eq(vtbl->submit(p, 0, &a), SOCCA_OK);
  ck_assert_int_eq(vtbl->wait(p, 0, NULL), SOCCA_INTERRUPTED);
  ck_assert_str_eq(last_error, "none");
  vtbl->close(p);
}
END_TEST

START_TEST(too_large)
{
  static double in[60], out[60];
  void *p = open_pool(1, "isolate", "fail", 0, 0);
  socca_batch a = batch_of(60, 0, in, out);
  a.n = (size_t)1 << 40;
  ck_assert_int_eq(vtbl->submit(p, 0, &a), SOCCA_E_POOL);
  ck_assert_msg(strstr(last_error, "memory=MB"), "%s", last_error);
  vtbl->close(p);
}
END_TEST

/* The parent killed at an arbitrary instant leaves no process behind after 200 ms. */
START_TEST(parent_killed)
{
  int pipe_[2];
  ck_assert_int_eq(pipe(pipe_), 0);
  pid_t parent = fork();
  if (parent == 0) {
    static double in[100], out[100];
    mp_pool *p = open_pool(2, "isolate", "fail", 0, 8);
    int32_t pids[3] = { p->zygote_pid, p->seg->slot[0].pid, p->seg->slot[1].pid };
    if (write(pipe_[1], pids, sizeof pids) < 0) _exit(1);
    for (uint64_t k = 0;; k++) {
      socca_batch a = batch_of(100, k, in, out);
      vtbl->submit(p, 0, &a);
      vtbl->wait(p, 0, NULL);
    }
  }
  int32_t pids[3];
  ck_assert_int_eq(read(pipe_[0], pids, sizeof pids), sizeof pids);
  nanosleep(&(struct timespec){ 0, 1000000L * (1 + 7 * _i) }, NULL);
  kill(parent, SIGKILL);
  waitpid(parent, NULL, 0);
  nanosleep(&(struct timespec){ 0, 200000000 }, NULL);
  for (int i = 0; i < 3; i++) {
    char path[64], state = 'X';
    snprintf(path, sizeof path, "/proc/%d/stat", pids[i]);
    FILE *f = fopen(path, "r");
    if (!f) continue;
    int c; /* the state follows the name's closing bracket */
    while ((c = fgetc(f)) != EOF && c != ')') continue;
    if (fgetc(f) == ' ') state = (char)fgetc(f);
    fclose(f);
    ck_assert_msg(state == 'Z' || state == 'X', "process %d is left in state %c", pids[i], state);
  }
  close(pipe_[0]);
  close(pipe_[1]);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("pool_mp");
  TCase *t = tcase_create("pool_mp");
  tcase_set_timeout(t, 60);
  tcase_add_checked_fixture(t, setup, NULL);
  tcase_add_loop_test(t, order, 0, sizeof shapes / sizeof *shapes);
  tcase_add_loop_test(t, death_once, 0, NDEADLY);
  tcase_add_loop_test(t, poison_fails, 0, NDEADLY);
  tcase_add_test(t, poison_counts_as_minus_inf);
  tcase_add_test(t, budget);
  tcase_add_loop_test(t, model_error, 0, sizeof shapes / sizeof *shapes);
  tcase_add_test(t, odd_after_failure);
  tcase_add_test(t, counted_once);
  tcase_add_test(t, killed_from_outside);
  tcase_add_test(t, states);
  tcase_add_test(t, interrupted_keeps_the_batch);
  tcase_add_loop_test(t, interrupted_record, 0, sizeof shapes / sizeof *shapes);
  tcase_add_test(t, too_large);
  tcase_add_loop_test(t, parent_killed, 0, 4);
  suite_add_tcase(s, t);
  return run_suite(s);
}
