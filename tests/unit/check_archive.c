/* SPDX-License-Identifier: BSD-3-Clause */
/* Checkpoints: what was stored comes back; damage, other writers and full disks are noticed. */
#include "config.h"
#include "run_suite.h"
#include <base/file.h>
#include <base/hash.h>
#include <store/archive.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static socca_journal *journal;
static char folder[] = "check_archive.XXXXXX";
static double x[3] = { 1.5, -2, 1e300 };
static int64_t integer = -42;
static char text[] = "some text";

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
  static const char *const name[] = { "c", "c.1", "d" };
  for (size_t i = 0; i < 3; i++) unlink(name[i]);
  ck_assert_int_eq(chdir(".."), 0);
  ck_assert_int_eq(rmdir(folder), 0); /* nothing else was left behind */
  socca_journal_free(journal);
}

static void fill(socca_archive *a)
{
  ck_assert_int_eq(socca_archive_io(a, "x", SOCCA_F64, 3, x), 0);
  socca_archive_section(a, "sampler");
  ck_assert_int_eq(socca_archive_io(a, "x", SOCCA_I64, 1, &integer), 0);
  ck_assert_int_eq(socca_archive_io(a, "text", SOCCA_BYTES, sizeof text, text), 0);
  ck_assert_int_eq(socca_archive_io(a, "empty", SOCCA_F32, 0, NULL), 0);
}

static socca_archive *written(void)
{
  socca_archive *a = socca_archive_new(journal);
  fill(a);
  ck_assert_int_eq(socca_archive_save(a, "c"), 0);
  return a;
}

static void check_content(socca_archive *a)
{
  double y[3];
  int64_t i;
  char t[sizeof text];
  ck_assert_int_eq(socca_archive_io(a, "x", SOCCA_F64, 3, y), 0);
  ck_assert_mem_eq(y, x, sizeof x);
  ck_assert_uint_eq(socca_archive_length(a, "x"), 3);
  ck_assert_uint_eq(socca_archive_length(a, "text"), SIZE_MAX);
  socca_archive_section(a, "sampler");
  ck_assert_uint_eq(socca_archive_length(a, "text"), sizeof text);
  ck_assert_int_eq(socca_archive_io(a, "text", SOCCA_BYTES, sizeof text, t), 0);
  ck_assert_str_eq(t, text);
  ck_assert_int_eq(socca_archive_io(a, "x", SOCCA_I64, 1, &i), 0); /* against the order stored */
  ck_assert_int_eq(i, -42);
  ck_assert_int_eq(socca_archive_io(a, "empty", SOCCA_F32, 0, NULL), 0);
}

static char *slurp(const char *path, size_t *n)
{
  char *data;
  ck_assert_int_eq(socca_file_read(journal, path, 1 << 20, &data, n), 0);
  return data;
}

static void dump(const char *path, const void *data, size_t n)
{
  FILE *f = fopen(path, "wb");
  ck_assert_uint_eq(fwrite(data, 1, n, f), n);
  ck_assert_int_eq(fclose(f), 0);
}

START_TEST(round_trip)
{
  socca_archive_free(written());
  socca_archive *a;
  ck_assert_int_eq(socca_archive_load(journal, "c", &a), 0);
  ck_assert_ptr_nonnull(a);
  ck_assert_int_eq(socca_archive_loading(a), 1);
  check_content(a);
  const char *name;
  uint32_t type;
  size_t n;
  ck_assert_int_eq(socca_archive_entry(a, 1, &name, &type, &n), 1);
  ck_assert_str_eq(name, "sampler/x");
  ck_assert_uint_eq(type, SOCCA_I64);
  ck_assert_uint_eq(n, 1);
  ck_assert_int_eq(socca_archive_entry(a, 4, &name, &type, &n), 0);
  socca_archive_free(a);
}
END_TEST

/* The bytes are those that the documentation shows. */
START_TEST(layout)
{
  socca_archive *a = socca_archive_new(journal);
  ck_assert_int_eq(socca_archive_io(a, "i", SOCCA_I64, 1, &integer), 0);
  ck_assert_int_eq(socca_archive_save(a, "c"), 0);
  socca_archive_free(a);
  static const unsigned char want[] = "\x89SCK\r\n\x1a\n"
                                      "\1\0\0\0"
                                      "\1\0\0\0"
                                      "\x58\0\0\0\0\0\0\0"
                                      "\x20\0\0\0\0\0\0\0"
                                      "\3\0\0\0"
                                      "\1\0\0\0"
                                      "\1\0\0\0\0\0\0\0"
                                      "\x40\0\0\0\0\0\0\0"
                                      "i\0\0\0\0\0\0\0"
                                      "\xd6\xff\xff\xff\xff\xff\xff\xff";
  size_t n;
  char *data = slurp("c", &n);
  ck_assert_uint_eq(n, 88);
  ck_assert_mem_eq(data, want, 72);
  uint64_t digest[2], stored[2];
  socca_hash_once(want, 72, digest);
  memcpy(stored, data + 72, 16);
  ck_assert_uint_eq(stored[0], digest[1]);
  ck_assert_uint_eq(stored[1], digest[0]);
  free(data);
}
END_TEST

START_TEST(absent)
{
  socca_archive *a = NULL;
  ck_assert_int_eq(socca_archive_load(journal, "c", &a), 0);
  ck_assert_ptr_null(a);
  ck_assert_uint_eq(socca_journal_errors(journal), 0);
}
END_TEST

START_TEST(mismatch)
{
  socca_archive_free(written());
  socca_archive *a;
  double y[4];
  ck_assert_int_eq(socca_archive_load(journal, "c", &a), 0);
  ck_assert_int_eq(socca_archive_io(a, "x", SOCCA_F64, 4, y), SOCCA_E_RESUME);
  ck_assert_int_eq(socca_archive_io(a, "x", SOCCA_I64, 3, y), SOCCA_E_RESUME);
  ck_assert_int_eq(socca_archive_io(a, "y", SOCCA_F64, 3, y), SOCCA_E_RESUME);
  ck_assert_str_eq(socca_journal_error(journal, 2), "the checkpoint lacks the array 'y'");
  socca_archive_free(a);
}
END_TEST

START_TEST(misuse)
{
  socca_archive *a = socca_archive_new(journal);
  char longest[300];
  memset(longest, 'x', 299);
  longest[299] = '\0';
  ck_assert_int_eq(socca_archive_io(a, longest, SOCCA_F64, 3, x), SOCCA_E_BUG);
  ck_assert_int_eq(socca_archive_io(a, "", SOCCA_F64, 3, x), SOCCA_E_BUG);
  ck_assert_int_eq(socca_archive_io(a, "x", 77, 3, x), SOCCA_E_BUG);
  ck_assert_int_eq(socca_archive_io(a, "x", SOCCA_F64, SIZE_MAX / 8, x), SOCCA_E_NOMEM);
  ck_assert_int_eq(socca_archive_io(a, "x", SOCCA_F64, 3, x), 0);
  ck_assert_int_eq(socca_archive_io(a, "x", SOCCA_F64, 3, x), 0);
  ck_assert_int_eq(socca_archive_save(a, "c"), SOCCA_E_BUG); /* given twice */
  ck_assert_int_ne(access("c", F_OK), 0);
  socca_archive_free(a);
}
END_TEST

START_TEST(item_lists)
{
  socca_result *items = socca_items_new(journal), *back = socca_items_new(journal);
  socca_items_text(items, "model", "image");
  socca_items_value(items, "x", SOCCA_F64, 3, x);
  socca_items_text(items, "nothing", "");
  socca_archive *a = socca_archive_new(journal);
  ck_assert_int_eq(socca_archive_items(a, "identity", items), 0);
  fill(a);
  ck_assert_int_eq(socca_archive_save(a, "c"), 0);
  socca_archive_free(a);
  ck_assert_int_eq(socca_archive_load(journal, "c", &a), 0);
  ck_assert_int_eq(socca_archive_items(a, "identity", back), 0);
  ck_assert_int_eq(socca_items_compare(journal, "identity", items, back), 0);
  ck_assert_ptr_null(socca_items_at(back, 3));
  check_content(a);
  socca_archive_free(a);
  socca_items_free(items);
  socca_items_free(back);
}
END_TEST

/* Equal content, equal bytes; the one before is kept. */
START_TEST(previous)
{
  socca_archive *a = written();
  size_t n, m;
  char *first = slurp("c", &n);
  socca_archive_restart(a);
  fill(a);
  ck_assert_int_eq(socca_archive_save(a, "c"), 0);
  char *second = slurp("c", &m), *kept;
  ck_assert_uint_eq(n, m);
  ck_assert_mem_eq(first, second, n);
  free(second);
  socca_archive_restart(a);
  ck_assert_int_eq(socca_archive_save(a, "c"), 0); /* empty */
  kept = slurp("c.1", &m);
  ck_assert_uint_eq(n, m);
  ck_assert_mem_eq(first, kept, n);
  free(first);
  free(kept);
  socca_archive_free(a);
}
END_TEST

/* Every single bit of a file, and every length of it. */
START_TEST(damage)
{
  socca_archive_free(written());
  size_t n;
  unsigned char *data = (unsigned char *)slurp("c", &n);
  socca_archive *a;
  const char *why;
  for (size_t i = 0; i < 8 * n; i++) {
    data[i / 8] = (unsigned char)(data[i / 8] ^ (1 << i % 8));
    ck_assert_int_eq(socca_archive_parse(journal, data, n, &a, &why), SOCCA_E_RESUME);
    data[i / 8] = (unsigned char)(data[i / 8] ^ (1 << i % 8));
  }
  for (size_t i = 0; i < n; i++)
    ck_assert_int_eq(socca_archive_parse(journal, data, i, &a, &why), SOCCA_E_RESUME);
  ck_assert_int_eq(socca_archive_parse(journal, data, n, &a, &why), 0);
  check_content(a);
  socca_archive_free(a);
  free(data);
}
END_TEST

/* Damage below a valid checksum: what a hostile file could hold. */
START_TEST(hostile)
{
  socca_archive_free(written());
  size_t n;
  unsigned char *data = (unsigned char *)slurp("c", &n);
  socca_archive *a;
  const char *why;
  for (size_t i = 8; i < n - 16; i++)
    for (unsigned v = 0; v < 256; v += 51) {
      unsigned char was = data[i];
      data[i] = (unsigned char)v;
      uint64_t digest[2];
      socca_hash_once(data, n - 16, digest);
      memcpy(data + n - 16, &digest[1], 8);
      memcpy(data + n - 8, &digest[0], 8);
      if (!socca_archive_parse(journal, data, n, &a, &why)) {
        const char *name;
        uint32_t type;
        size_t length;
        double y[3];
        socca_result *items = socca_items_new(journal);
        for (size_t k = 0; socca_archive_entry(a, k, &name, &type, &length); k++)
          ck_assert_uint_le(length * socca_type_size(type), n);
        socca_archive_io(a, "x", SOCCA_F64, 3, y);
        socca_archive_items(a, "sampler", items);
        socca_items_free(items);
        socca_archive_free(a);
      }
      data[i] = was;
    }
  free(data);
}
END_TEST

static void spoil(const char *path, long where)
{
  FILE *f = fopen(path, "r+b");
  ck_assert_int_eq(fseek(f, where, SEEK_SET), 0);
  fputc('?', f);
  ck_assert_int_eq(fclose(f), 0);
}

START_TEST(falls_back)
{
  socca_archive *a = written();
  socca_archive_restart(a);
  integer = 7;
  fill(a);
  integer = -42;
  ck_assert_int_eq(socca_archive_save(a, "c"), 0);
  socca_archive_free(a);
  spoil("c", 100);
  ck_assert_int_eq(socca_archive_load(journal, "c", &a), 0);
  ck_assert_str_eq(socca_journal_warning(journal, 0),
                   "c: its checksum does not fit its content; going on from the previous "
                   "checkpoint c.1");
  ck_assert_uint_eq(socca_journal_errors(journal), 0);
  check_content(a); /* of the first */

  /* the damaged one must not push out the good one */
  socca_archive_restart(a);
  fill(a);
  ck_assert_int_eq(socca_archive_save(a, "c"), 0);
  socca_archive_free(a);
  ck_assert_int_eq(socca_archive_load(journal, "c.1", &a), 0);
  check_content(a);
  socca_archive_free(a);

  spoil("c", 100);
  spoil("c.1", 100);
  ck_assert_int_eq(socca_archive_load(journal, "c", &a), SOCCA_E_RESUME);
  ck_assert_ptr_null(a);
  ck_assert_uint_eq(socca_journal_errors(journal), 1);
}
END_TEST

START_TEST(no_checkpoint)
{
  socca_archive *a;
  dump("c", "model: image\n", 13);
  ck_assert_int_eq(socca_archive_load(journal, "c", &a), SOCCA_E_RESUME);
  ck_assert_ptr_nonnull(strstr(socca_journal_error(journal, 0), "c: not a checkpoint of socca"));
  dump("c", "", 0);
  ck_assert_int_eq(socca_archive_load(journal, "c", &a), SOCCA_E_RESUME);
  unlink("c");
  socca_archive_free(written());
  spoil("c", 8); /* the version */
  ck_assert_int_eq(socca_archive_load(journal, "c", &a), SOCCA_E_RESUME);
  ck_assert_ptr_nonnull(strstr(socca_journal_error(journal, 1), "newer version"));
}
END_TEST

START_TEST(two_runs)
{
  socca_archive *a = written(), *b = socca_archive_new(journal);
  fill(b);
  ck_assert_int_eq(socca_archive_save(b, "c"), SOCCA_E_RESUME); /* started when there was none */
  socca_archive_free(b);
  ck_assert_int_eq(socca_archive_load(journal, "c", &b), 0); /* both go on from the same file */
  socca_archive_restart(b);
  fill(b); /* even with equal content */
  ck_assert_int_eq(socca_archive_save(b, "c"), 0);
  socca_archive_restart(a);
  fill(a);
  ck_assert_int_eq(socca_archive_save(a, "c"), SOCCA_E_RESUME);
  socca_archive_restart(b);
  ck_assert_int_eq(socca_archive_save(b, "c"), 0);
  socca_archive_adopt(a, "c"); /* told to replace it */
  ck_assert_int_eq(socca_archive_save(a, "c"), 0);
  unlink("c");
  ck_assert_int_eq(socca_archive_save(a, "c"), 0);
  socca_archive_free(a);
  socca_archive_free(b);
}
END_TEST

START_TEST(disk_full)
{
  socca_archive *a = written();
  size_t n, m;
  char *before = slurp("c", &n);
  static double large[20000];
  socca_archive_restart(a);
  ck_assert_int_eq(socca_archive_io(a, "large", SOCCA_F64, 20000, large), 0);
  signal(SIGXFSZ, SIG_IGN);
  const struct rlimit small = { 50000, RLIM_INFINITY }, all = { RLIM_INFINITY, RLIM_INFINITY };
  ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
  ck_assert_int_eq(socca_archive_save(a, "c"), SOCCA_E_IO);
  ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &all), 0);
  char *after = slurp("c", &m);
  ck_assert_uint_eq(n, m);
  ck_assert_mem_eq(before, after, n);
  ck_assert_int_ne(access("c.1", F_OK), 0);
  free(before);
  free(after);
  ck_assert_int_eq(socca_archive_save(a, "c"), 0); /* room again */
  socca_archive_free(a);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("archive");
  TCase *t = tcase_create("archive");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_test(t, round_trip);
  tcase_add_test(t, layout);
  tcase_add_test(t, absent);
  tcase_add_test(t, mismatch);
  tcase_add_test(t, misuse);
  tcase_add_test(t, item_lists);
  tcase_add_test(t, previous);
  tcase_add_test(t, damage);
  tcase_add_test(t, hostile);
  tcase_add_test(t, falls_back);
  tcase_add_test(t, no_checkpoint);
  tcase_add_test(t, two_runs);
  tcase_add_test(t, disk_full);
  suite_add_tcase(s, t);
  return run_suite(s);
}
