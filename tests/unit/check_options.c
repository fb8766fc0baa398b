/* SPDX-License-Identifier: BSD-3-Clause */
/* Option tables and pool specifications. */
#include "config.h"
#include "run_suite.h"
#include <config/options.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct values {
  int64_t n_live, n_chains;
  double n_eff, fraction;
  int64_t discard;
  const char *mode, *label;
} values;

#define AT(field) offsetof(values, field)
static const socca_option table[] = {
  { "n_live", "nlive live_points", SOCCA_OPT_INT, 0, AT(n_live), "1000", "[1,inf)", "", { 0 } },
  { "n_chains", NULL, SOCCA_OPT_INT, SOCCA_OPT_WORKERS, AT(n_chains), "4", "[1,64]", "", { 0 } },
  { "n_eff", NULL, SOCCA_OPT_REAL, SOCCA_OPT_LIMIT, AT(n_eff), "1e4", "(0,inf)", "", { 0 } },
  { "fraction", "f_live", SOCCA_OPT_REAL, 0, AT(fraction), NULL, "(-1,0.5]", "", { 0 } },
  { "discard", NULL, SOCCA_OPT_BOOL, 0, AT(discard), "true", NULL, "", { 0 } },
  { "mode", NULL, SOCCA_OPT_TEXT, 0, AT(mode), "isolate", "isolate|help", "", { 0 } },
  { "label", NULL, SOCCA_OPT_TEXT, 0, AT(label), NULL, NULL, "", { 0 } },
  { .name = NULL },
};

static socca_journal *journal;
static socca_options *o;

static void setup(void)
{
  journal = socca_journal_new("test", SOCCA_LOG_WARN);
  o = socca_options_new(journal, "nautilus", table, sizeof(values), 8);
  ck_assert_ptr_nonnull(o);
}

static void teardown(void)
{
  socca_options_free(o);
  socca_journal_free(journal);
}

static const values *get(void)
{
  return socca_options_struct(o);
}

START_TEST(defaults)
{
  char text[40];
  const values *v = get();
  ck_assert(v->n_live == 1000 && v->n_chains == 8 && v->n_eff == 1e4 && v->fraction == 0);
  ck_assert(v->discard == 1 && strcmp(v->mode, "isolate") == 0 && !v->label);
  ck_assert_uint_eq(socca_options_count(o), 7);
  ck_assert_str_eq(socca_options_row(o, 2)->name, "n_eff");
  ck_assert_ptr_null(socca_options_row(o, 7));
  static const char *const shown[] = { "1000", "8", "10000", "0", "true", "isolate", "" };
  for (size_t i = 0; i < 7; i++) {
    socca_options_value(o, i, text, sizeof text);
    ck_assert_str_eq(text, shown[i]);
    ck_assert_int_eq(socca_options_is_set(o, i), 0);
  }
}
END_TEST

START_TEST(sets)
{
  static const char *const pairs[][2] = { { "nlive", "50" },      { "n_chains", "3e1" },
                                          { "n_eff", "2.5" },     { "f_live", "0.5" },
                                          { "discard", "false" }, { "mode", "help" },
                                          { "label", "a b" },     { "n_live", "60" } };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    ck_assert_int_eq(socca_options_set(o, "-o", pairs[i][0], pairs[i][1]), SOCCA_OK);
  const values *v = get();
  ck_assert(v->n_live == 60 && v->n_chains == 30 && v->n_eff == 2.5 && v->fraction == 0.5);
  ck_assert(v->discard == 0 && strcmp(v->mode, "help") == 0 && strcmp(v->label, "a b") == 0);
  for (size_t i = 0; i < 7; i++) ck_assert_int_eq(socca_options_is_set(o, i), 1);
}
END_TEST

static const struct {
  const char *key, *value, *message;
} wrong[] = {
  { "nlives", "1", "-o: unknown option 'nlives' of nautilus; did you mean 'nlive'?" },
  { "zzzzzzzz", "1", "-o: nautilus has no option 'zzzzzzzz'; socca-run --options lists all" },
  { "", "1", "-o: nautilus has no option ''; socca-run --options lists all" },
  { "live_point", "1", "-o: unknown option 'live_point' of nautilus; did you mean 'live_points'?" },
  { "n_live", "0", "-o: n_live of nautilus must be in [1,inf), not '0'" },
  { "n_live", "1.5", "-o: n_live of nautilus must be a whole number, not '1.5'" },
  { "n_live", "1e300", "-o: n_live of nautilus must be a whole number, not '1e300'" },
  { "n_live", "", "-o: n_live of nautilus must be a whole number, not ''" },
  { "n_chains", "65", "-o: n_chains of nautilus must be in [1,64], not '65'" },
  { "n_eff", "0", "-o: n_eff of nautilus must be in (0,inf), not '0'" },
  { "n_eff", "inf", "-o: n_eff of nautilus must be in (0,inf), not 'inf'" },
  { "n_eff", "nan", "-o: n_eff of nautilus must be a number, not 'nan'" },
  { "n_eff", "1x", "-o: n_eff of nautilus must be a number, not '1x'" },
  { "fraction", "-1", "-o: fraction of nautilus must be in (-1,0.5], not '-1'" },
  { "fraction", "0.6", "-o: fraction of nautilus must be in (-1,0.5], not '0.6'" },
  { "discard", "yes", "-o: discard of nautilus must be true or false, not 'yes'" },
  { "mode", "hel", "-o: mode of nautilus must be isolate|help, not 'hel'" },
  { "mode", "", "-o: mode of nautilus must be isolate|help, not ''" },
};

START_TEST(messages)
{
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ck_assert_int_eq(socca_options_set(o, "-o", wrong[i].key, wrong[i].value), SOCCA_E_INPUT);
    ck_assert_str_eq(socca_journal_error(journal, i), wrong[i].message);
  }
  for (size_t i = 0; i < 7; i++) ck_assert_int_eq(socca_options_is_set(o, i), 0);
}
END_TEST

START_TEST(from_a_node)
{
  static const char *const except[] = { "method", "seed", NULL };
  socca_tree *t;
  const char *text =
      "{method: nautilus, seed: 1, nlive: 7, n_live: 8, n_eff: [1], sed: 3, mode: x}";
  ck_assert_int_eq(socca_tree_parse(journal, "f", text, strlen(text), &t), SOCCA_OK);
  ck_assert_int_eq(socca_options_from_node(o, socca_tree_root(t), except), SOCCA_E_INPUT);
  ck_assert_int_eq(get()->n_live, 7);
  static const char *const said[] = {
    "f:1:47: n_live is given twice, the second time as 'n_live'",
    "f:1:57: n_eff needs a single value",
    "f:1:62: unknown option 'sed' of nautilus; did you mean 'seed'?",
    "f:1:76: mode of nautilus must be isolate|help, not 'x'",
  };
  for (size_t i = 0; i < 4; i++) ck_assert_str_eq(socca_journal_error(journal, i), said[i]);
  ck_assert_uint_eq(socca_journal_errors(journal), 4);
  ck_assert_int_eq(socca_options_from_node(o, NULL, except), SOCCA_OK);
  socca_tree_free(t);
}
END_TEST

/* Tables of third parties may be wrong. */
START_TEST(faulty_tables)
{
  const socca_option outside[] = { { .name = "a", .type = SOCCA_OPT_INT, .offset = sizeof(values) },
                                   { .name = NULL } };
  const socca_option type[] = { { .name = "a", .type = 9 }, { .name = NULL } };
  const socca_option fallback[] = { { .name = "a", .type = SOCCA_OPT_INT, .fallback = "many" },
                                    { .name = NULL } };
  ck_assert_ptr_null(socca_options_new(journal, "x", outside, sizeof(values), 1));
  ck_assert_ptr_null(socca_options_new(journal, "x", type, sizeof(values), 1));
  ck_assert_ptr_null(socca_options_new(journal, "x", fallback, sizeof(values), 1));
  ck_assert_int_eq(socca_journal_status(journal), SOCCA_E_PLUGIN);
  socca_options *none = socca_options_new(journal, "x", NULL, 0, 1);
  ck_assert_ptr_nonnull(none);
  ck_assert_int_eq(socca_options_set(none, "-o", "a", "1"), SOCCA_E_INPUT);
  ck_assert_str_eq(socca_journal_error(journal, 2), "-o: x has no option 'a', nor any other");
  socca_options_free(none);
}
END_TEST

typedef struct pool_values {
  int64_t workers;
  double timeout;
  const char *mode;
} pool_values;
static const socca_option pool[] = {
  { .name = "workers", .type = SOCCA_OPT_INT, .flags = SOCCA_OPT_WORKERS, .range = "[1,4096]" },
  { .name = "timeout", .type = SOCCA_OPT_REAL, .offset = 8, .fallback = "0", .range = "[0,inf)" },
  { .name = "mode", .type = SOCCA_OPT_TEXT, .offset = 16, .range = "isolate|help" },
  { .name = NULL },
};

START_TEST(pool_specifications)
{
  static const struct {
    const char *spec, *name, *rest;
  } good[] = {
    { "serial", "serial", NULL }, { "mp:4,mode=help,timeout=60", "mp", "4,mode=help,timeout=60" },
    { "mp", "mp", NULL },         { "4", "mp", "4" },
    { "-3", "mp", "-3" },         { "ray:head=a:b", "ray", "head=a:b" }
  };
  char name[16];
  const char *rest;
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    ck_assert_int_eq(
        socca_pool_spec_split(journal, "--pool", good[i].spec, name, sizeof name, &rest), SOCCA_OK);
    ck_assert_str_eq(name, good[i].name);
    ck_assert_pstr_eq(rest, good[i].rest);
  }
  static const char *const bad[] = { "", ":4", "mp:", "a_name_that_is_too_long" };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    ck_assert_int_eq(socca_pool_spec_split(journal, "--pool", bad[i], name, sizeof name, &rest),
                     SOCCA_E_INPUT);
  ck_assert_str_eq(socca_journal_error(journal, 2),
                   "--pool: something is missing after 'mp:': write mp:4 or mp");

  socca_options *p = socca_options_new(journal, "mp", pool, sizeof(pool_values), 2);
  const pool_values *v = socca_options_struct(p);
  ck_assert_int_eq(v->workers, 2);
  ck_assert_int_eq(socca_options_from_spec(p, "--pool", "4,mode=help,timeout=60"), SOCCA_OK);
  ck_assert(v->workers == 4 && v->timeout == 60 && strcmp(v->mode, "help") == 0);
  ck_assert_int_eq(socca_options_from_spec(p, "--pool", "mode=isolate"), SOCCA_OK);
  ck_assert_int_eq(socca_options_from_spec(p, "--pool", NULL), SOCCA_OK);
  static const char *const wrong_rest[] = {
    "0", "-3", "x", "4,5", "4,mode=helo", "4,", "mod=help"
  };
  for (size_t i = 0; i < sizeof wrong_rest / sizeof *wrong_rest; i++)
    ck_assert_int_eq(socca_options_from_spec(p, "--pool", wrong_rest[i]), SOCCA_E_INPUT);
  ck_assert_str_eq(socca_journal_error(journal, 4),
                   "--pool: workers of mp must be in [1,4096], not '0'");
  socca_options_free(p);
  ck_assert_int_eq(socca_options_from_spec(o, "--pool", "4"), SOCCA_E_INPUT);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("options");
  TCase *t = tcase_create("options");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_test(t, defaults);
  tcase_add_test(t, sets);
  tcase_add_test(t, messages);
  tcase_add_test(t, from_a_node);
  tcase_add_test(t, faulty_tables);
  tcase_add_test(t, pool_specifications);
  suite_add_tcase(s, t);
  return run_suite_as(s, CK_NOFORK);
}
