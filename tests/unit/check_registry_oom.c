/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory that runs out at every single allocation in turn, while plugins are found, listed and loaded. Linked with
 * --wrap, from the sources themselves. */
#include "config.h"
#include "plugin_dir.h"
#include "failing_memory.h"
#include "run_suite.h"
#include <fcntl.h>
#include <tools/inspect.h>
#include <tools/listing.h>

static int sound; /* good.so: sanitizers add constructors to it */

static int wrong; /* line of the first expectation that failed: Check itself needs memory */
#define EXPECT(x)                                                                                  \
  if (!(x) && !wrong) wrong = __LINE__

static const socca_meta serial_meta = {
  .size = sizeof(socca_meta), .kind = SOCCA_KIND_POOL, .name = "serial", .module = "serial"
};
static const socca_plugin serial = { .meta = &serial_meta };
static const socca_plugin *const core[] = { &serial, NULL };

/* A step that answers with a status: it may fail for want of memory alone. */
static int made(socca_status st)
{
  EXPECT(st == SOCCA_OK || st == SOCCA_E_NOMEM || st == SOCCA_E_PLUGIN);
  return st == SOCCA_OK;
}

static int lists(socca_registry *r)
{
  FILE *out = fopen("/dev/null", "w");
  int all = out != NULL;
  for (int json = 0; out && json < 2; json++) {
    all &= made(listing_plugins(r, json, out));
    all &= made(listing_matrix(r, json, out));
    all &= made(listing_why(r, "sound", "serial", json, out));
  }
  if (out) fclose(out);
  return all;
}

static int keep_note(void *arg, const socca_meta *m, uint32_t size)
{
  plugin_file *f = arg;
  f->meta[f->n] = *m;
  f->bytes[f->n++] = size;
  return 0;
}

/* --check: want of memory is no fault of the file, and a file with faults is never a good one. */
static int checks(const char *path, int good)
{
  plugin_file f = { .path = path };
  struct stat st;
  socca_text faults = { 0 };
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  EXPECT(fd >= 0 && !fstat(fd, &st));
  f.image = (socca_image){ NULL, fd, (uint64_t)st.st_size };
  EXPECT(!socca_elfnotes(&f.image, keep_note, &f, &f.fault));
  check_conformance(&f, &faults);
  close(fd);
  int all = !faults.failed;
  EXPECT(!all || (faults.n == 0) == good);
  socca_text_free(&faults);
  return all;
}

/* All steps of a start; 1 if every one of them did what it should. */
static int start(socca_journal *j)
{
  const socca_registry_setup setup = { .plugin_path = ".", .core = core };
  const void *vtbl = NULL, *pool = NULL, *address = NULL;
  socca_registry *r;
  socca_status s = socca_registry_open(j, &setup, &r);
  if (s) {
    EXPECT(s == SOCCA_E_NOMEM && r == NULL);
    return 0;
  }
  size_t n = socca_registry_count(r);
  const socca_entry *e = socca_registry_find(r, SOCCA_KIND_SAMPLER, "sound");
  const socca_entry *by_path = socca_registry_find(r, SOCCA_KIND_POOL, "./two_in_one.so");
  EXPECT(e != NULL); /* finding by name takes no memory */
  if (e) s = socca_registry_load(r, e, &vtbl);
  EXPECT((s == SOCCA_OK) == (vtbl != NULL));
  EXPECT(!e || (e->state == SOCCA_USABLE) == (s == SOCCA_OK));
  int all = s == SOCCA_OK;
  if (by_path) all &= made(socca_registry_load(r, by_path, &pool));
  EXPECT(!by_path || (by_path->state == SOCCA_USABLE) == (pool != NULL));
  socca_hash *builds = socca_hash_new();
  if (builds) socca_registry_hash_builds(r, builds);
  all &= builds != NULL;
  socca_hash_free(builds);
  for (size_t i = 0; i < n; i++) EXPECT(socca_registry_entry(r, i)->path != NULL);
  EXPECT(socca_registry_find(r, SOCCA_KIND_SAMPLER, "nothing like that") == NULL);
  EXPECT(socca_registry_find(r, SOCCA_KIND_SAMPLER, "dup") == NULL); /* two of one name */
  all &= lists(r);
  all &= made(socca_module_open(j, "good.so", "good_LTX_socca_plugin", &address));
  all &= checks("good.so", sound) && checks("extra_symbol", 0);
  all &= n == 26 && by_path && address;
  socca_registry_close(r);
  return all;
}

START_TEST(everywhere)
{
  char name[32];
  memory.from_there = _i;
  const char *here = enter_folder();
  put_plugin("good", "good.so");
  bytes b = built("good");
  put_plugin("two_in_one", "two_in_one.so");
  put_plugin("dup_one", "dup_one.so");
  put_plugin("dup_two", "dup_two.so");
  put_plugin("declares_dynesty", "declares_dynesty.so");
  setenv("SOCCA_PRIVATE_PATH", here, 1);
  put_plugin("extra_symbol", "extra_symbol"); /* by its name no plugin of this folder */
  ck_assert_int_eq(mkdir("more", 0755), 0);
  put_plugin("abi_new_fine", "more/new.so");
  char more[4200];
  snprintf(more, sizeof more, "%s/more", here);
  setenv("SOCCA_PLUGIN_PATH", more, 1);
  setenv("SOCCA_DISABLE", "sampler/dyn*", 1);
  for (int k = 0; k < 17; k++) { /* enough for the list to grow */
    snprintf(name, sizeof name, "broken%d.so", k);
    write_bytes(name, "x", 1);
  }
  sound = !memmem(b.s, b.n, "__asan_", 7) && !memmem(b.s, b.n, "__ubsan_", 8);
  free(b.s);
  for (long k = 0;; k++) {
    memory.fail_at = -1;
    socca_journal *j = socca_journal_new("test", SOCCA_LOG_ERROR);
    socca_journal_set_silent(j, 1);
    memory.fail_at = k;
    memory.count = 0;
    int all = start(j);
    memory.fail_at = -1;
    socca_journal_free(j);
    ck_assert_msg(!wrong, "allocation %ld: line %d", k, wrong);
    if (memory.count <= k) {
      ck_assert_int_eq(all, 1);
      ck_assert_int_gt(k, 40);
      break;
    }
  }
  leave_folder();
}
END_TEST

int main(void)
{
  Suite *s = suite_create("registry_oom");
  TCase *t = tcase_create("registry_oom");
  tcase_add_loop_test(t, everywhere, 0, 2);
  suite_add_tcase(s, t);
  return run_suite(s);
}
