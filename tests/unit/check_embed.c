/* SPDX-License-Identifier: BSD-3-Clause */
/* A pool that the caller opened, lent to an embedded fit: the same result, left open; and its refusals. */
#include "config.h"
#include <check.h>
#include <pools/mp/pool.h>
#include <socca/fit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const socca_plugin pool_mp_LTX_socca_plugin;
static const char document[] = "model: problems\n"
                               "problem: {name: gaussian, ndim: 2}\n"
                               "sampler: {method: template_sampler, n_eff: 300, n_batch: 200}\n";

static socca_fitter *open_fit(const char *extra, int32_t want)
{
  const char *settings[] = { "output=", "checkpoint=", extra };
  socca_fitter *f = NULL;
  int32_t s = socca_fitter_open(NULL, document, settings, extra ? 3 : 2, &f);
  ck_assert_msg(s == want, "%d: %s", (int)s, socca_fitter_error(f));
  return f;
}

static void *open_pool(socca_fitter *f)
{
  static mp_options o = { .workers = 2,
                          .restarts = 8,
                          .memory = 4,
                          .spin = 50,
                          .pin = 1,
                          .mode = "isolate",
                          .on_crash = "fail" };
  const socca_pool_vtbl *v = pool_mp_LTX_socca_plugin.vtbl;
  void *pool = NULL;
  ck_assert_int_eq(v->open(socca_fitter_team(f), &o, &pool), SOCCA_OK);
  return pool;
}

START_TEST(lent)
{
  const socca_pool_vtbl *v = pool_mp_LTX_socca_plugin.vtbl;
  char expected[64];
  socca_pool_info info = { .workers = 0 };
  socca_fitter *f = open_fit(NULL, 0);
  ck_assert_int_eq(socca_fitter_run(f), 0);
  snprintf(expected, sizeof expected, "%s", socca_fitter_text(f, "digest"));
  socca_fitter_close(f);
  f = open_fit(NULL, 0);
  void *pool = open_pool(f);
  ck_assert_int_eq(socca_fitter_use_pool(f, &pool_mp_LTX_socca_plugin, pool), 0);
  ck_assert_uint_eq(socca_fitter_workers(f), 2);
  ck_assert_msg(socca_fitter_run(f) == 0, "%s", socca_fitter_error(f));
  ck_assert_str_eq(socca_fitter_text(f, "digest"), expected);
  ck_assert_str_eq(socca_fitter_text(f, "pool"), "mp");
  v->info(pool, &info);
  ck_assert_uint_eq(info.workers, 2); /* still there */
  v->close(pool);
  socca_fitter_close(f);
}
END_TEST

START_TEST(refused)
{
  const socca_pool_vtbl *v = pool_mp_LTX_socca_plugin.vtbl;
  socca_fitter *f = open_fit("pool=mp:2", 0);
  void *pool = open_pool(f);
  ck_assert_int_eq(socca_fitter_use_pool(f, &pool_mp_LTX_socca_plugin, pool), SOCCA_E_INPUT);
  ck_assert_ptr_nonnull(strstr(socca_fitter_error(f), "cannot specify both a pool that is open"));
  ck_assert_int_eq(socca_fitter_exit_status(f), 2);
  v->close(pool);
  socca_fitter_close(f);
  f = open_fit("ncores=2", 0);
  ck_assert_int_eq(socca_fitter_use_pool(f, &pool_mp_LTX_socca_plugin, f), SOCCA_E_INPUT);
  ck_assert_ptr_nonnull(strstr(socca_fitter_error(f), "and ncores"));
  socca_fitter_close(f);
  f = open_fit(NULL, 0);
  ck_assert_int_eq(socca_fitter_use_pool(f, &pool_mp_LTX_socca_plugin, NULL), SOCCA_E_PLUGIN);
  socca_fitter_close(f);
  setenv("PMI_SIZE", "2", 1); /* two ranks need a pool of ranks */
  setenv("PMI_RANK", "0", 1);
  const char *settings[] = { "output=", "checkpoint=" };
  if (socca_fitter_open(NULL, document, settings, 2, &f) == 0) { /* else: built without MPI */
    ck_assert_int_eq(socca_fitter_use_pool(f, &pool_mp_LTX_socca_plugin, f), SOCCA_E_REFUSED);
    ck_assert_int_eq(socca_fitter_exit_status(f), 3);
  }
  socca_fitter_close(f);
}
END_TEST

START_TEST(nothing)
{
  socca_fitter *f = NULL;
  ck_assert_int_eq(socca_fitter_open(NULL, NULL, NULL, 0, &f), SOCCA_E_INPUT);
  ck_assert_str_ne(socca_fitter_error(f), "");
  ck_assert_int_lt(socca_fitter_run(f), 0);
  ck_assert_ptr_null(socca_fitter_team(f));
  ck_assert_ptr_null(socca_fitter_name(f, 0));
  ck_assert_ptr_null(socca_fitter_text(f, "digest"));
  ck_assert_uint_eq(socca_fitter_draws(f), 0);
  ck_assert_int_lt(socca_fitter_print(f), 0);
  socca_fitter_close(f);
  socca_fitter_close(NULL);
  f = open_fit("messages=loud", SOCCA_E_INPUT);
  socca_fitter_close(f);
}
END_TEST

int main(void)
{
  const char *build = getenv("SOCCA_BUILD");
  char path[4096];
  snprintf(path, sizeof path, "%s/.libs", build ? build : ".");
  setenv("SOCCA_PLUGIN_PATH", path, 1);
  setenv("SOCCA_PRIVATE_PATH", path, 1);
  unsetenv("SOCCA_POOL");
  Suite *s = suite_create("embedding");
  TCase *c = tcase_create("lent pools");
  tcase_set_timeout(c, 60);
  tcase_add_test(c, lent);
  tcase_add_test(c, refused);
  tcase_add_test(c, nothing);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
