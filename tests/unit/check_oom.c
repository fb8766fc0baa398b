/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory that runs out at every single allocation in turn: an error that says so, no crash, no half-written file,
 * and what is there stays whole. Linked with --wrap, from the sources themselves. */
#include "config.h"
#include "failing_memory.h"
#include "run_suite.h"
#include <store/archive.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static double x[3] = { 1, 2, 3 };

static socca_status collect(socca_result *r)
{
  static const char *const stat[] = { "depth" };
  const double theta[4] = { 1, 2, 3, 4 }, l[2] = { -1, -2 };
  const socca_draws d = { .n = 2,
                          .space = SOCCA_PHYSICAL,
                          .x = theta,
                          .loglike = l,
                          .logw = l,
                          .nstat = 1,
                          .stat = stat,
                          .stats = l };
  char name[16];
  socca_status s = SOCCA_OK;
  socca_items_set_ndim(r, 2);
  for (int i = 0; !s && i < 20; i++) {
    snprintf(name, sizeof name, "v%d", i);
    s = socca_items_value(r, name, SOCCA_F64, 3, x);
  }
  for (int i = 0; !s && i < 3; i++) s = socca_items_draws(r, &d);
  return s;
}

static socca_status save(socca_archive *a, socca_result *r)
{
  char name[16];
  socca_status s = SOCCA_OK;
  socca_archive_restart(a);
  for (int i = 0; !s && i < 70; i++) {
    snprintf(name, sizeof name, "a%d", i);
    s = socca_archive_io(a, name, SOCCA_F64, 3, x);
  }
  if (!s) s = socca_archive_items(a, "items", r);
  return s ? s : socca_archive_save(a, "oom.ckpt");
}

static socca_status load(socca_journal *j, socca_result *then)
{
  double y[3] = { 0 };
  socca_archive *a = NULL;
  socca_status s = socca_archive_load(j, "oom.ckpt", &a);
  socca_result *r = socca_items_new(j);
  if (!r && !s) s = SOCCA_E_NOMEM;
  if (!s) s = socca_archive_io(a, "a69", SOCCA_F64, 3, y);
  if (!s && memcmp(x, y, sizeof x) != 0) s = SOCCA_E_BUG; /* no ck_assert here: it allocates */
  if (!s) s = socca_archive_items(a, "items", r);
  if (!s) s = socca_items_compare(j, "items", then, r);
  socca_items_free(r);
  socca_archive_free(a);
  return s;
}

static socca_status scenario(socca_journal *j)
{
  char hex[33];
  socca_result *r = socca_items_new(j);
  socca_archive *a = socca_archive_new(j);
  socca_status s = r && a ? collect(r) : SOCCA_E_NOMEM;
  if (!s) socca_items_digest(r, hex);
  for (int i = 0; !s && i < 2; i++) s = save(a, r);
  if (!s) s = load(j, r);
  socca_items_free(r);
  socca_archive_free(a);
  return s;
}

static void remove_files(void)
{
  unlink("oom.ckpt");
  unlink("oom.ckpt.1");
}

START_TEST(every_allocation)
{
  socca_journal *j = socca_journal_new("test", SOCCA_LOG_WARN);
  socca_journal_set_silent(j, 1);
  memory.from_there = _i;
  remove_files();
  memory.count = 0;
  ck_assert_int_eq(scenario(j), SOCCA_OK);
  long all = memory.count, failures = 0;
  ck_assert_int_gt(all, 100);
  for (long k = 0; k < all; k++) {
    remove_files();
    memory.count = 0;
    memory.fail_at = k;
    socca_status s = scenario(j);
    memory.fail_at = -1;
    ck_assert_msg(s == SOCCA_OK || socca_exit_status(s) == 1, "allocation %ld of %ld: status %d", k,
                  all, s);
    failures += s != SOCCA_OK;
    socca_journal_flush(j);
    /* what is there is whole: another run would read it, and refuse to write over it */
    int there = access("oom.ckpt", F_OK) == 0;
    ck_assert_int_eq(scenario(j), there ? SOCCA_E_RESUME : SOCCA_OK);
    socca_archive *a = NULL;
    ck_assert_int_eq(socca_archive_load(j, "oom.ckpt", &a), SOCCA_OK);
    ck_assert_ptr_nonnull(a);
    socca_archive_free(a);
    socca_journal_flush(j);
  }
  ck_assert_int_gt(failures, all / 2);
  remove_files();
  socca_journal_free(j);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("oom");
  TCase *t = tcase_create("oom");
  tcase_set_timeout(t, 60);
  tcase_add_loop_test(t, every_allocation, 0, 2);
  suite_add_tcase(s, t);
  return run_suite(s);
}
