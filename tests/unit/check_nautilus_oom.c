/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory that runs out at one allocation or another: an error that says so, or, where it is only noticed by a spare
 * part, the same numbers. Never other numbers. Linked with --wrap. */
#include "config.h"
#include "nautilus_fixture.h"
#include "failing_memory.h"
#include "run_suite.h"
#include <stdio.h>
#include <stdlib.h>

/* Allocation k fails; -1: none. */
static socca_status run(long k, mini_list *end)
{
  mini_host h;
  open_problem(&h, "G3", 5,
               WITH("n_live=60", "n_eff=60", "f_live=0.2", "n_networks=1", "n_points_min=20",
                    "volume_draws=1000", "n_batch=50"));
  memory.count = 0;
  memory.fail_at = k;
  socca_status st = mini_run(&h);
  memory.fail_at = -1;
  long all = memory.count;
  if (st == SOCCA_DONE) ck_assert_int_eq(mini_save(&h, end), SOCCA_OK);
  mini_close(&h);
  memory.count = all;
  return st;
}

#ifdef __SANITIZE_ADDRESS__
enum { STRIDE = 70 }; /* runs are fifteen times slower */
#else
enum { STRIDE = 7 };
#endif

START_TEST(one_allocation_fails)
{
  mini_list whole = { 0 };
  long failures = 0, runs = 0;
  ck_assert_int_eq(run(-1, &whole), SOCCA_DONE);
  long all = memory.count;
  printf("# %ld allocations\n", all);
  for (long k = 0; k < all; k += 1 + k / 10 % STRIDE, runs++) {
    mini_list end = { 0 };
    socca_status st = run(k, &end);
    failures += st == SOCCA_E_NOMEM;
    if (st != SOCCA_E_NOMEM) {
      ck_assert_msg(st == SOCCA_DONE, "allocation %ld: status %d", k, st);
      const char *name = mini_list_difference(&whole, &end);
      ck_assert_msg(!name, "allocation %ld changes %s", k, name);
    }
    mini_list_free(&end);
  }
  ck_assert_int_gt(failures, runs / 2);
  mini_list_free(&whole);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("nautilus_oom");
  TCase *t = tcase_create("oom");
  tcase_set_timeout(t, 300);
  tcase_add_test(t, one_allocation_fails);
  suite_add_tcase(s, t);
  return run_suite(s);
}
