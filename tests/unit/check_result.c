/* SPDX-License-Identifier: BSD-3-Clause */
/* Results on disk: what was written comes back; damage, full disks and files of other kinds are noticed. */
#include "config.h"
#include "outcome_fixture.h"
#include "run_suite.h"
#include <base/file.h>
#include <maths/philox.h>
#include <result/result_private.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* The libraries lose memory over files that they find damaged. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
  return "leak:libnetcdf\nleak:libhdf5\n";
}

static fixture f;
static char folder[] = "check_result.XXXXXX";

static void setup(void)
{
  char where[4096];
  const char *build = getenv("SOCCA_BUILD");
  if (!getenv("SOCCA_PRIVATE_PATH") && build) {
    snprintf(where, sizeof where, "%s/.libs", build);
    setenv("SOCCA_PRIVATE_PATH", where, 1);
  }
  fixture_open(&f);
  memcpy(strchr(folder, '.') + 1, "XXXXXX", 6);
  ck_assert_ptr_nonnull(mkdtemp(folder));
  ck_assert_int_eq(chdir(folder), 0);
}

static void teardown(void)
{
  static const char *const name[] = { "r.nc", "r.nc.1", "s.nc", "d.nc" };
  for (size_t i = 0; i < 4; i++) unlink(name[i]);
  ck_assert_int_eq(chdir(".."), 0);
  ck_assert_int_eq(rmdir(folder), 0);
  fixture_close(&f);
}

static socca_outcome *build(void)
{
  socca_outcome *o;
  ck_assert_int_eq(fixture_build(&f, &o), 0);
  return o;
}

static const double *values(const socca_outcome *o, const char *group, const char *name, size_t n)
{
  const socca_item *i = socca_outcome_find(o, group, name, NULL);
  ck_assert_msg(i && i->type == SOCCA_F64, "no %s/%s", group, name);
  ck_assert_uint_eq(i->n, n);
  return i->data;
}

static double attribute(const socca_outcome *o, const char *name)
{
  return socca_items_get_real(socca_outcome_attributes(o), name, -1);
}

static char *slurp(const char *path, size_t *n)
{
  char *data;
  ck_assert_int_eq(socca_file_read(f.journal, path, 1 << 24, &data, n), 0);
  return data;
}

static void write_to(const socca_outcome *o, const char *path)
{
  ck_assert_int_eq(socca_outcome_write(f.journal, o, path, 1), 0);
}

START_TEST(round_trip)
{
  static char text[200001];
  memset(text, 'x', 200000); /* more than an attribute in the object header could take */
  fixture_weighted(&f);
  socca_items_text(f.attributes, "fit_file", text);
  socca_items_text(f.attributes, "a/b:c d", "an odd name");
  socca_outcome *o = build(), *back;
  char a[33], b[33];
  write_to(o, "r.nc");
  ck_assert_int_eq(socca_outcome_read(f.journal, "r.nc", &back), 0);
  ck_assert_ptr_null(socca_journal_warning(f.journal, 0));
  socca_outcome_digest(o, a);
  socca_outcome_digest(back, b);
  ck_assert_str_eq(a, b);
  ck_assert_str_eq(socca_items_get_text(socca_outcome_run(back), "digest"), a);
  ck_assert_str_eq(socca_items_get_text(socca_outcome_attributes(back), "fit_file"), text);
  ck_assert_str_eq(socca_items_get_text(socca_outcome_attributes(back), "a_b_c_d"), "an odd name");
  ck_assert_uint_eq(socca_outcome_rows(back), socca_outcome_rows(o));
  for (size_t i = 0; i < socca_outcome_rows(o); i++) {
    const socca_summary_row *p = socca_outcome_row(o, i), *q = socca_outcome_row(back, i);
    ck_assert_str_eq(p->name, q->name);
    ck_assert_str_eq(p->unit, q->unit);
    ck_assert_mem_eq(&p->median, &q->median, 5 * sizeof(double));
    ck_assert_int_eq(p->free, q->free);
    ck_assert_double_eq(p->edge_lower, q->edge_lower);
  }
  ck_assert_str_eq(socca_outcome_find(back, "observed_data", "image", "dims")->data,
                   "image_dim_0 image_dim_1");
  ck_assert_double_eq(*values(back, "constant_data", "host.ns", 1), 1);
  ck_assert_double_eq(attribute(back, "logz_shells"), -4990.25);
  values(back, "sampler", "shells", 3);
  socca_outcome_free(o);
  socca_outcome_free(back);
}
END_TEST

/* Two runs alike leave files alike, the former one is kept, and the fingerprint is found. */
START_TEST(files)
{
  char print[64];
  size_t n, m;
  fixture_weighted(&f);
  socca_outcome *o = build(), *p = build();
  write_to(o, "r.nc");
  write_to(p, "s.nc");
  char *a = slurp("r.nc", &n), *b = slurp("s.nc", &m);
  ck_assert_uint_eq(n, m);
  ck_assert_mem_eq(a, b, n);
  free(b);
  socca_outcome_free(p);
  socca_items_real(f.run, "seconds", 1);
  p = build();
  write_to(p, "r.nc");
  b = slurp("r.nc.1", &m);
  ck_assert_uint_eq(n, m);
  ck_assert_mem_eq(a, b, n);
  free(a);
  free(b);
  socca_outcome_free(o);
  socca_outcome_free(p);
  ck_assert_int_eq(socca_result_fingerprint(f.journal, "r.nc", print, sizeof print), 0);
  ck_assert_str_eq(print, "0123456789abcdef");
  ck_assert_int_eq(socca_result_fingerprint(f.journal, "r.nc", print, 8), 0);
  ck_assert_str_eq(print, ""); /* not cut */
  FILE *other = fopen("s.nc", "w");
  fputs("something else\n", other);
  fclose(other);
  ck_assert_int_eq(socca_result_fingerprint(f.journal, "s.nc", print, sizeof print), 0);
  ck_assert_str_eq(print, "");
  ck_assert_uint_eq(socca_journal_errors(f.journal), 0);
}
END_TEST

START_TEST(disk_full)
{
  size_t n, m;
  fixture_weighted(&f);
  socca_outcome *o = build();
  write_to(o, "r.nc");
  char *a = slurp("r.nc", &n), *b;
  signal(SIGXFSZ, SIG_IGN);
  const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
  for (rlim_t most = 0; most < n; most += 50000) {
    const struct rlimit small = { most, RLIM_INFINITY };
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    ck_assert_int_eq(socca_outcome_write(f.journal, o, "r.nc", 1), SOCCA_E_IO);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &all), 0);
    b = slurp("r.nc", &m);
    ck_assert_uint_eq(n, m);
    ck_assert_mem_eq(a, b, n);
    free(b);
  }
  ck_assert_int_ne(access("r.nc.1", F_OK), 0);
  ck_assert_int_eq(socca_outcome_write(f.journal, o, "absent/r.nc", 1), SOCCA_E_IO);
  free(a);
  socca_outcome_free(o);
}
END_TEST

static void dump(const char *path, const char *data, size_t n)
{
  FILE *s = fopen(path, "wb");
  ck_assert_uint_eq(fwrite(data, 1, n, s), n);
  ck_assert_int_eq(fclose(s), 0);
}

/* Damage anywhere: an error or at least a warning, never the wrong numbers in silence, never a crash. */
START_TEST(damage)
{
  fixture_chains(&f, 2, 20);
  socca_outcome *o = build(), *back;
  write_to(o, "r.nc");
  size_t n, silent = 0;
  char *data = slurp("r.nc", &n), want[33], got[33];
  socca_outcome_digest(o, want);
  for (uint64_t i = 0; i < 200; i++) {
    double u[2];
    socca_philox_uniform(7, 7, i, 2, u);
    size_t at = (size_t)(u[0] * (double)n), warnings = 0;
    while (!data[at]) at = (at + 1) % n; /* most zeros are gaps */
    char was = data[at];
    data[at] = (char)(was ^ (1 << (int)(u[1] * 8)));
    dump("d.nc", data, i % 4 ? n : at);
    socca_journal *j = socca_journal_new("test", SOCCA_LOG_WARN);
    socca_journal_set_silent(j, 1);
    socca_status s = socca_outcome_read(j, "d.nc", &back);
    while (socca_journal_warning(j, warnings)) warnings++;
    if (s) {
      ck_assert_int_eq(s, SOCCA_E_INPUT);
      ck_assert_uint_eq(socca_journal_errors(j), 1);
    } else {
      socca_outcome_digest(back, got);
      ck_assert(warnings || strcmp(want, got) == 0);
      silent += !warnings;
      socca_outcome_free(back);
    }
    socca_journal_free(j);
    data[at] = was;
  }
  ck_assert_uint_lt(silent, 100); /* bytes that mean nothing: gaps, and the group `run` */
  free(data);
  socca_outcome_free(o);
}
END_TEST

START_TEST(no_result)
{
  socca_outcome *o;
  dump("d.nc", "", 0);
  ck_assert_int_eq(socca_outcome_read(f.journal, "d.nc", &o), SOCCA_E_INPUT);
  ck_assert_str_eq(socca_journal_error(f.journal, 0), "d.nc: not a NetCDF-4 file");
  ck_assert_int_eq(socca_outcome_read(f.journal, "absent", &o), SOCCA_E_INPUT);
  ck_assert_int_eq(socca_outcome_read(f.journal, ".", &o), SOCCA_E_INPUT);
  ck_assert_uint_eq(socca_journal_errors(f.journal), 3);
}
END_TEST

/* Structure that a file may have though no run of ours writes it. */
START_TEST(nonsense)
{
  static const struct {
    const char *name, *why;
  } t[] = { { "posterior/chain", "group 'posterior' has no draws" },
            { "sample_stats/log_likelihood", "group 'sample_stats' lacks 'log_likelihood'" },
            { "weighted/weights", "group 'weighted' is incomplete" },
            { "weighted/parameter", "group 'weighted' has other parameters" } };
  fixture_weighted(&f);
  for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
    socca_outcome *o = build();
    socca_table table;
    const char *why;
    socca_items_value(o->data, t[i].name, i == 3 ? SOCCA_BYTES : SOCCA_F64, 0, NULL);
    ck_assert_int_eq(socca_outcome_table(o, &table, &why), SOCCA_E_INPUT);
    ck_assert_str_eq(why, t[i].why);
    socca_outcome_free(o);
  }
  socca_outcome *o = build();
  socca_items_integer(o->attributes, "socca_result", 2);
  write_to(o, "r.nc");
  socca_outcome *back;
  ck_assert_int_eq(socca_outcome_read(f.journal, "r.nc", &back), SOCCA_E_INPUT);
  ck_assert_str_eq(socca_journal_error(f.journal, 0), "r.nc: written by a newer version of socca");
  socca_outcome_free(o);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("result");
  TCase *t = tcase_create("result");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_set_timeout(t, 120);
  tcase_add_test(t, round_trip);
  tcase_add_test(t, files);
  tcase_add_test(t, disk_full);
  tcase_add_test(t, damage);
  tcase_add_test(t, no_result);
  tcase_add_test(t, nonsense);
  suite_add_tcase(s, t);
  return run_suite(s);
}
