/* SPDX-License-Identifier: BSD-3-Clause */
/* Which file a name means: search order, doubles, disabling, MPI builds, aliases, paths. */
#include "config.h"
#include "plugin_dir.h"
#include "run_suite.h"

static socca_journal *journal;
static char *folder;
enum { S = SOCCA_KIND_SAMPLER, P = SOCCA_KIND_POOL };

static void setup(void)
{
  journal = socca_journal_new("test", SOCCA_LOG_ERROR);
  socca_journal_set_silent(journal, 1);
  folder = enter_folder();
  ck_assert_int_eq(mkdir("a", 0755), 0);
  ck_assert_int_eq(mkdir("b", 0755), 0);
}

static void teardown(void)
{
  leave_folder();
  socca_journal_free(journal);
}

static socca_registry *open_with(const char *plugin_path, uint32_t mpi_abi,
                                 const socca_plugin *const *core)
{
  socca_registry *r = NULL;
  const socca_registry_setup s = { plugin_path, mpi_abi, core };
  ck_assert_int_eq(socca_registry_open(journal, &s, &r), SOCCA_OK);
  return r;
}

static void expect(const socca_registry *r, const char *path, int state, const char *code)
{
  const socca_entry *e = entry_at(r, path);
  ck_assert_msg(e != NULL, "%s is not listed", path);
  ck_assert_msg(e->state == state, "%s is %s: %s", path, socca_state_name(e->state), e->reason);
  if (code)
    ck_assert_str_eq(e->code, code);
  else
    ck_assert_ptr_null(e->code);
}

static void expect_error(const char *text)
{
  const char *said = socca_journal_error(journal, 0);
  ck_assert_msg(said && strstr(said, text), "no '%s' in: %s", text, said ? said : "nothing");
  socca_journal_flush(journal);
}

START_TEST(first_wins)
{
  put_plugin("good", "a/x.so");
  put_plugin("good", "b/y.so");
  socca_registry *r = open_with("b:a", 0, NULL);
  expect(r, "b/y.so", SOCCA_USABLE, NULL);
  expect(r, "a/x.so", SOCCA_SHADOWED, "E_SHADOWED");
  ck_assert_str_eq(socca_registry_find(r, S, "good")->path, "b/y.so");
  socca_registry_close(r);
}
END_TEST

/* --plugin-path, then SOCCA_PLUGIN_PATH, then the user's folder */
START_TEST(order_of_places)
{
  char path[8300];
  static const char *const user = ".local/lib/socca/0";
  put_plugin("good", "a/good.so");
  put_plugin("good", "b/good.so");
  ck_assert_int_eq(system("mkdir -p .local/lib/socca/0"), 0);
  unsetenv("SOCCA_PLUGIN_PATH_ONLY");
  snprintf(path, sizeof path, "%s/%s/good.so", folder, user);
  put_plugin("good", path);
  for (int k = 0; k < 3; k++) {
    char env[4300], expected[8300];
    snprintf(env, sizeof env, "%s/b", folder);
    if (k < 2)
      setenv("SOCCA_PLUGIN_PATH", env, 1);
    else
      unsetenv("SOCCA_PLUGIN_PATH");
    socca_registry *r = open_with(k < 1 ? "a" : NULL, 0, NULL);
    snprintf(expected, sizeof expected, "%s",
             k == 0   ? "a/good.so"
             : k == 1 ? strcat(env, "/good.so")
                      : path);
    ck_assert_str_eq(socca_registry_find(r, S, "good")->path, expected);
    ck_assert_uint_eq(count_here(r), (size_t)(3 - k));
    socca_registry_close(r);
  }
  setenv("SOCCA_PLUGIN_PATH_ONLY", "1", 1); /* and not the user's folder */
  socca_registry *r = open_with("a", 0, NULL);
  ck_assert_uint_eq(socca_registry_count(r), 1);
  socca_registry_close(r);
}
END_TEST

START_TEST(broken_in_front)
{
  write_bytes("a/good.so", "", 0);
  put_plugin("good", "b/good.so");
  socca_registry *r = open_with("a:b", 0, NULL);
  expect(r, "a/good.so", SOCCA_BROKEN, "E_NOT_ELF");
  expect(r, "b/good.so", SOCCA_SHADOWED, "E_SHADOWED");
  ck_assert_ptr_null(socca_registry_find(r, S, "good"));
  expect_error("without that file, b/good.so would be taken");
  socca_registry_close(r);
}
END_TEST

/* A file that cannot be read does not take the name of a sound neighbour. */
START_TEST(broken_beside)
{
  write_bytes("a/good.so", "", 0);
  put_plugin("good", "a/other.so");
  socca_registry *r = open_with("a", 0, NULL);
  ck_assert_str_eq(socca_registry_find(r, S, "good")->path, "a/other.so");
  socca_registry_close(r);
}
END_TEST

START_TEST(doubles)
{
  put_plugin("dup_one", "a/dup_one.so");
  put_plugin("dup_two", "a/dup_two.so");
  socca_registry *r = open_with("a", 0, NULL);
  expect(r, "a/dup_one.so", SOCCA_BROKEN, "E_DUPLICATE");
  expect(r, "a/dup_two.so", SOCCA_BROKEN, "E_DUPLICATE");
  ck_assert_ptr_null(socca_registry_find(r, S, "dup"));
  expect_error("a/dup_two.so has the same name");
  socca_registry_close(r);
}
END_TEST

/* One file twice is no double: a link, a folder given twice. */
START_TEST(same_file)
{
  put_plugin("good", "a/good.so");
  ck_assert_int_eq(symlink("good.so", "a/latest.so"), 0);
  ck_assert_int_eq(symlink("a", "c"), 0);
  socca_registry *r = open_with("a:a:c", 0, NULL);
  ck_assert_uint_eq(socca_registry_count(r), 1);
  expect(r, "a/good.so", SOCCA_USABLE, NULL);
  socca_registry_close(r);
}
END_TEST

START_TEST(mpi_builds)
{
  static const struct {
    uint32_t launcher;
    const char *chosen, *other, *code;
  } t[] = { { 0, "a/ranks_mpich.so", "a/ranks_openmpi.so", "E_SHADOWED" },
            { 1, "a/ranks_mpich.so", "a/ranks_openmpi.so", "E_MPI_ABI" },
            { 2, "a/ranks_openmpi.so", "a/ranks_mpich.so", "E_MPI_ABI" } };
  put_plugin("ranks_mpich", "a/ranks_mpich.so");
  put_plugin("ranks_openmpi", "a/ranks_openmpi.so");
  for (size_t i = 0; i < 3; i++) {
    socca_registry *r = open_with("a", t[i].launcher, NULL);
    expect(r, t[i].chosen, SOCCA_USABLE, NULL);
    expect(r, t[i].other, SOCCA_SHADOWED, t[i].code);
    ck_assert_str_eq(socca_registry_find(r, P, "ranks")->path, t[i].chosen);
    socca_registry_close(r);
  }
  ck_assert_int_eq(unlink("a/ranks_openmpi.so"), 0);
  put_plugin("ranks_openmpi", "b/ranks.so"); /* a fitting one further on is found */
  socca_registry *r = open_with("a:b", 2, NULL);
  ck_assert_str_eq(socca_registry_find(r, P, "ranks")->path, "b/ranks.so");
  socca_registry_close(r);
}
END_TEST

START_TEST(one_mpi_per_process)
{
  const void *vtbl;
  put_plugin("ranks_mpich", "a/ranks.so");
  put_plugin("mpi_other", "a/other.so");
  socca_registry *r = open_with("a", 0, NULL);
  ck_assert_int_eq(socca_registry_load(r, socca_registry_find(r, P, "ranks"), &vtbl), SOCCA_OK);
  ck_assert_int_eq(socca_registry_load(r, socca_registry_find(r, P, "mpi_other"), &vtbl),
                   SOCCA_E_PLUGIN);
  expect_error("built for Open MPI, but another plugin in use is built for MPICH");
  socca_registry_close(r);
}
END_TEST

START_TEST(disable)
{
  static const struct {
    const char *env;
    int good, second, third; /* disabled? */
    int warned;
  } t[] = {
    { "sampler/good", 1, 0, 0, 0 },
    { "sampler/goo", 0, 0, 0, 1 },
    { "sampler/fine", 0, 0, 0, 1 }, /* an alias */
    { "good", 0, 0, 0, 1 },
    { "pool/*", 0, 1, 0, 0 },
    { "sampler/*", 1, 0, 1, 0 },
    { " sampler/good , pool/second,", 1, 1, 0, 0 },
    { "sampler/g*", 1, 0, 0, 0 },
    { "pool/good,sampler/third", 0, 0, 1, 1 },
    { "", 0, 0, 0, 0 },
    { ",,", 0, 0, 0, 0 },
  };
  put_plugin("good", "a/good.so");
  put_plugin("two_in_one", "a/two_in_one.so");
  for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
    setenv("SOCCA_DISABLE", t[i].env, 1);
    socca_registry *r = open_with("a", 0, NULL);
    const socca_entry *e;
    for (size_t k = 0; (e = socca_registry_entry(r, k)); k++) {
      int off = !strcmp(e->name, "good")     ? t[i].good
                : !strcmp(e->name, "second") ? t[i].second
                : !strcmp(e->name, "third")  ? t[i].third
                                             : !strcmp(t[i].env, "sampler/*");
      ck_assert_msg(e->state == (off ? SOCCA_DISABLED : SOCCA_USABLE), "%s: %s is %s", t[i].env,
                    e->name, socca_state_name(e->state));
      if (off) ck_assert_str_eq(e->code, "E_DISABLED");
      ck_assert_int_eq(socca_registry_find(r, e->kind, e->name) == NULL, off);
      if (off) expect_error("disabled by SOCCA_DISABLE");
    }
    ck_assert_msg((socca_journal_warning(journal, 0) != NULL) == t[i].warned, "%s", t[i].env);
    socca_registry_close(r);
    socca_journal_free(journal);
    journal = socca_journal_new("test", SOCCA_LOG_ERROR);
    socca_journal_set_silent(journal, 1);
  }
}
END_TEST

START_TEST(names)
{
  put_plugin("good", "a/good.so");
  put_plugin("two_in_one", "a/two_in_one.so");
  setenv("SOCCA_PLUGIN_PATH", folder, 1); /* a second place to name */
  socca_registry *r = open_with("a", 0, NULL);
  ck_assert_str_eq(socca_registry_find(r, S, "sound")->name, "good"); /* an alias */
  ck_assert_ptr_null(socca_registry_find(r, S, "soun"));
  ck_assert_ptr_null(socca_registry_find(r, S, ""));
  ck_assert_ptr_null(socca_registry_find(r, P, "good"));
  socca_journal_flush(journal);
  ck_assert_ptr_null(socca_registry_find(r, S, "god"));
  expect_error("unknown sampler 'god'; did you mean 'good'?");
  ck_assert_ptr_null(socca_registry_find(r, S, "quantum"));
  expect_error("unknown sampler 'quantum'; there are: first, good, third (searched: a, ");
  ck_assert_ptr_null(socca_registry_find(r, P, "quantum_2"));
  expect_error("; it may be in a package socca-plugin-pool-quantum-2");
  ck_assert_ptr_null(socca_registry_find(r, P, "seconds")); /* a name of its own, or a slip */
  expect_error("did you mean 'second'?; it may be in a package socca-plugin-pool-seconds");
  ck_assert_ptr_null(socca_registry_find(r, S, "Quantum"));
  ck_assert_ptr_null(strstr(socca_journal_error(journal, 0), "package"));
  for (size_t i = 1; i < socca_registry_count(r); i++) { /* sorted by kind, name */
    const socca_entry *x = socca_registry_entry(r, i - 1), *y = socca_registry_entry(r, i);
    ck_assert(x->kind < y->kind || (x->kind == y->kind && strcmp(x->name, y->name) < 0));
  }
  ck_assert_ptr_null(socca_registry_entry(r, socca_registry_count(r)));
  socca_registry_close(r);
}
END_TEST

START_TEST(paths)
{
  const void *vtbl;
  put_plugin("good", "good.so");
  put_plugin("two_in_one", "two.so");
  put_plugin("good", "a/good.so");
  socca_registry *r = open_with("a", 0, NULL);
  const socca_entry *e = socca_registry_find(r, S, "good.so"); /* never searched for by dlopen */
  ck_assert_str_eq(e->path, "./good.so");
  ck_assert_ptr_eq(socca_registry_find(r, S, "./good.so"), e);
  ck_assert_int_eq(socca_registry_load(r, e, &vtbl), SOCCA_OK);
  expect(r, "a/good.so", SOCCA_USABLE, NULL); /* and the name means what it meant */
  ck_assert_str_eq(socca_registry_find(r, S, "good")->path, "a/good.so");
  ck_assert_str_eq(socca_registry_find(r, P, "./two.so")->name, "second");
  ck_assert_ptr_null(socca_registry_find(r, S, "./two.so"));
  expect_error("./two.so: holds several plugins of kind sampler");
  ck_assert_ptr_null(socca_registry_find(r, P, "./good.so"));
  expect_error("./good.so: holds no pool");
  ck_assert_ptr_null(socca_registry_find(r, S, "./none.so"));
  expect_error("./none.so: No such file or directory [E_NOT_FOUND]");
  socca_registry_close(r);
}
END_TEST

START_TEST(wrong_search_paths)
{
  static const struct {
    const char *option, *env, *text;
  } t[] = {
    { "", NULL, "--plugin-path: an element is empty" },
    { "a::b", NULL, "--plugin-path: an element is empty" },
    { "a:", NULL, "--plugin-path: an element is empty" },
    { "a:nowhere", NULL, "--plugin-path: nowhere: No such file" },
    { NULL, "a", "SOCCA_PLUGIN_PATH: 'a' is not absolute" },
    { NULL, "/tmp::", "SOCCA_PLUGIN_PATH: an element is empty" },
    { NULL, "~/x", "SOCCA_PLUGIN_PATH: '~/x' is not absolute" },
  };
  for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
    socca_registry *r;
    const socca_registry_setup s = { .plugin_path = t[i].option };
    if (t[i].env) setenv("SOCCA_PLUGIN_PATH", t[i].env, 1);
    ck_assert_int_eq(socca_registry_open(journal, &s, &r), SOCCA_E_INPUT);
    ck_assert_ptr_null(r);
    expect_error(t[i].text);
  }
  setenv("SOCCA_PLUGIN_PATH", "/nonexistent/folder", 1); /* may come to exist on another node */
  socca_registry_close(open_with("~/a", 0, NULL));
}
END_TEST

/* Between reading and loading, which may be long, another file may take its place. */
START_TEST(replaced)
{
  const void *vtbl;
  put_plugin("good", "a/good.so");
  put_plugin("good", "b/good.so");
  for (int k = 0; k < 2; k++) {
    socca_registry *r = open_with("a", 0, NULL);
    const socca_entry *e = socca_registry_find(r, S, "good");
    ck_assert_int_eq(k ? chmod("a/good.so", 0666) : rename("b/good.so", "a/good.so"), 0);
    ck_assert_int_eq(socca_registry_load(r, e, &vtbl), SOCCA_E_PLUGIN);
    ck_assert_ptr_null(vtbl);
    expect(r, "a/good.so", SOCCA_BROKEN, "E_TRUST");
    expect_error(k ? "writable by everybody" : "replaced by another file since it was read");
    socca_registry_close(r);
  }
}
END_TEST

/* The dynamic linker expands $ORIGIN, $LIB and $PLATFORM in paths, too: what it loads is not the file that was read. */
START_TEST(dollar)
{
  const void *vtbl;
  ck_assert_int_eq(mkdir("$LIB", 0755), 0);
  put_plugin("good", "$LIB/good.so");
  socca_registry *r = open_with("$LIB", 0, NULL);
  ck_assert_int_eq(socca_registry_load(r, socca_registry_find(r, S, "good"), &vtbl),
                   SOCCA_E_PLUGIN);
  expect_error("its path holds '$'");
  socca_registry_close(r);
}
END_TEST

/* A name may begin with lib; libraries that plugins share are no plugins. */
START_TEST(libraries)
{
  put_plugin("good", "a/libra.so");
  put_plugin("no_note", "a/libshared.so");
  write_bytes("a/libtext.so", "INPUT(libshared.so)\n", 20);
  socca_registry *r = open_with("a", 0, NULL);
  expect(r, "a/libra.so", SOCCA_USABLE, NULL);
  ck_assert_uint_eq(socca_registry_count(r), 1);
  ck_assert_ptr_null(
      socca_registry_find(r, S, "a/libshared.so")); /* but one that is named is told about */
  expect_error("E_NO_NOTE");
  socca_registry_close(r);
}
END_TEST

START_TEST(owners)
{
  if (geteuid() != 0) {
    puts("# owners: nothing tried, only root can give files away");
    fflush(stdout);
    return;
  }
  char env[4300];
  put_plugin("good", "a/good.so");
  ck_assert_int_eq(chown("a/good.so", 12345, 12345), 0);
  snprintf(env, sizeof env, "%s/a", folder);
  setenv("SOCCA_PLUGIN_PATH", env, 1);
  socca_registry *r = open_with(NULL, 0, NULL);
  expect(r, strcat(env, "/good.so"), SOCCA_BROKEN, "E_TRUST");
  ck_assert_ptr_null(socca_registry_find(r, S, "a/good.so")); /* a fit file may name a path */
  expect_error("give its folder to --plugin-path");
  socca_registry_close(r);
  unsetenv("SOCCA_PLUGIN_PATH");
  r = open_with("a", 0, NULL);
  expect(r, "a/good.so", SOCCA_USABLE, NULL);
  socca_registry_close(r);
}
END_TEST

/* The core's own plugins are always there: not shadowed, not disabled. */
static socca_status core_open(socca_team *t, const void *o, void **self)
{
  (void)t, (void)o, (void)self;
  return SOCCA_OK;
}
static void core_close(void *self)
{
  (void)self;
}
static void core_info(const void *self, socca_pool_info *i)
{
  (void)self, (void)i;
}
static socca_status core_state(void *self, uint32_t v, const void *b, size_t n)
{
  (void)self, (void)v, (void)b, (void)n;
  return SOCCA_OK;
}
static socca_status core_submit(void *self, uint32_t slot, const socca_batch *b)
{
  (void)self, (void)slot, (void)b;
  return SOCCA_OK;
}
static socca_status core_wait(void *self, uint32_t slot, socca_report *p)
{
  (void)self, (void)slot, (void)p;
  return SOCCA_OK;
}
static const socca_pool_vtbl core_vtbl = { .open = core_open,
                                           .close = core_close,
                                           .info = core_info,
                                           .set_state = core_state,
                                           .submit = core_submit,
                                           .wait = core_wait };
static const socca_meta core_meta = {
  .size = sizeof core_meta, .kind = SOCCA_KIND_POOL, .module = "core", .name = "second"
};
static const socca_plugin core_plugin = { SOCCA_MAGIC, sizeof core_plugin, &core_meta, &core_vtbl,
                                          sizeof core_vtbl };

START_TEST(core)
{
  const socca_plugin *const list[] = { &core_plugin, NULL };
  const void *vtbl;
  put_plugin("two_in_one", "a/two.so");
  setenv("SOCCA_DISABLE", "pool/*", 1);
  for (int k = 0; k < 2; k++) {
    socca_registry *r = open_with("a", 0, list);
    const socca_entry *e = socca_registry_find(r, P, "second");
    ck_assert_str_eq(e->path, "core");
    ck_assert_int_eq(socca_registry_load(r, e, &vtbl), SOCCA_OK);
    ck_assert_int_eq(((const socca_pool_vtbl *)vtbl)->open == core_open, 1);
    socca_registry_close(r);
    unsetenv("SOCCA_DISABLE");
  }
}
END_TEST

/* An older plugin: its shorter table is filled up; a newer one: what came later is left out. */
START_TEST(sizes)
{
  const void *vtbl;
  put_plugin("abi_new_fine", "a/new.so");
  socca_registry *r = open_with("a", 0, NULL);
  const socca_entry *e = socca_registry_find(r, S, "abi_new_fine");
  ck_assert_int_eq(socca_registry_load(r, e, &vtbl), SOCCA_OK);
  const socca_sampler_vtbl *v = vtbl;
  ck_assert(v->create && v->result && !v->progress && !v->options);
  ck_assert_int_eq(socca_registry_load(r, e, &vtbl), SOCCA_OK);
  ck_assert_ptr_eq(vtbl, v);
  socca_registry_close(r);
}
END_TEST

static void hash_of(const char *path, int load, char hex[33])
{
  const void *vtbl;
  socca_registry *r = open_with(path, 0, NULL);
  socca_hash *h = socca_hash_new();
  if (load)
    ck_assert_int_eq(socca_registry_load(r, socca_registry_find(r, S, "good"), &vtbl), SOCCA_OK);
  socca_registry_hash_builds(r, h);
  socca_hash_hex(h, hex);
  socca_hash_free(h);
  socca_registry_close(r);
}

/* A copy is the same build; one whose notes differ is not, though its metadata are equal. */
START_TEST(builds)
{
  char none[33], one[33], copy[33], other[33];
  put_plugin("good", "a/good.so");
  put_plugin("good", "b/good.so");
  bytes b = built("good");
  const uint32_t build_id[] = { 4, 20, 3 };
  unsigned char *note = memmem(b.s, b.n, build_id, sizeof build_id);
  if (note) note[sizeof build_id + 4] ^= 1;
  ck_assert_int_eq(mkdir("c", 0755), 0);
  write_bytes("c/good.so", b.s, b.n);
  free(b.s);
  hash_of("a", 0, none);
  hash_of("a", 1, one);
  hash_of("b", 1, copy);
  hash_of("c", 1, other);
  ck_assert_str_ne(none, one);
  ck_assert_str_eq(one, copy);
  if (note) ck_assert_str_ne(one, other); /* some linkers mark no builds */
}
END_TEST

START_TEST(private_module)
{
  const void *address;
  put_plugin("good", "a/good.so");
  char env[4300];
  snprintf(env, sizeof env, "%s/a", folder);
  setenv("SOCCA_PRIVATE_PATH", env, 1);
  ck_assert_int_eq(socca_module_open(journal, "good.so", "good_LTX_socca_plugin", &address),
                   SOCCA_OK);
  ck_assert_uint_eq(((const socca_plugin *)address)->magic, SOCCA_MAGIC);
  ck_assert_int_eq(socca_module_find(journal, "good.so", "good_LTX_socca_plugin"), SOCCA_OK);
  ck_assert_int_eq(socca_module_open(journal, "good.so", "good_LTX_writer", &address),
                   SOCCA_E_PLUGIN);
  expect_error("no symbol good_LTX_writer [E_NO_DESCRIPTOR]");
  ck_assert_int_eq(chmod("a/good.so", 0666), 0);
  ck_assert_int_eq(socca_module_open(journal, "good.so", "good_LTX_socca_plugin", &address),
                   SOCCA_E_PLUGIN);
  expect_error("writable by everybody");
  ck_assert_int_eq(socca_module_open(journal, "absent.so", "absent_LTX_x", &address),
                   SOCCA_E_PLUGIN);
  expect_error("E_NOT_FOUND");
}
END_TEST

int main(void)
{
  Suite *s = suite_create("registry");
  TCase *t = tcase_create("registry");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_test(t, first_wins);
  tcase_add_test(t, order_of_places);
  tcase_add_test(t, broken_in_front);
  tcase_add_test(t, broken_beside);
  tcase_add_test(t, doubles);
  tcase_add_test(t, same_file);
  tcase_add_test(t, mpi_builds);
  tcase_add_test(t, one_mpi_per_process);
  tcase_add_test(t, disable);
  tcase_add_test(t, names);
  tcase_add_test(t, paths);
  tcase_add_test(t, wrong_search_paths);
  tcase_add_test(t, replaced);
  tcase_add_test(t, dollar);
  tcase_add_test(t, libraries);
  tcase_add_test(t, owners);
  tcase_add_test(t, core);
  tcase_add_test(t, sizes);
  tcase_add_test(t, builds);
  tcase_add_test(t, private_module);
  suite_add_tcase(s, t);
  return run_suite(s);
}
