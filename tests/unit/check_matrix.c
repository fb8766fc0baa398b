/* SPDX-License-Identifier: BSD-3-Clause */
/* The documented table from what plugins declare, and properties of the rule itself. */
#include "config.h"
#include "plugin_dir.h"
#include "run_suite.h"
#include <maths/philox.h>
#include <plugin/fault.h>
#include <plugin/matrix.h>

static socca_journal *journal;

static void setup(void)
{
  journal = socca_journal_new("test", SOCCA_LOG_ERROR);
  socca_journal_set_silent(journal, 1);
  enter_folder();
}

static void teardown(void)
{
  leave_folder();
  socca_journal_free(journal);
}

static const socca_meta serial = {
  .size = sizeof serial, .kind = SOCCA_KIND_POOL, .module = "core", .name = "serial"
};
static const socca_plugin serial_plugin = { SOCCA_MAGIC, sizeof serial_plugin, &serial, NULL, 0 };

START_TEST(documented_table)
{
  static const struct {
    const char *sampler, *pool, *use, *text, *bit;
  } t[] = {
    { "nautilus", "serial", "yes", "", "" },
    { "nautilus", "mp", "yes", "", "" },
    { "nautilus", "mpi", "yes", "", "" },
    { "dynesty", "serial", "yes", "", "" },
    { "dynesty", "mp", "yes", "", "" },
    { "dynesty", "mpi", "advice",
      "Dynesty might not benefit from MPI parallelization due to its sequential point proposal. "
      "Consider using --method=nautilus for MPI runs.",
      "shuns pool RANKS: its workers are ranks of an MPI job" },
    { "numpyro_nuts", "serial", "yes", "", "" },
    { "numpyro_nuts", "mp", "yes", "", "" },
    { "numpyro_nuts", "mpi", "no", "numpyro_nuts does not support MPI parallelization",
      "denies pool RANKS" },
    { "optimizer", "serial", "yes", "", "" },
    { "optimizer", "mp", "no", "the optimizer runs in a single process", "denies pool WORKERS" },
    { "optimizer", "mpi", "no", "the optimizer runs in a single process", "denies pool WORKERS" },
  };
  const socca_plugin *const core[] = { &serial_plugin, NULL };
  const socca_registry_setup setup_ = { .plugin_path = ".", .core = core };
  socca_registry *r;
  put_plugin("declares_nautilus", "nautilus.so");
  put_plugin("declares_dynesty", "dynesty.so");
  put_plugin("declares_numpyro_nuts", "numpyro_nuts.so");
  put_plugin("declares_optimizer", "optimizer.so");
  put_plugin("declares_pools", "pools.so");
  ck_assert_int_eq(socca_registry_open(journal, &setup_, &r), SOCCA_OK);
  for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
    const socca_entry *s = socca_registry_find(r, SOCCA_KIND_SAMPLER, t[i].sampler);
    const socca_entry *p = socca_registry_find(r, SOCCA_KIND_POOL, t[i].pool);
    socca_verdict v;
    ck_assert(s && p);
    socca_compatible(&s->meta, &p->meta, NULL, 0, &v);
    ck_assert_str_eq(socca_use_name(v.use), t[i].use);
    ck_assert_msg(!strncmp(v.why, t[i].text, strlen(t[i].text)), "%s", v.why);
    ck_assert_ptr_nonnull(strstr(v.why, t[i].bit));
    if (v.use == SOCCA_USE_YES) ck_assert_str_eq(v.why, "");
  }
  socca_registry_close(r);
}
END_TEST

START_TEST(models)
{
  const socca_meta nuts = { .name = "nuts", .model_needs = SOCCA_MODEL_GRADIENT };
  const socca_meta fork = { .name = "mp",
                            .provides = SOCCA_POOL_WORKERS,
                            .model_denies = SOCCA_MODEL_NO_FORK };
  const socca_meta plain = { .name = "plain" };
  const socca_meta smooth = { .name = "smooth",
                              .provides = SOCCA_MODEL_GRADIENT | SOCCA_MODEL_NO_FORK };
  socca_verdict v;
  socca_compatible(&nuts, &serial, &smooth, 0, &v);
  ck_assert_int_eq(v.use, SOCCA_USE_YES);
  socca_compatible(&nuts, &serial, &plain, 0, &v);
  ck_assert_int_eq(v.use, SOCCA_USE_NO);
  ck_assert_str_eq(v.why, "nuts needs a model with GRADIENT (has exact gradients)");
  socca_compatible(&nuts, &serial, &smooth, SOCCA_MODEL_GRADIENT, &v);
  ck_assert_str_eq(v.why, "nuts needs a model with GRADIENT (has exact gradients), which this fit "
                          "file does not give");
  socca_compatible(&plain, &fork, &smooth, 0, &v);
  ck_assert_str_eq(v.why,
                   "mp cannot use a model with NO_FORK (cannot be used in forked processes)");
  socca_compatible(&plain, &fork, &smooth, SOCCA_MODEL_NO_FORK, &v);
  ck_assert_int_eq(v.use, SOCCA_USE_YES);
}
END_TEST

static socca_meta random_meta(uint64_t index)
{
  double x[6];
  socca_philox_uniform(1, 2, index, 6, x);
  socca_meta m = { .name = "any" };
  m.provides = (uint32_t)(x[0] * 8);
  m.pool_needs = (uint32_t)(x[1] * 8) & (uint32_t)(x[5] * 8);
  m.pool_denies = (uint32_t)(x[2] * 8) & ~m.pool_needs;
  m.pool_shuns = (uint32_t)(x[3] * 8);
  m.model_needs = (uint32_t)(x[4] * 16) & 5u;
  return m;
}

/* The verdict is what the sets say; providing more never turns a yes into a no unless it is denied. */
START_TEST(rule)
{
  for (uint64_t i = 0; i < 20000; i++) {
    socca_meta s = random_meta(3 * i), p = random_meta(3 * i + 1), m = random_meta(3 * i + 2);
    p.pool_needs = p.pool_denies = p.pool_shuns = m.pool_needs = m.pool_denies = m.pool_shuns = 0;
    int no = (s.pool_needs & ~p.provides) || (s.pool_denies & p.provides) ||
             ((s.model_needs | p.model_needs) & ~m.provides);
    int shunned = (s.pool_shuns & p.provides) != 0;
    socca_verdict v, w;
    socca_compatible(&s, &p, &m, 0, &v);
    ck_assert_int_eq(v.use, no ? SOCCA_USE_NO : shunned ? SOCCA_USE_ADVICE : SOCCA_USE_YES);
    ck_assert_int_eq(v.why[0] == '\0', v.use == SOCCA_USE_YES);
    socca_meta more = p;
    more.provides |= SOCCA_POOL_ISOLATES;
    socca_compatible(&s, &more, &m, 0, &w);
    if (v.use != SOCCA_USE_NO && !(s.pool_denies & SOCCA_POOL_ISOLATES))
      ck_assert_int_ne(w.use, SOCCA_USE_NO);
  }
}
END_TEST

/* The tables of the manual are the lists of <socca/caps.h> and fault.h. */
START_TEST(documentation)
{
  char path[4200];
  snprintf(path, sizeof path, "%s/doc/plugins.md", getenv("SOCCA_SOURCE"));
  bytes doc = read_bytes(path);
  doc.s[doc.n] = '\0';
  for (uint32_t kind = SOCCA_KIND_SAMPLER; kind <= SOCCA_KIND_MODEL; kind++) {
    const char *name, *text;
    uint32_t bit;
    for (size_t i = 0; (name = socca_cap_name(kind, i, &bit, &text)); i++) {
      char line[200];
      snprintf(line, sizeof line, "| %s | `%s` | %u | %s |", socca_kind_name(kind), name, bit,
               text);
      ck_assert_msg(strstr((char *)doc.s, line) != NULL, "doc/plugins.md lacks: %s", line);
    }
  }
#define CODE(code, text)                                                                           \
  ck_assert_msg(strstr((char *)doc.s, "| `" #code "` | " text " |") != NULL, "%s", #code);
  SOCCA_FAULTS(CODE)
  free(doc.s);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("matrix");
  TCase *t = tcase_create("matrix");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_test(t, documented_table);
  tcase_add_test(t, models);
  tcase_add_test(t, rule);
  tcase_add_test(t, documentation);
  suite_add_tcase(s, t);
  return run_suite(s);
}
