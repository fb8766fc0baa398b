/* SPDX-License-Identifier: BSD-3-Clause */
/* A pool that the caller opened, lent to an embedded fit: the same result, left open; and its refusals. */
#include "config.h"
#include "run_suite.h"
#include <math.h>
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

static socca_status no_serve(void *self, const void **blob, size_t *bytes)
{
  (void)self, (void)blob, (void)bytes;
  return SOCCA_E_BUG;
}

static socca_status no_finish(void *self, socca_status s, const void *blob, size_t bytes)
{
  (void)self, (void)s, (void)blob, (void)bytes;
  return SOCCA_E_BUG;
}

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
    socca_meta ranks = *pool_mp_LTX_socca_plugin.meta;
    socca_plugin alone = pool_mp_LTX_socca_plugin;
    ranks.provides |= SOCCA_POOL_RANKS;
    socca_pool_vtbl with = *v;
    with.serve = no_serve;
    with.finish = no_finish;
    alone.meta = &ranks;
    alone.vtbl = &with;
    pool = open_pool(f);
    ck_assert_int_eq(socca_fitter_use_pool(f, &alone, pool), SOCCA_E_PLUGIN);
    ck_assert_ptr_nonnull(
        strstr(socca_fitter_error(f), "Hydra started 2 ranks, but the pool 'mp'"));
    v->close(pool);
  }
  socca_fitter_close(f);
}
END_TEST

/* A refused pool may be closed at once: the run goes its own way, and takes another that is lent. */
START_TEST(refused_and_closed)
{
  const socca_pool_vtbl *v = pool_mp_LTX_socca_plugin.vtbl;
  socca_meta picky = *pool_mp_LTX_socca_plugin.meta;
  socca_plugin plugin = pool_mp_LTX_socca_plugin;
  picky.model_needs = picky.model_denies = UINT32_MAX;
  plugin.meta = &picky;
  for (int again = 0; again < 2; again++) {
    socca_fitter *f = open_fit(NULL, 0);
    void *pool = open_pool(f);
    ck_assert_int_eq(socca_fitter_use_pool(f, &plugin, pool), SOCCA_E_REFUSED);
    v->close(pool);
    ck_assert_uint_eq(socca_fitter_workers(f), 1);
    pool = again ? open_pool(f) : NULL;
    if (pool) ck_assert_int_eq(socca_fitter_use_pool(f, &pool_mp_LTX_socca_plugin, pool), 0);
    ck_assert_msg(socca_fitter_run(f) == 0, "%s", socca_fitter_error(f));
    ck_assert_str_eq(socca_fitter_text(f, "pool"), again ? "mp" : "serial");
    if (pool) v->close(pool);
    socca_fitter_close(f);
  }
}
END_TEST

/* Descriptors that SOCCA_POOL() has not made: refused, not called. */
START_TEST(malformed)
{
  for (int k = 0; k < 3; k++) {
    socca_meta meta = *pool_mp_LTX_socca_plugin.meta;
    socca_pool_vtbl vtbl = *(const socca_pool_vtbl *)pool_mp_LTX_socca_plugin.vtbl;
    socca_plugin plugin = pool_mp_LTX_socca_plugin;
    plugin.meta = &meta;
    plugin.vtbl = &vtbl;
    if (k == 0) meta.size = 0;
    if (k == 1) vtbl.submit = NULL;
    if (k == 2) plugin.size = 8;
    socca_fitter *f = open_fit(NULL, 0);
    ck_assert_int_eq(socca_fitter_use_pool(f, &plugin, f), SOCCA_E_PLUGIN);
    ck_assert_ptr_nonnull(strstr(socca_fitter_error(f), "no open pool of this version"));
    ck_assert_msg(socca_fitter_run(f) == 0, "%s", socca_fitter_error(f));
    socca_fitter_close(f);
  }
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

static const struct misuse { /* what open() is given, beside output= and checkpoint= */
  const char *file, *text, *setting[2];
  int32_t status;
  const char *said;
} misuses[] = {
  { NULL, NULL, { 0 }, SOCCA_E_INPUT, "neither a fit file nor its text" },
  { "nosuch.yaml", NULL, { 0 }, SOCCA_E_INPUT, "nosuch.yaml: no such file" },
  { ".", NULL, { 0 }, SOCCA_E_INPUT, "directory" },
  { "", NULL, { 0 }, SOCCA_E_INPUT, "no such file" },
  { NULL, "", { 0 }, SOCCA_E_INPUT, "there are no components" },
  { NULL, "[", { 0 }, SOCCA_E_INPUT, "<text>:2:1: expected a value" },
  { NULL, "\xff\xfe\x01", { 0 }, SOCCA_E_INPUT, "not UTF-8" },
  { NULL,
    "image: {file: none.fits}\ncomponents: {}\n",
    { 0 },
    SOCCA_E_INPUT,
    "'none.fits': no such" },
  { "far/fit.yaml",
    "image: {file: none.fits}\ncomponents: {}\n",
    { 0 },
    SOCCA_E_INPUT,
    "far/none.fits': no such" },
  { NULL,
    document,
    { "pool=mp:2", "ncores=2" },
    SOCCA_E_INPUT,
    "cannot specify both ncores and pool" },
  { NULL,
    document,
    { "outptu=x" },
    SOCCA_E_INPUT,
    "unknown setting 'outptu'; did you mean 'output'" },
  { NULL, document, { "" }, SOCCA_E_INPUT, "unknown setting ''" },
  { NULL, document, { "=" }, SOCCA_E_INPUT, "unknown setting ''" },
  { NULL, document, { "--seed=1" }, SOCCA_E_INPUT, "unknown setting '--seed'" },
  { NULL, document, { "seed" }, SOCCA_E_INPUT, "seed needs a value" },
  { NULL, document, { "seed=-1" }, SOCCA_E_INPUT, "seed=-1" },
  { NULL, document, { "force=maybe" }, SOCCA_E_INPUT, "force=maybe: true or false" },
  { NULL, document, { "set" }, SOCCA_E_INPUT, "set needs a value" },
  { NULL, document, { "set=" }, SOCCA_E_INPUT, "KEY=VALUE" },
  { NULL, document, { "set=n_bath=3" }, SOCCA_E_INPUT, "set=n_bath=3: " },
  { NULL, document, { "messages" }, SOCCA_E_INPUT, "messages=" },
  { NULL, document, { "progress=loud" }, SOCCA_E_INPUT, "progress=loud" },
  { NULL, document, { "method=nosuch" }, SOCCA_E_PLUGIN, "unknown sampler 'nosuch'" },
  { NULL, document, { "method=/nosuch.so" }, SOCCA_E_PLUGIN, "/nosuch.so" },
  { NULL, document, { "pool=mp:0" }, SOCCA_E_INPUT, "pool: workers of mp" },
  { NULL, document, { "pool=" }, SOCCA_E_INPUT, "pool" },
  { NULL, document, { "output=nowhere/x.nc" }, SOCCA_E_INPUT, "no folder 'nowhere/'" },
  { NULL,
    document,
    { "output=same", "checkpoint=./same" },
    SOCCA_E_INPUT,
    "cannot both be written" },
};

START_TEST(misused)
{
  const struct misuse *m = &misuses[_i];
  const char *settings[] = { "output=", "checkpoint=", m->setting[0], m->setting[1] };
  size_t n = m->setting[1] ? 4 : m->setting[0] ? 3 : 2;
  socca_fitter *f = NULL;
  int32_t s = socca_fitter_open(m->file, m->text, settings, n, &f);
  const char *said = socca_fitter_error(f);
  ck_assert_msg(s == m->status, "%s: %d: %s", m->said, (int)s, said);
  ck_assert_msg(strstr(said, m->said) != NULL, "%s: %s", m->said, said);
  ck_assert_int_eq(socca_fitter_run(f), m->status); /* goes no further */
  ck_assert_msg(strstr(socca_fitter_error(f), m->said) != NULL, "%s", socca_fitter_error(f));
  ck_assert_int_eq(socca_fitter_exit_status(f), m->status == SOCCA_E_PLUGIN ? 4 : 2);
  ck_assert_int_eq(socca_fitter_use_pool(f, &pool_mp_LTX_socca_plugin, f), m->status);
  ck_assert_uint_eq(socca_fitter_rank(f) + socca_fitter_workers(f), 0);
  socca_fitter_close(f);
}
END_TEST

START_TEST(null_arguments)
{
  static const char *const holes[] = { "output=", NULL };
  socca_fitter *f = NULL;
  ck_assert_int_eq(socca_fitter_open(NULL, document, holes, 1, NULL), SOCCA_E_INPUT);
  ck_assert_int_eq(socca_fitter_open(NULL, document, holes, 2, &f), SOCCA_E_INPUT);
  ck_assert_str_eq(socca_fitter_error(f), "one of the settings is NULL");
  socca_fitter_close(f);
  ck_assert_int_eq(socca_fitter_open(NULL, document, NULL, 3, &f), SOCCA_E_INPUT);
  ck_assert_str_eq(socca_fitter_error(f), "3 settings, but no list of them");
  socca_fitter_close(f);
  ck_assert_int_eq(socca_fitter_open(NULL, document, holes, SIZE_MAX, &f), SOCCA_E_INPUT);
  socca_fitter_close(f);
  ck_assert_int_eq(socca_fitter_open(NULL, document, NULL, 0, &f), 0);
  socca_fitter_close(f);
  ck_assert_int_lt(socca_fitter_run(NULL), 0);
  ck_assert_int_lt(socca_fitter_write(NULL, "x"), 0);
  ck_assert_int_lt(socca_fitter_write_csv(NULL, "x"), 0);
  ck_assert_int_lt(socca_fitter_print(NULL), 0);
  ck_assert_int_lt(socca_fitter_use_pool(NULL, NULL, NULL), 0);
  ck_assert_ptr_null(socca_fitter_team(NULL));
  ck_assert_ptr_null(socca_fitter_warning(NULL, 0));
  ck_assert_ptr_null(socca_fitter_name(NULL, 0));
  ck_assert_ptr_null(socca_fitter_unit(NULL, 0));
  ck_assert_ptr_null(socca_fitter_kind(NULL, 0));
  ck_assert_ptr_null(socca_fitter_samples(NULL));
  ck_assert_ptr_null(socca_fitter_weights(NULL));
  ck_assert_ptr_null(socca_fitter_logw(NULL));
  ck_assert_ptr_null(socca_fitter_loglike(NULL));
  ck_assert_ptr_null(socca_fitter_text(NULL, "method"));
  ck_assert(isnan(socca_fitter_number(NULL, "logz")));
  ck_assert_uint_eq(socca_fitter_draws(NULL) + socca_fitter_columns(NULL), 0);
  ck_assert_uint_eq(socca_fitter_rank(NULL) + socca_fitter_workers(NULL), 0);
  ck_assert_int_eq(socca_fitter_exit_status(NULL), 1);
  ck_assert_str_ne(socca_fitter_error(NULL), "");
  socca_fitter_close(NULL);
}
END_TEST

static void no_result(socca_fitter *f)
{
  ck_assert_uint_eq(socca_fitter_draws(f) + socca_fitter_columns(f), 0);
  ck_assert_ptr_null(socca_fitter_samples(f));
  ck_assert_ptr_null(socca_fitter_loglike(f));
  ck_assert_ptr_null(socca_fitter_unit(f, 0));
  ck_assert_ptr_null(socca_fitter_text(f, "digest"));
  ck_assert(isnan(socca_fitter_number(f, "logz")));
}

static void unwritten(socca_fitter *f, int32_t status, const char *why)
{
  ck_assert_int_eq(status, SOCCA_E_INPUT);
  ck_assert_msg(strstr(socca_fitter_error(f), why) != NULL, "%s", socca_fitter_error(f));
}

START_TEST(out_of_turn)
{
  socca_fitter *f = open_fit("getzprior", 0);
  no_result(f);
  unwritten(f, socca_fitter_print(f), "there is no result");
  unwritten(f, socca_fitter_write(f, "x.nc"), "there is no result");
  ck_assert_int_eq(socca_fitter_exit_status(f), 2);
  socca_fitter_close(f);
  f = open_fit("getzprior", 0);
  ck_assert_int_eq(socca_fitter_run(f), 0);
  size_t n = socca_fitter_draws(f);
  ck_assert_uint_gt(n, 0);
  ck_assert(isnan(socca_fitter_number(f, "nosuch")) && isnan(socca_fitter_number(f, NULL)));
  ck_assert_ptr_null(socca_fitter_text(f, NULL));
  ck_assert_ptr_null(socca_fitter_name(f, 2));
  ck_assert_ptr_null(socca_fitter_team(f));
  ck_assert_str_eq(socca_fitter_error(f), "");
  unwritten(f, socca_fitter_write(f, NULL), "the name of the file to be written is empty");
  unwritten(f, socca_fitter_write_csv(f, ""), "the name of the file to be written is empty");
  ck_assert_int_eq(socca_fitter_write(f, "no/such/x.nc"), SOCCA_E_IO);
  ck_assert_int_eq(socca_fitter_write_csv(f, "no/such/x.csv"), SOCCA_E_IO);
  ck_assert_ptr_nonnull(strstr(socca_fitter_error(f), "no/such/x.csv"));
  unwritten(f, socca_fitter_use_pool(f, &pool_mp_LTX_socca_plugin, f), "once, before the run");
  ck_assert_int_lt(socca_fitter_run(f), 0);
  ck_assert_ptr_nonnull(strstr(socca_fitter_error(f), "only once"));
  ck_assert_uint_eq(socca_fitter_draws(f), n); /* the result stays */
  socca_fitter_close(f);
}
END_TEST

/* print() writes to standard output: looked at in a file */
START_TEST(comparison)
{
  for (int with = 0; with < 2; with++) {
    char line[256];
    int found = 0;
    socca_fitter *f = open_fit(with ? "getzprior=true" : "getzprior=false", 0);
    ck_assert_int_eq(socca_fitter_run(f), 0);
    ck_assert_ptr_nonnull(freopen("embed_summary.txt", "w+", stdout));
    ck_assert_int_eq(socca_fitter_print(f), 0);
    rewind(stdout);
    while (fgets(line, sizeof line, stdout))
      found += strstr(line, "comparison with the null") != NULL;
    ck_assert_int_eq(found, with);
    socca_fitter_close(f);
  }
  remove("embed_summary.txt");
}
END_TEST

START_TEST(inputs)
{
  FILE *out = fopen("embed_fit.yaml", "w");
  fputs(document, out);
  fclose(out);
  const char *settings[] = { "output=", "checkpoint=" };
  socca_fitter *f = NULL;
  ck_assert_int_eq(socca_fitter_open("embed_fit.yaml", NULL, settings, 2, &f), 0);
  ck_assert_int_eq(socca_fitter_run(f), 0);
  unwritten(f, socca_fitter_write(f, "./embed_fit.yaml"), "it is the fit file");
  unwritten(f, socca_fitter_write_csv(f, "embed_fit.yaml"), "it is the fit file");
  ck_assert_int_eq(socca_fitter_write_csv(f, "embed.csv"), 0);
  socca_fitter_close(f);
  remove("embed_fit.yaml");
  remove("embed.csv");
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
  tcase_add_test(c, refused_and_closed);
  tcase_add_test(c, malformed);
  tcase_add_test(c, nothing);
  tcase_add_loop_test(c, misused, 0, (int)(sizeof misuses / sizeof *misuses));
  tcase_add_test(c, null_arguments);
  tcase_add_test(c, out_of_turn);
  tcase_add_test(c, comparison);
  tcase_add_test(c, inputs);
  suite_add_tcase(s, c);
  return run_suite(s);
}
