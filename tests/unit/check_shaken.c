/* SPDX-License-Identifier: BSD-3-Clause */
/* The template of samplers, which authors begin with, interrupted everywhere; a sampler's own tests do the same. */
#include "config.h"
#include "problems.h"
#include "run_suite.h"
#include "shaken.h"
#include <stdlib.h>

extern const socca_plugin template_sampler_LTX_socca_plugin;

START_TEST(test_template)
{
  static const char *const with[] = { "n_eff=300", "n_batch=50", NULL };
  const problem *p = problem_named("G3");
  shaken s = shake(&template_sampler_LTX_socca_plugin, p->d, 21, p->loglike, NULL, with);
  ck_assert_msg(!s.failure[0], "%s (status %d)", s.failure, s.status);
  ck_assert_uint_gt(s.lives, 30);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("shaken");
  TCase *t = tcase_create("shaken");
  tcase_set_timeout(t, 60);
  tcase_add_test(t, test_template);
  suite_add_tcase(s, t);
  return run_suite(s);
}
