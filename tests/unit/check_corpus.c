/* SPDX-License-Identifier: BSD-3-Clause */
/* One table: what is wrong with a file, what is said about it, and when. */
#include "config.h"
#include "plugin_dir.h"
#include "run_suite.h"
#include <signal.h>
#include <sys/types.h>
#include <tools/listing.h>

static socca_journal *journal;
static char *folder;

static void setup(void)
{
  journal = socca_journal_new("test", SOCCA_LOG_ERROR);
  socca_journal_set_silent(journal, 1);
  folder = enter_folder();
}

static void teardown(void)
{
  leave_folder();
  socca_journal_free(journal);
}

/* ---- files that no compiler makes ---- */

static unsigned char *note_in(bytes b)
{
  unsigned char *s = memmem(b.s, b.n, "SOCCA\0\0\0\xf0\x01", 10);
  ck_assert_ptr_nonnull(s);
  return s - 12; /* namesz, descsz, type */
}

static void patched(const char *path, size_t at, unsigned char value)
{
  bytes b = built("good");
  b.s[at] = value;
  write_bytes(path, b.s, b.n);
  free(b.s);
}
static void patch_note(const char *path, size_t at, uint32_t value)
{
  bytes b = built("good");
  memcpy(note_in(b) + at, &value, sizeof value);
  write_bytes(path, b.s, b.n);
  free(b.s);
}
static void make_note_truncated(const char *path)
{
  patch_note(path, 4, 100);
}
static void make_note_overlong(const char *path)
{
  patch_note(path, 4, 0xfffffff0u);
}
static void make_note_no_end(const char *path)
{
  bytes b = built("good");
  memset(note_in(b) + 20 + offsetof(socca_meta, name), 'x', 32);
  write_bytes(path, b.s, b.n);
  free(b.s);
}
static void make_file_truncated(const char *path)
{
  bytes b = built("good");
  write_bytes(path, b.s, 200);
  free(b.s);
}
static void make_header_truncated(const char *path)
{
  bytes b = built("good");
  write_bytes(path, b.s, 40);
  free(b.s);
}
static void make_wrong_machine(const char *path)
{
  patched(path, 18, 0xf7); /* BPF */
}
static void make_wrong_class(const char *path)
{
  patched(path, 4, sizeof(void *) == 8 ? 1 : 2);
}
static void make_wrong_order(const char *path)
{
  bytes b = built("good");
  b.s[5] = b.s[5] == 1 ? 2 : 1;
  write_bytes(path, b.s, b.n);
  free(b.s);
}
static void make_object(const char *path)
{
  patched(path, 16, 1);
}
static void make_not_elf(const char *path)
{
  write_bytes(path, "INPUT(libc.so.6)\n", 17);
}
static void make_empty(const char *path)
{
  write_bytes(path, "", 0);
}
static void make_directory(const char *path)
{
  ck_assert_int_eq(mkdir(path, 0755), 0);
}
static void make_fifo(const char *path)
{
  ck_assert_int_eq(mkfifo(path, 0644), 0);
}
static void make_socket(const char *path)
{
  ck_assert_int_eq(mknod(path, S_IFSOCK | 0644, 0), 0);
}
static void make_device(const char *path)
{
  ck_assert_int_eq(symlink("/dev/zero", path), 0);
}
static void make_loop(const char *path)
{
  ck_assert_int_eq(symlink(path, path), 0);
}
static void make_dangling(const char *path)
{
  ck_assert_int_eq(symlink("nowhere", path), 0);
}
static void make_sparse(const char *path)
{
  make_empty(path);
  ck_assert_int_eq(truncate(path, (off_t)1 << 32), 0);
}
static void make_sparse_plugin(const char *path)
{
  put_plugin("good", path);
  ck_assert_int_eq(truncate(path, (off_t)1 << 32), 0);
}
static void make_world_writable(const char *path)
{
  put_plugin("good", path);
  ck_assert_int_eq(chmod(path, 0666), 0);
}
static void make_stripped(const char *path)
{
  char command[4200];
  put_plugin("good", path);
  snprintf(command, sizeof command, "strip -s '%s'", path);
  ck_assert_int_eq(system(command), 0);
}
static void make_link(const char *path)
{
  put_plugin("good", "target");
  ck_assert_int_eq(symlink("target", path), 0);
}

/* ---- the table ---- */

enum { USABLE = SOCCA_USABLE, BROKEN = SOCCA_BROKEN };
typedef struct defect {
  const char *file,
      *plugin; /* name of the plugin: as its note says, else as the file's name says */
  void (*make)(const char *path); /* NULL: built from tests/plugins */
  uint32_t kind;
  int listed;       /* state before loading */
  const char *code; /* NULL: it loads */
  const char *text;
} defect;
enum { S = SOCCA_KIND_SAMPLER, P = SOCCA_KIND_POOL };
static const defect table[] = {
  /* found without loading */
  { "no_note", "no_note", NULL, S, BROKEN, "E_NO_NOTE", "no note" },
  { "note_truncated", "note_truncated", make_note_truncated, S, BROKEN, "E_NOTE_CORRUPT",
    "damaged file" },
  { "note_overlong", "note_overlong", make_note_overlong, S, BROKEN, "E_NOTE_CORRUPT",
    "past its segment" },
  { "note_no_end", "note_no_end", make_note_no_end, S, BROKEN, "E_NOTE_CORRUPT", "not legal" },
  { "note_bad_name", "note_bad_name", NULL, S, BROKEN, "E_NOTE_CORRUPT", "not legal" },
  { "note_escape", "note_escape", NULL, S, BROKEN, "E_NOTE_CORRUPT", "not legal" },
  { "abi_old", "abi_old", NULL, S, BROKEN, "E_ABI_MAJOR",
    "plugin ABI 99.1, this socca offers 0.1" },
  { "abi_new_needs", "abi_new_needs", NULL, S, BROKEN, "E_ABI_NEEDS_NEWER_HOST",
    "pool bits 0x100000" },
  { "mpi_other", "mpi_other", NULL, P, BROKEN, "E_MPI_ABI",
    "built for Open MPI, but started by MPICH" },
  { "wrong_machine", "wrong_machine", make_wrong_machine, S, BROKEN, "E_ARCH", "another machine" },
  { "wrong_class", "wrong_class", make_wrong_class, S, BROKEN, "E_ARCH", "word size" },
  { "wrong_order", "wrong_order", make_wrong_order, S, BROKEN, "E_ARCH", "byte order" },
  { "object", "object", make_object, S, BROKEN, "E_NOT_ELF", "no shared object" },
  { "not_elf", "not_elf", make_not_elf, S, BROKEN, "E_NOT_ELF", "not an ELF file" },
  { "empty", "empty", make_empty, S, BROKEN, "E_NOT_ELF", "empty" },
  { "file_truncated", "file_truncated", make_file_truncated, S, BROKEN, "E_NOTE_CORRUPT",
    "cut short" },
  { "header_truncated", "header_truncated", make_header_truncated, S, BROKEN, "E_NOTE_CORRUPT",
    "header" },
  { "directory", "directory", make_directory, S, BROKEN, "E_TRUST", "a directory" },
  { "fifo", "fifo", make_fifo, S, BROKEN, "E_TRUST", "a FIFO" },
  { "socket", "socket", make_socket, S, BROKEN, "E_TRUST", "a special file" },
  { "device", "device", make_device, S, BROKEN, "E_TRUST", "a special file" },
  { "loop", "loop", make_loop, S, BROKEN, "E_NOT_FOUND", "symbolic links" },
  { "dangling", "dangling", make_dangling, S, BROKEN, "E_NOT_FOUND", "No such file" },
  { "sparse", "sparse", make_sparse, S, BROKEN, "E_NOT_ELF", "not an ELF file" },
  { "world_writable", "world_writable", make_world_writable, S, BROKEN, "E_TRUST", "chmod o-w" },
  { "pool_guess", "guess", make_empty, P, BROKEN, "E_NOT_ELF", "empty" },
  /* found on loading */
  { "undefined_symbol", "undefined_symbol", NULL, S, USABLE, "E_DLOPEN",
    "undefined symbol: socca_not_there" },
  { "no_descriptor", "no_descriptor", NULL, S, USABLE, "E_NO_DESCRIPTOR",
    "no symbol no_descriptor_LTX_socca_plugin" },
  { "bad_magic", "bad_magic", NULL, S, USABLE, "E_NO_DESCRIPTOR", "is no descriptor" },
  { "meta_mismatch", "meta_mismatch", NULL, S, USABLE, "E_META_MISMATCH", "differs from its note" },
  { "vtable_short", "vtable_short", NULL, S, USABLE, "E_VTABLE_SHORT", "before 'archive'" },
  { "slot_null", "slot_null", NULL, S, USABLE, "E_SLOT_MISSING", "'advance'" },
  { "slot_by_bit", "slot_by_bit", NULL, P, USABLE, "E_SLOT_MISSING", "'serve'" },
  /* sound */
  { "good", "good", NULL, S, USABLE, NULL, NULL },
  { "renamed", "good", NULL, S, USABLE, NULL, NULL },
  { "stripped", "good", make_stripped, S, USABLE, NULL, NULL },
  { "link", "good", make_link, S, USABLE, NULL, NULL },
  { "sparse_plugin", "good", make_sparse_plugin, S, USABLE, NULL, NULL },
  { "abi_new_fine", "abi_new_fine", NULL, S, USABLE, NULL, NULL },
  { "two_in_one", "third", NULL, S, USABLE, NULL, NULL },
  { "extra_symbol", "extra_symbol", NULL, S, USABLE, NULL, NULL },
  { "create_fails", "create_fails", NULL, S, USABLE, NULL, NULL },
  { "never_done", "never_done", NULL, S, USABLE, NULL, NULL },
  { "create_crashes", "create_crashes", NULL, S, USABLE, NULL, NULL },
  { "create_aborts", "create_aborts", NULL, S, USABLE, NULL, NULL },
};
enum { ROWS = sizeof table / sizeof *table };

static void make(const defect *d, const char *path)
{
  if (d->make)
    d->make(path);
  else
    put_plugin(!strcmp(d->file, "renamed") ? "good" : d->file, path);
}

static socca_registry *open_here(const char *plugin_path)
{
  socca_registry *r = NULL;
  const socca_registry_setup setup = { .plugin_path = plugin_path, .mpi_abi = 1 };
  ck_assert_int_eq(socca_registry_open(journal, &setup, &r), SOCCA_OK);
  ck_assert_uint_eq(socca_journal_errors(journal), 0);
  return r;
}

static void expect_error(const defect *d)
{
  const char *said = socca_journal_error(journal, 0);
  ck_assert_msg(said != NULL, "%s: nothing said", d->file);
  ck_assert_msg(strstr(said, d->code) != NULL, "%s: no '%s' in: %s", d->file, d->code, said);
  ck_assert_msg(strstr(said, d->text) != NULL, "%s: no '%s' in: %s", d->file, d->text, said);
  ck_assert_int_eq(socca_journal_status(journal), SOCCA_E_PLUGIN);
}

START_TEST(one_file)
{
  const defect *d = &table[_i];
  char path[4300];
  const void *vtbl;
  snprintf(path, sizeof path, "%s/%s.so", folder, d->file);
  make(d, path);
  socca_registry *r = open_here(folder);
  const socca_entry *e = entry_at(r, path);
  ck_assert_msg(e != NULL, "%s is not listed", d->file);
  ck_assert_msg(e->state == d->listed, "%s is listed as %s: %s", d->file,
                socca_state_name(e->state), e->reason);
  if (d->listed == BROKEN) {
    ck_assert_str_eq(e->code, d->code);
    ck_assert_str_eq(e->name, d->plugin);
  } else {
    ck_assert_ptr_null(e->code);
    ck_assert_str_eq(e->reason, "");
  }
  e = socca_registry_find(r, d->kind, d->plugin);
  if (d->listed == BROKEN) {
    ck_assert_ptr_null(e);
    expect_error(d);
  } else {
    ck_assert_ptr_nonnull(e);
    socca_status s = socca_registry_load(r, e, &vtbl);
    if (d->code) {
      ck_assert_int_eq(s, SOCCA_E_PLUGIN);
      ck_assert_ptr_null(vtbl);
      ck_assert_int_eq(e->state, BROKEN);
      ck_assert_str_eq(e->code, d->code);
      expect_error(d);
    } else {
      ck_assert_int_eq(s, SOCCA_OK);
      ck_assert_ptr_nonnull(vtbl);
    }
  }
  socca_registry_close(r);
}
END_TEST

/* The same file by its path: the same verdict. */
START_TEST(by_path)
{
  const defect *d = &table[_i];
  char path[64];
  const void *vtbl = NULL;
  snprintf(path, sizeof path, "%s.so", d->file);
  make(d, path);
  ck_assert_int_eq(mkdir("nothing", 0755), 0);
  socca_registry *r = open_here("nothing");
  const socca_entry *e = socca_registry_find(r, d->kind, path);
  if (!strcmp(d->file, "two_in_one")) { /* a path cannot tell which of two samplers is meant */
    ck_assert_ptr_null(e);
    ck_assert_ptr_nonnull(strstr(socca_journal_error(journal, 0), "several"));
  } else {
    if (e) socca_registry_load(r, e, &vtbl);
    ck_assert_int_eq(vtbl == NULL, d->code != NULL);
    if (d->code) expect_error(d);
  }
  socca_registry_close(r);
}
END_TEST

/* All of them in one folder: listing runs no plugin code (ctor_segfault would end the process). */
START_TEST(all_at_once)
{
  char path[4300];
  put_plugin("ctor_segfault", "ctor_segfault.so");
  for (size_t i = 0; i < ROWS; i++) {
    snprintf(path, sizeof path, "%s/%s.so", folder, table[i].file);
    if (table[i].listed == BROKEN) make(&table[i], path);
  }
  socca_registry *r = open_here(folder);
  for (size_t i = 0; i < ROWS; i++) {
    if (table[i].listed != BROKEN) continue;
    snprintf(path, sizeof path, "%s/%s.so", folder, table[i].file);
    ck_assert_str_eq(entry_at(r, path)->code, table[i].code);
  }
  ck_assert_int_eq(socca_registry_find(r, S, "ctor_segfault")->state, USABLE);
  socca_registry_close(r);
}
END_TEST

/* What --list prints of the whole folder: state in its column, and a line with the reason and the code. */
START_TEST(as_listed)
{
  char path[4300], wanted[4500], *text = NULL;
  size_t length;
  put_plugin("ctor_segfault", "ctor_segfault.so");
  for (size_t i = 0; i < ROWS; i++) { /* each name once */
    snprintf(path, sizeof path, "%s/%s.so", folder, table[i].file);
    if (table[i].listed == BROKEN || !strcmp(table[i].file, table[i].plugin)) make(&table[i], path);
  }
  socca_registry *r = open_here(folder);
  FILE *f = open_memstream(&text, &length);
  ck_assert_int_eq(listing_plugins(r, 0, f), SOCCA_OK);
  ck_assert_int_eq(fclose(f), 0);
  size_t seen = 0;
  for (size_t i = 0; i < ROWS; i++) {
    const defect *d = &table[i];
    int broken = d->listed == BROKEN;
    snprintf(path, sizeof path, "  %s/%s.so\n", folder, d->file);
    char *end = strstr(text, path);
    if (!end) continue;
    const char *state = broken ? "broken  " : "usable  ";
    while (end[-1] == ' ') end--; /* the column is as wide as its widest word */
    end -= strlen("broken");
    ck_assert_msg(!strncmp(end, state, 6), "%s: %.20s", d->file, end);
    snprintf(wanted, sizeof wanted, "\n%s/%s.so: ", folder, d->file);
    const char *line = strstr(text, wanted);
    ck_assert_msg((line != NULL) == broken, "%s: a reason, or none", d->file);
    snprintf(wanted, sizeof wanted, " [%s]\n", d->code);
    if (line)
      ck_assert_msg(!strncmp(strchr(line + 1, '\n') + 1 - strlen(wanted), wanted, strlen(wanted)),
                    "%s: %s", d->file, line);
    seen++;
  }
  ck_assert_uint_eq(seen, ROWS - 5); /* five are 'good' and 'third' by other names */
  free(text);
  socca_registry_close(r);
}
END_TEST

/* A constructor runs before anything can be checked: what remains is the signal, and --probe that tells it. */
START_TEST(dies_on_loading)
{
  const void *vtbl;
  put_plugin("ctor_segfault", "ctor_segfault.so");
  socca_registry *r = open_here(folder);
  const socca_entry *e = socca_registry_find(r, S, "ctor_segfault");
  ck_assert_int_eq(e->state, USABLE);
  signal(SIGSEGV, SIG_DFL); /* sanitizers would end the process in another way */
  ck_assert_int_eq(socca_registry_load(r, e, &vtbl), SOCCA_OK); /* not reached */
}
END_TEST

/* Two files of one name in one folder: each one says which the other is. */
START_TEST(two_of_one_name)
{
  char path[2][4300];
  put_plugin("dup_one", "dup_one.so");
  put_plugin("dup_two", "dup_two.so");
  socca_registry *r = open_here(folder);
  for (int i = 0; i < 2; i++) {
    snprintf(path[i], sizeof path[i], "%s/dup_%s.so", folder, i ? "two" : "one");
    const socca_entry *e = entry_at(r, path[i]);
    ck_assert_int_eq(e->state, BROKEN);
    ck_assert_str_eq(e->code, "E_DUPLICATE");
    ck_assert_ptr_nonnull(
        strstr(e->reason, i ? "dup_one.so has the same name" : "dup_two.so has the same name"));
  }
  ck_assert_ptr_null(socca_registry_find(r, S, "dup"));
  socca_registry_close(r);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("corpus");
  TCase *t = tcase_create("corpus");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_loop_test(t, one_file, 0, ROWS);
  tcase_add_loop_test(t, by_path, 0, ROWS);
  tcase_add_test(t, all_at_once);
  tcase_add_test(t, as_listed);
  tcase_add_test(t, two_of_one_name);
  const char *fork = getenv("CK_FORK");
  if (!fork || strcmp(fork, "no") != 0) tcase_add_test_raise_signal(t, dies_on_loading, SIGSEGV);
  suite_add_tcase(s, t);
  return run_suite(s);
}
