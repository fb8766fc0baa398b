/* SPDX-License-Identifier: BSD-3-Clause */
/* Paths, and files that appear whole or not at all. */
#include "config.h"
#include "run_suite.h"
#include <base/file.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static socca_journal *journal;
static char folder[] = "check_file.XXXXXX";

static void setup(void)
{
  journal = socca_journal_new("test", SOCCA_LOG_WARN);
  socca_journal_set_silent(journal, 1);
  memcpy(strchr(folder, '.') + 1, "XXXXXX", 6);
  ck_assert_ptr_nonnull(mkdtemp(folder));
  ck_assert_int_eq(chdir(folder), 0);
}

static void teardown(void)
{
  unlink("x");
  unlink("x.1");
  unlink("fifo");
  ck_assert_int_eq(chdir(".."), 0);
  rmdir(folder);
  socca_journal_free(journal);
}

static socca_status put(const char *text, int keep)
{
  socca_output *o;
  socca_status s = socca_output_open(journal, "x", &o);
  if (s) return s;
  fputs(text, socca_output_stream(o));
  return socca_output_commit(o, keep);
}

static void expect(const char *path, const char *text)
{
  char *data;
  size_t n;
  ck_assert_int_eq(socca_file_read(journal, path, 1 << 20, &data, &n), SOCCA_OK);
  ck_assert_str_eq(data, text);
  free(data);
}

START_TEST(resolve)
{
  char out[64];
  setenv("HOME", "/home/me", 1);
  static const char *const t[][3] = {
    { "/a/fit.yaml", "x.fits", "/a/x.fits" }, { "fit.yaml", "x.fits", "x.fits" },
    { "d/fit.yaml", "x.fits", "d/x.fits" },   { "d/fit.yaml", "/x.fits", "/x.fits" },
    { "d/fit.yaml", "~/x", "/home/me/x" },    { "d/", "x", "d/x" },
  };
  for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
    ck_assert_int_eq(socca_path_resolve(t[i][0], t[i][1], out, sizeof out), SOCCA_OK);
    ck_assert_str_eq(out, t[i][2]);
  }
  ck_assert_int_eq(socca_path_resolve("d/", "x", out, 3), SOCCA_E_INPUT);
}
END_TEST

START_TEST(commit_and_keep)
{
  ck_assert_int_eq(put("one", 1), SOCCA_OK);
  expect("x", "one");
  ck_assert_int_eq(put("two", 1), SOCCA_OK);
  ck_assert_int_eq(put("three", 1), SOCCA_OK);
  expect("x", "three");
  expect("x.1", "two");
}
END_TEST

/* A write that fails (here: a file size limit) leaves what was there, and no temporary file. */
START_TEST(failed_write)
{
  ck_assert_int_eq(put("one", 0), SOCCA_OK);
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit old, small = { 4096, 4096 };
  getrlimit(RLIMIT_FSIZE, &old);
  small.rlim_max = old.rlim_max;
  setrlimit(RLIMIT_FSIZE, &small);
  char *big = malloc(100001);
  memset(big, 'a', 100000);
  big[100000] = '\0';
  socca_status s = put(big, 1);
  setrlimit(RLIMIT_FSIZE, &old);
  free(big);
  ck_assert_int_eq(s, SOCCA_E_IO);
  expect("x", "one");
  ck_assert_int_eq(rmdir("."), -1);
  unlink("x");
  ck_assert_int_eq(chdir(".."), 0);
  ck_assert_msg(rmdir(folder) == 0, "a temporary file was left");
  ck_assert_int_eq(mkdir(folder, 0700), 0);
  ck_assert_int_eq(chdir(folder), 0);
}
END_TEST

START_TEST(not_files)
{
  char *data;
  size_t n;
  ck_assert_int_eq(mkfifo("fifo", 0600), 0);
  ck_assert_int_eq(socca_file_read(journal, "fifo", 100, &data, &n), SOCCA_E_INPUT);
  ck_assert_int_eq(socca_file_read(journal, ".", 100, &data, &n), SOCCA_E_INPUT);
  ck_assert_int_eq(socca_file_check(journal, "fit.yaml:3:9", "missing"), SOCCA_E_INPUT);
  ck_assert_str_eq(socca_journal_error(journal, 0), "fifo: is a FIFO, a regular file is needed");
  ck_assert_str_eq(socca_journal_error(journal, 2), "fit.yaml:3:9: missing: no such file");
  ck_assert_int_eq(put("0123456789", 0), SOCCA_OK);
  ck_assert_int_eq(socca_file_read(journal, "x", 9, &data, &n), SOCCA_E_INPUT);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("file");
  TCase *t = tcase_create("file");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_test(t, resolve);
  tcase_add_test(t, commit_and_keep);
  tcase_add_test(t, failed_write);
  tcase_add_test(t, not_files);
  suite_add_tcase(s, t);
  return run_suite(s);
}
