/* SPDX-License-Identifier: BSD-3-Clause */
/* Named values and draws. */
#include "config.h"
#include "run_suite.h"
#include <math.h>
#include <store/items.h>
#include <stdlib.h>
#include <string.h>

static socca_journal *journal;
static socca_result *items;

static void setup(void)
{
  journal = socca_journal_new("test", SOCCA_LOG_WARN);
  socca_journal_set_silent(journal, 1);
  items = socca_items_new(journal);
}

static void teardown(void)
{
  socca_items_free(items);
  socca_journal_free(journal);
}

START_TEST(values)
{
  const double x[3] = { 1, 2, NAN };
  const float f = 1.5f;
  const uint64_t u = UINT64_MAX;
  ck_assert_int_eq(socca_items_value(items, "x", SOCCA_F64, 3, x), 0);
  ck_assert_int_eq(socca_items_value(items, "f", SOCCA_F32, 1, &f), 0);
  ck_assert_int_eq(socca_items_value(items, "u", SOCCA_U64, 1, &u), 0);
  ck_assert_int_eq(socca_items_value(items, "none", SOCCA_F64, 0, NULL), 0);
  ck_assert_int_eq(socca_items_text(items, "t", "text"), 0);
  ck_assert_int_eq(socca_items_integer(items, "i", -7), 0);
  ck_assert_int_eq(socca_items_real(items, "r", 0.25), 0);
  ck_assert_double_eq(socca_items_get_real(items, "x", 9), 1);
  ck_assert_double_eq(socca_items_get_real(items, "f", 9), 1.5);
  ck_assert_double_eq(socca_items_get_real(items, "i", 9), -7);
  ck_assert_double_eq(socca_items_get_real(items, "none", 9), 9);
  ck_assert_double_eq(socca_items_get_real(items, "t", 9), 9);
  ck_assert_double_eq(socca_items_get_real(items, "absent", 9), 9);
  ck_assert_int_eq(socca_items_get_integer(items, "i", 9), -7);
  ck_assert_int_eq(socca_items_get_integer(items, "u", 9), 9); /* does not fit */
  ck_assert_int_eq(socca_items_get_integer(items, "r", 9), 9);
  ck_assert_str_eq(socca_items_get_text(items, "t"), "text");
  ck_assert_ptr_null(socca_items_get_text(items, "i"));
  ck_assert_str_eq(socca_items_at(items, 0)->name, "x");
  ck_assert_ptr_null(socca_items_at(items, 7));
}
END_TEST

START_TEST(replaced)
{
  socca_items_integer(items, "a", 1);
  socca_items_integer(items, "b", 2);
  socca_items_text(items, "a", "now a text");
  ck_assert_str_eq(socca_items_get_text(items, "a"), "now a text");
  ck_assert_str_eq(socca_items_at(items, 0)->name, "a");
  ck_assert_ptr_null(socca_items_at(items, 2));
}
END_TEST

START_TEST(refused)
{
  ck_assert_int_eq(socca_items_value(items, "", SOCCA_F64, 0, NULL), SOCCA_E_BUG);
  ck_assert_int_eq(socca_items_value(items, "x", 99, 0, NULL), SOCCA_E_BUG);
  ck_assert_int_eq(socca_items_value(items, "x", SOCCA_F64, 1, NULL), SOCCA_E_BUG);
  double x = 1;
  ck_assert_int_eq(socca_items_value(items, "x", SOCCA_F64, SIZE_MAX, &x), SOCCA_E_NOMEM);
  ck_assert_ptr_null(socca_items_at(items, 0));
}
END_TEST

START_TEST(many)
{
  char name[16];
  for (int i = 0; i < 1000; i++) {
    snprintf(name, sizeof name, "v%d", i);
    ck_assert_int_eq(socca_items_integer(items, name, i), 0);
  }
  ck_assert_int_eq(socca_items_get_integer(items, "v777", 0), 777);
}
END_TEST

START_TEST(digest)
{
  char a[33], b[33];
  socca_result *other = socca_items_new(journal);
  socca_items_integer(items, "a", 1);
  socca_items_integer(items, "b", 2);
  socca_items_integer(other, "b", 2);
  socca_items_integer(other, "a", 1);
  socca_items_digest(items, a);
  socca_items_digest(other, b);
  ck_assert_str_eq(a, b); /* whatever the order */
  ck_assert_uint_eq(strlen(a), 32);
  socca_items_real(other, "a", 1);
  socca_items_digest(other, b);
  ck_assert_str_ne(a, b); /* the type counts */
  socca_items_integer(other, "a", 2);
  socca_items_digest(other, b);
  ck_assert_str_ne(a, b);
  socca_items_free(other);
}
END_TEST

static void differ(const socca_result *then, const socca_result *now, const char *want)
{
  ck_assert_int_eq(socca_items_compare(journal, "WHAT", then, now), SOCCA_E_RESUME);
  ck_assert_str_eq(socca_journal_error(journal, 0), want);
  socca_journal_flush(journal);
}

START_TEST(compared)
{
  socca_result *now = socca_items_new(journal);
  const double x[3] = { 1, NAN, 3 }, y[3] = { 1, NAN, 4 };
  socca_items_integer(items, "n_live", 500);
  socca_items_value(items, "x", SOCCA_F64, 3, x);
  socca_items_text(items, "hash", "abc");
  socca_items_value(now, "x", SOCCA_F64, 3, x);
  socca_items_text(now, "hash", "abc");
  differ(items, now, "WHAT: n_live was 500, is absent");
  differ(now, items, "WHAT: n_live was absent, is 500");
  socca_items_integer(now, "n_live", 1000);
  differ(items, now, "WHAT: n_live was 500, is 1000");
  socca_items_integer(now, "n_live", 500);
  ck_assert_int_eq(socca_items_compare(journal, "WHAT", items, now), 0);
  socca_items_value(now, "x", SOCCA_F64, 3, y);
  differ(items, now, "WHAT: x[2] was 3, is 4");
  socca_items_value(now, "x", SOCCA_F64, 2, y);
  differ(items, now, "WHAT: x was of 3 elements, is of 2 elements");
  socca_items_value(now, "x", SOCCA_F64, 3, x);
  socca_items_text(now, "hash",
                   "a hash of more than sixty characters, of which the end is not shown");
  differ(items, now,
         "WHAT: hash was 'abc', is 'a hash of more than sixty characters, of which the end is no'"
         "...");
  socca_items_free(now);
}
END_TEST

START_TEST(draws)
{
  static const char *const stat[] = { "depth" };
  const double x[4] = { 1, 2, 3, 4 }, l[2] = { -5, -4 }, w[2] = { -1, -INFINITY },
               depth[2] = { 7, 8 };
  socca_draws b = { .n = 2,
                    .space = SOCCA_CUBE,
                    .chain = 3,
                    .x = x,
                    .loglike = l,
                    .logw = w,
                    .nstat = 1,
                    .stat = stat,
                    .stats = depth };
  socca_sample_set s;
  ck_assert_int_eq(socca_items_draws(items, &b), SOCCA_E_BUG); /* no dimension yet */
  socca_items_set_ndim(items, 2);
  ck_assert_uint_eq(socca_items_best(items), SIZE_MAX);
  ck_assert_int_eq(socca_items_draws(items, &b), 0);
  b.chain = 1;
  ck_assert_int_eq(socca_items_draws(items, &b), 0);
  socca_items_samples(items, &s);
  ck_assert_uint_eq(s.n, 4);
  ck_assert_uint_eq(s.nchain, 4);
  ck_assert_uint_eq(s.chain[1], 3);
  ck_assert_uint_eq(s.chain[2], 1);
  ck_assert_double_eq(s.x[7], 4);
  ck_assert_double_eq(s.logw[2], -1);
  ck_assert_double_eq(s.stats[3], 8);
  ck_assert_str_eq(s.stat[0], "depth");
  ck_assert_uint_eq(s.space, SOCCA_CUBE);
  ck_assert_uint_eq(socca_items_best(items), 1);
  for (int i = 0; i < 1000; i++) ck_assert_int_eq(socca_items_draws(items, &b), 0);
  socca_items_samples(items, &s);
  ck_assert_uint_eq(s.n, 2004);
  ck_assert_double_eq(s.x[4007], 4);
}
END_TEST

START_TEST(draws_refused)
{
  static const char *const stat[] = { "depth" }, *const other[] = { "step" };
  const double x[2] = { 1, 2 }, l[1] = { -5 }, bad[1] = { NAN }, depth[1] = { 7 };
  const socca_draws good = { .n = 1,
                             .space = SOCCA_PHYSICAL,
                             .x = x,
                             .loglike = l,
                             .logw = l,
                             .nstat = 1,
                             .stat = stat,
                             .stats = depth };
  socca_items_set_ndim(items, 2);
  ck_assert_int_eq(socca_items_draws(items, &good), 0);
  socca_draws b = good;
  b.logw = bad;
  ck_assert_int_eq(socca_items_draws(items, &b), SOCCA_E_BUG);
  b.logw = NULL;
  ck_assert_int_eq(socca_items_draws(items, &b), SOCCA_E_BUG);
  b = good;
  b.stat = other;
  ck_assert_int_eq(socca_items_draws(items, &b), SOCCA_E_BUG);
  b = good;
  b.space = SOCCA_CUBE;
  ck_assert_int_eq(socca_items_draws(items, &b), SOCCA_E_BUG);
  b = good;
  b.chain = UINT32_MAX;
  ck_assert_int_eq(socca_items_draws(items, &b), SOCCA_E_BUG);
  b = good;
  b.n = SIZE_MAX / 2;
  ck_assert_int_eq(socca_items_draws(items, &b), SOCCA_E_BUG);
  b = good;
  b.x = NULL;
  ck_assert_int_eq(socca_items_draws(items, &b), SOCCA_E_BUG);
  socca_sample_set s;
  socca_items_samples(items, &s);
  ck_assert_uint_eq(s.n, 1);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("items");
  TCase *t = tcase_create("items");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_test(t, values);
  tcase_add_test(t, replaced);
  tcase_add_test(t, refused);
  tcase_add_test(t, many);
  tcase_add_test(t, digest);
  tcase_add_test(t, compared);
  tcase_add_test(t, draws);
  tcase_add_test(t, draws_refused);
  suite_add_tcase(s, t);
  return run_suite(s);
}
