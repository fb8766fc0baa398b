/* SPDX-License-Identifier: BSD-3-Clause */
/* nautilus stopped, saved and taken up again, where it hurts most. */
#include "config.h"
#include "nautilus_fixture.h"
#include "shaken.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- interrupted everywhere ---- */

static void check_shaken(const char *name, settings with)
{
  const problem *p = problem_named(name);
  shaken s = shake(&nautilus_LTX_socca_plugin, p->d, 21, p->loglike, NULL, with);
  printf("# %s: %lu lives\n", name, (unsigned long)s.lives);
  ck_assert_msg(!s.failure[0], "%s: %s (status %d)", name, s.failure, s.status);
  ck_assert_uint_gt(s.lives, 30);
}

/* With the default number of draws for volumes: they are made while batches are on their way. */
START_TEST(test_shaken)
{
  check_shaken("G3", WITH("n_live=150", "n_eff=700", "n_networks=1"));
}
END_TEST

START_TEST(test_shaken_one_flight)
{
  check_shaken("line", WITH("n_live=100", "n_eff=400", "n_networks=1", "n_flight=1"));
}
END_TEST

int main(void)
{
  Suite *s = suite_create("nautilus_stops");
  TCase *t = tcase_create("stops");
  tcase_set_timeout(t, 300);
  tcase_add_test(t, test_shaken);
  tcase_add_test(t, test_shaken_one_flight);
  suite_add_tcase(s, t);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
