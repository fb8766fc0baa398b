/* SPDX-License-Identifier: BSD-3-Clause */
/* The end of every Check program: runs its suite, prints as the environment says, frees it. */
#ifndef SOCCA_TESTS_RUN_SUITE_H
#define SOCCA_TESTS_RUN_SUITE_H
#include <check.h>

static inline int run_suite_as(Suite *s, enum fork_status fork)
{
  SRunner *r = srunner_create(s);
  srunner_set_fork_status(r, fork);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}

static inline int run_suite(Suite *s)
{
  return run_suite_as(s, CK_FORK_GETENV);
}
#endif
