/* SPDX-License-Identifier: BSD-3-Clause */
/* The fit file as a tree: what is read, where it stands, and what is said about bad ones. */
#include "config.h"
#include "run_suite.h"
#include <base/file.h>
#include <base/text.h>
#include <stdlib.h>
#include <string.h>
#include "fitfile.h"

static socca_journal *journal;
static socca_tree *tree;

static void setup(void)
{
  journal = socca_journal_new("test", SOCCA_LOG_WARN);
  tree = NULL;
}

static void teardown(void)
{
  socca_tree_free(tree);
  socca_journal_free(journal);
}

static const socca_node *parse(const char *text)
{
  socca_tree_free(tree);
  socca_status s = socca_tree_parse(journal, "f.yaml", text, strlen(text), &tree);
  ck_assert_msg(s == SOCCA_OK, "%s: %s", text, s ? socca_journal_error(journal, 0) : "");
  return socca_tree_root(tree);
}

START_TEST(reads)
{
  const char *key;
  const socca_node *r = parse("a: 1\nb: {c: [x, 'y z', \"w\"], d: }\ne:\n  - f: |\n      text\n");
  ck_assert(socca_node_is_map(r) && !socca_node_is_list(r));
  ck_assert_str_eq(socca_node_text(socca_node_get(r, "a")), "1");
  const socca_node *b = socca_node_get(r, "b"), *c = socca_node_get(b, "c");
  ck_assert(socca_node_is_list(c));
  ck_assert_ptr_null(socca_node_text(c));
  ck_assert_str_eq(socca_node_text(socca_node_item(c, 1, &key)), "y z");
  ck_assert_ptr_null(key);
  ck_assert_ptr_null(socca_node_item(c, 3, NULL));
  ck_assert_str_eq(socca_node_text(socca_node_get(b, "d")), "");
  ck_assert_str_eq(socca_node_where(socca_node_item(c, 1, NULL)), "f.yaml:2:12");
  ck_assert_str_eq(socca_node_inside(socca_node_item(c, 1, NULL)), "f.yaml:2:13");
  ck_assert_ptr_nonnull(socca_node_item(r, 2, &key));
  ck_assert_str_eq(key, "e");
  const socca_node *f = socca_node_get(socca_node_item(socca_node_get(r, "e"), 0, NULL), "f");
  ck_assert_str_eq(socca_node_text(f), "text\n");
  ck_assert_str_eq(socca_node_inside(f), "f.yaml:4:8: in this text");
  ck_assert_ptr_null(socca_node_get(NULL, "x"));
  ck_assert_ptr_null(socca_node_get(f, "x"));
  ck_assert_str_eq(socca_tree_name(tree), "f.yaml");
}
END_TEST

START_TEST(empty_documents)
{
  ck_assert(socca_node_is_map(parse("")));
  ck_assert(socca_node_is_map(parse("# nothing\n")));
  ck_assert(socca_node_is_map(parse("---\n...\n")));
  ck_assert(socca_node_is_map(parse("\xef\xbb\xbf")));
  ck_assert_str_eq(socca_node_text(socca_node_get(parse("\xef\xbb\xbf"
                                                        "a: b\r\nc: d\r\n"),
                                                  "c")),
                   "d");
}
END_TEST

static const struct {
  const char *text, *value, *inside;
} joined[] = {
  { "a: {v: uniform(0, 1)}", "uniform(0, 1)", "f.yaml:1:8" },
  { "a: {v: uniform(0,1), w: 2}", "uniform(0,1)", "f.yaml:1:8" },
  { "a: {v: uniform(0,   1) , w: 2}", "uniform(0,   1)", "f.yaml:1:8" },
  { "a: {v: splitnormal(1, max(2, 3), 4)}", "splitnormal(1, max(2, 3), 4)", "f.yaml:1:8" },
  { "a: {v: = max(a.x, b.x, c.x) * 2, w: 2}", "= max(a.x, b.x, c.x) * 2", "f.yaml:1:8" },
  { "a: {v: uniform(0,\n   1)}", "uniform(0, 1)", "f.yaml:1:8: in this text" },
  { "a: {v: uniform(0, # low\n   1)}", "uniform(0, 1)", "f.yaml:1:8: in this text" },
  { "a: {v: \"uniform(0, 1)\"}", "uniform(0, 1)", "f.yaml:1:9" },
  { "a: {v: 'a(b', w: 1}", "a(b", "f.yaml:1:9" },
  { "a: {v: a)b, w: 1}", "a)b", "f.yaml:1:8" },
  { "a: {v: &n uniform(0, 1)}", "uniform(0, 1)", "f.yaml:1:8: in this text" },
};

START_TEST(rejoins)
{
  for (size_t i = 0; i < sizeof joined / sizeof *joined; i++) {
    const socca_node *a = socca_node_get(parse(joined[i].text), "a"), *v = socca_node_get(a, "v");
    ck_assert_str_eq(socca_node_text(v), joined[i].value);
    ck_assert_str_eq(socca_node_inside(v), joined[i].inside);
    if (strstr(joined[i].text, "w: 2"))
      ck_assert_str_eq(socca_node_text(socca_node_get(a, "w")), "2");
    ck_assert_ptr_null(socca_node_item(a, 2, NULL));
  }
  const socca_node *list = socca_node_get(parse("a: [uniform(0, 1), x, f(g(1, 2), 3)]"), "a");
  ck_assert_str_eq(socca_node_text(socca_node_item(list, 0, NULL)), "uniform(0, 1)");
  ck_assert_str_eq(socca_node_text(socca_node_item(list, 1, NULL)), "x");
  ck_assert_str_eq(socca_node_text(socca_node_item(list, 2, NULL)), "f(g(1, 2), 3)");
  ck_assert_ptr_null(socca_node_item(list, 3, NULL));
}
END_TEST

START_TEST(aliases)
{
  const socca_node *r = parse("a: &x {k: 1}\nb: *x\nc: [*x, *x]\nd: &x 2\ne: *x\n");
  ck_assert_ptr_eq(socca_node_get(r, "a"), socca_node_get(r, "b"));
  ck_assert_ptr_eq(socca_node_item(socca_node_get(r, "c"), 1, NULL), socca_node_get(r, "a"));
  ck_assert_str_eq(socca_node_text(socca_node_get(r, "e")), "2");
}
END_TEST

START_TEST(unread_keys)
{
  const char *key;
  const socca_node *r = parse("a: {xc: 1, yy: 2}\nb: {zz: [1, {u: 1}]}\ncc: {d: 1}\nq: {w: 1}\n");
  socca_node_get(socca_node_get(r, "a"), "xc");
  socca_node_get(socca_node_get(r, "a"), "yc");
  socca_node_get(r, "b");
  socca_node_get(socca_node_get(r, "b"), "zz");
  socca_node_mark_read(socca_node_get(r, "q"));
  ck_assert_ptr_eq(socca_tree_missed(tree, &key), socca_node_get(r, "a"));
  ck_assert_str_eq(key, "yc");
  ck_assert_int_eq(socca_tree_unread(journal, tree), SOCCA_E_INPUT);
  ck_assert_str_eq(socca_journal_error(journal, 0),
                   "f.yaml:1:12: unknown key 'yy'; keys here: xc, yc");
  ck_assert_str_eq(socca_journal_error(journal, 1), "f.yaml:2:14: unknown key 'u'");
  ck_assert_str_eq(socca_journal_error(journal, 2),
                   "f.yaml:3:1: unknown key 'cc'; keys here: a, b, q");
  ck_assert_uint_eq(socca_journal_errors(journal), 3);
}
END_TEST

/* That a value is read under another key says nothing about this one. */
START_TEST(unread_aliases)
{
  const socca_node *r = parse("a: &m {u: &n 1}\nb: *m\nc: *n\nd: {v: *n}\n");
  socca_node_get(socca_node_get(r, "a"), "u");
  socca_node_mark_read(socca_node_get(r, "a"));
  socca_node_get(r, "d");
  ck_assert_int_eq(socca_tree_unread(journal, tree), SOCCA_E_INPUT);
  ck_assert_str_eq(socca_journal_error(journal, 0), "f.yaml:2:1: unknown key 'b'; keys here: a, d");
  ck_assert_str_eq(socca_journal_error(journal, 1), "f.yaml:3:1: unknown key 'c'; keys here: a, d");
  ck_assert_str_eq(socca_journal_error(journal, 2), "f.yaml:4:5: unknown key 'v'");
  ck_assert_uint_eq(socca_journal_errors(journal), 3);
}
END_TEST

/* Where an error ended the reading of a map, what was not reached is not unknown. */
START_TEST(unread_after_an_error)
{
  const socca_node *r = parse("a: {type: Sersik, xc: 1, tipe: 2}\n"), *a = socca_node_get(r, "a");
  socca_node_error(journal, socca_node_get(a, "type"), "unknown type");
  socca_tree_unread(journal, tree);
  ck_assert_uint_eq(socca_journal_errors(journal), 2);
  ck_assert_str_eq(socca_journal_error(journal, 0), "f.yaml:1:11: unknown type");
  ck_assert_str_eq(socca_journal_error(journal, 1),
                   "f.yaml:1:26: unknown key 'tipe'; did you mean 'type'?");
}
END_TEST

START_TEST(booleans_and_paths)
{
  int yes = -1;
  char path[64];
  socca_tree_free(tree);
  const char *text = "a: true\nb: false\nc: yes\nd: x.fits\ne: /x.fits\nf: ''\ng: [1]\n";
  ck_assert_int_eq(socca_tree_parse(journal, "dir/f.yaml", text, strlen(text), &tree), SOCCA_OK);
  const socca_node *r = socca_tree_root(tree);
  ck_assert(socca_node_bool(journal, socca_node_get(r, "a"), &yes) == SOCCA_OK && yes == 1);
  ck_assert(socca_node_bool(journal, socca_node_get(r, "b"), &yes) == SOCCA_OK && yes == 0);
  ck_assert_int_eq(socca_node_bool(journal, socca_node_get(r, "c"), &yes), SOCCA_E_INPUT);
  ck_assert_int_eq(socca_node_bool(journal, socca_node_get(r, "g"), &yes), SOCCA_E_INPUT);
  ck_assert_int_eq(socca_node_path(journal, socca_node_get(r, "d"), path, sizeof path), SOCCA_OK);
  ck_assert_str_eq(path, "dir/x.fits");
  ck_assert_int_eq(socca_node_path(journal, socca_node_get(r, "e"), path, sizeof path), SOCCA_OK);
  ck_assert_str_eq(path, "/x.fits");
  ck_assert_int_eq(socca_node_path(journal, socca_node_get(r, "d"), path, 5), SOCCA_E_INPUT);
  ck_assert_int_eq(socca_node_path(journal, socca_node_get(r, "f"), path, 5), SOCCA_E_INPUT);
}
END_TEST

START_TEST(files)
{
  ck_assert_int_eq(socca_tree_read(journal, "/nonexistent/f.yaml", &tree), SOCCA_E_INPUT);
  ck_assert_int_eq(socca_tree_read(journal, "/", &tree), SOCCA_E_INPUT);
  ck_assert_ptr_null(tree);
}
END_TEST

static char *read_text(const char *folder, int i, const char *ending, size_t *n)
{
  socca_text path = { 0 };
  char *text = NULL;
  struct socca_journal *quiet = socca_journal_new("test", SOCCA_LOG_WARN);
  socca_text_printf(&path, "%s/tests/golden/bad-yaml/%02d.%s", folder, i, ending);
  if (socca_file_read(quiet, path.s, 1 << 20, &text, n) != SOCCA_OK) text = NULL;
  socca_text_free(&path);
  socca_journal_free(quiet);
  return text;
}

/* Each bad file gets the messages written beside it, and no others. */
START_TEST(bad_files)
{
  const char *folder = getenv("SOCCA_SOURCE");
  if (!folder) folder = ".";
  int i = 1;
  for (;; i++) {
    size_t n, m;
    char name[16];
    char *text = read_text(folder, i, "yaml", &n), *want = read_text(folder, i, "expected", &m);
    if (!text || !want) {
      free(text);
      free(want);
      break;
    }
    fitfile f;
    socca_text got = { 0 };
    socca_journal *j = socca_journal_new("test", SOCCA_LOG_WARN);
    snprintf(name, sizeof name, "%02d.yaml", i);
    fitfile_read(j, name, text, n, &f);
    for (size_t k = 0; socca_journal_error(j, k); k++)
      socca_text_printf(&got, "%s\n", socca_journal_error(j, k));
    ck_assert_msg(got.s && strcmp(got.s, want) == 0, "%s says\n%swhere it should say\n%s", name,
                  got.s ? got.s : "nothing\n", want);
    ck_assert_int_eq(socca_journal_status(j), SOCCA_E_INPUT);
    socca_text_free(&got);
    socca_journal_free(j);
    fitfile_close(&f);
    free(text);
    free(want);
  }
  ck_assert_int_ge(i, 60);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("tree");
  TCase *t = tcase_create("tree");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_test(t, reads);
  tcase_add_test(t, empty_documents);
  tcase_add_test(t, rejoins);
  tcase_add_test(t, aliases);
  tcase_add_test(t, unread_keys);
  tcase_add_test(t, unread_aliases);
  tcase_add_test(t, unread_after_an_error);
  tcase_add_test(t, booleans_and_paths);
  tcase_add_test(t, files);
  tcase_add_test(t, bad_files);
  suite_add_tcase(s, t);
  return run_suite_as(s, CK_NOFORK);
}
