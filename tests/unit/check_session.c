/* SPDX-License-Identifier: BSD-3-Clause */
/* What a session holds samplers to, so that no pool has to: two batches, in order, with states that are kept. */
#include "config.h"
#include "run_suite.h"
#include <run/session.h>
#include <math.h>
#include <signal.h>
#include <string.h>

static socca_journal *journal;
static socca_session session;
static socca_status answer; /* of the pool, to whatever it is asked */
static int asked;

static socca_status pool_set_state(void *self, uint32_t version, const void *blob, size_t bytes)
{
  (void)self, (void)version, (void)blob, (void)bytes;
  asked++;
  return answer;
}
static socca_status pool_submit(void *self, uint32_t slot, const socca_batch *b)
{
  (void)self, (void)b;
  asked++;
  ck_assert_uint_lt(slot, 2);
  return answer;
}
static socca_status pool_wait(void *self, uint32_t slot, socca_report *r)
{
  (void)self;
  asked++;
  ck_assert_uint_lt(slot, 2);
  r->calls = 10;
  return answer;
}
static const socca_pool_vtbl pool = { .set_state = pool_set_state,
                                      .submit = pool_submit,
                                      .wait = pool_wait };

static void setup(void)
{
  journal = socca_journal_new("test", SOCCA_LOG_ERROR);
  socca_journal_set_silent(journal, 1);
  session = (socca_session){ .journal = journal, .pool = &pool, .max_time = NAN };
  answer = SOCCA_OK;
  asked = 0;
}

static void teardown(void)
{
  socca_journal_free(journal);
}

static socca_status submit(uint32_t state, uint32_t *ticket)
{
  const socca_batch b = { .n = 10, .state = state };
  return socca_session_submit(&session, &b, ticket);
}
static uint32_t submitted(uint32_t state)
{
  uint32_t ticket = 99;
  ck_assert_int_eq(submit(state, &ticket), SOCCA_OK);
  return ticket;
}
static uint32_t new_state(void)
{
  uint32_t version = 99;
  ck_assert_int_eq(socca_session_set_state(&session, "x", 1, &version), SOCCA_OK);
  return version;
}
/* The pool does not hear of it. */
#define refused(call)                                                                              \
  do {                                                                                             \
    const int before = asked;                                                                      \
    ck_assert_int_eq(call, SOCCA_E_BUG);                                                           \
    ck_assert_int_eq(asked, before);                                                               \
  } while (0)

START_TEST(two_batches_in_order)
{
  uint32_t one = submitted(0), two = submitted(0), three;
  refused(submit(0, &three));
  refused(socca_session_wait(&session, two, NULL));
  ck_assert_int_eq(socca_session_wait(&session, one, NULL), SOCCA_OK);
  refused(socca_session_wait(&session, one, NULL));
  three = submitted(0);
  ck_assert_int_eq(socca_session_wait(&session, two, NULL), SOCCA_OK);
  ck_assert_int_eq(socca_session_wait(&session, three, NULL), SOCCA_OK);
  refused(socca_session_wait(&session, three + 1, NULL));
  ck_assert_uint_eq(session.count.calls, 30);
}
END_TEST

START_TEST(interrupted_wait_keeps_the_batch)
{
  uint32_t one = submitted(0);
  answer = SOCCA_INTERRUPTED;
  ck_assert_int_eq(socca_session_wait(&session, one, NULL), SOCCA_INTERRUPTED);
  ck_assert_uint_eq(session.count.calls, 0);
  answer = SOCCA_OK;
  ck_assert_int_eq(socca_session_wait(&session, one, NULL), SOCCA_OK);
  ck_assert_uint_eq(session.count.calls, 10);
}
END_TEST

START_TEST(states_that_are_kept)
{
  uint32_t ticket;
  refused(submit(1, &ticket)); /* none yet */
  uint32_t one = new_state(), two = new_state();
  uint32_t old = submitted(one), new = submitted(two);
  uint32_t version;
  refused(socca_session_set_state(&session, "x", 1, &version)); /* it would take one's place */
  ck_assert_int_eq(socca_session_wait(&session, old, NULL), SOCCA_OK);
  uint32_t three = new_state(); /* two is in use, and stays */
  refused(submit(one, &ticket));
  refused(submit(three + 1, &ticket));
  ck_assert_int_eq(socca_session_wait(&session, new, NULL), SOCCA_OK);
  ck_assert_int_eq(socca_session_wait(&session, submitted(two), NULL), SOCCA_OK);
  ck_assert_int_eq(socca_session_wait(&session, submitted(three), NULL), SOCCA_OK);
}
END_TEST

START_TEST(state_that_the_pool_refused)
{
  uint32_t one = new_state(), version = 99;
  answer = SOCCA_E_POOL;
  ck_assert_int_eq(socca_session_set_state(&session, "x", 1, &version), SOCCA_E_POOL);
  ck_assert_uint_eq(version, 99);
  answer = SOCCA_OK;
  refused(submit(one + 1, &version));
  submitted(one);
}
END_TEST

START_TEST(limit_of_calls)
{
  uint32_t ticket;
  session.max_calls = 10;
  uint32_t one = submitted(0);
  ck_assert_int_eq(socca_session_wait(&session, one, NULL), SOCCA_OK);
  ck_assert_int_eq(submit(0, &ticket), SOCCA_INTERRUPTED);
  ck_assert_str_eq(socca_session_stopped(&session), "max-calls");
}
END_TEST

/* A rank that stopped by itself would end the run before rank 0 knows why. */
START_TEST(serving_ranks_do_not_stop)
{
  session.max_time = 0;
  ck_assert(socca_session_stop(&session));
  session.serves = 1;
  socca_signals_watch();
  raise(SIGUSR1);
  ck_assert_int_eq(socca_signal_seen(), SIGUSR1);
  ck_assert(!socca_session_stop(&session));
  session.serves = 0;
  session.max_time = NAN;
  ck_assert(socca_session_stop(&session));
  socca_signals_release();
}
END_TEST

int main(void)
{
  Suite *s = suite_create("session");
  TCase *t = tcase_create("session");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_test(t, two_batches_in_order);
  tcase_add_test(t, interrupted_wait_keeps_the_batch);
  tcase_add_test(t, states_that_are_kept);
  tcase_add_test(t, state_that_the_pool_refused);
  tcase_add_test(t, limit_of_calls);
  tcase_add_test(t, serving_ranks_do_not_stop);
  suite_add_tcase(s, t);
  return run_suite(s);
}
