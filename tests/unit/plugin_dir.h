/* SPDX-License-Identifier: BSD-3-Clause */
/* Folders of plugins for tests: copies of what tests/plugins builds, patched where needed. */
#ifndef SOCCA_TESTS_PLUGIN_DIR_H
#define SOCCA_TESTS_PLUGIN_DIR_H
#include <check.h>
#include <plugin/registry.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HELPER static inline __attribute__((unused))

typedef struct bytes {
  unsigned char *s;
  size_t n;
} bytes;

HELPER bytes read_bytes(const char *path)
{
  bytes b = { NULL, 0 };
  FILE *f = fopen(path, "rb");
  struct stat st;
  ck_assert_msg(f != NULL, "%s is missing: 'make check' builds it", path);
  ck_assert_int_eq(fstat(fileno(f), &st), 0);
  b.n = (size_t)st.st_size;
  b.s = malloc(b.n + 1);
  ck_assert_ptr_nonnull(b.s);
  ck_assert_uint_eq(fread(b.s, 1, b.n, f), b.n);
  fclose(f);
  return b;
}

HELPER bytes built(const char *plugin)
{
  char path[4096];
  const char *build = getenv("SOCCA_BUILD");
  snprintf(path, sizeof path, "%s/tests/plugins/.libs/%s.so", build ? build : ".", plugin);
  return read_bytes(path);
}

HELPER void write_bytes(const char *path, const void *s, size_t n)
{
  FILE *f = fopen(path, "wb");
  ck_assert_ptr_nonnull(f);
  ck_assert_uint_eq(fwrite(s, 1, n, f), n);
  ck_assert_int_eq(fclose(f), 0);
  ck_assert_int_eq(chmod(path, 0644), 0);
}

HELPER void put_plugin(const char *plugin, const char *path)
{
  bytes b = built(plugin);
  write_bytes(path, b.s, b.n);
  free(b.s);
}

/* An empty folder as current directory, and nothing on the search path: no home, nor what may be installed already. */
HELPER char *enter_folder(void)
{
  static char folder[4096];
  snprintf(folder, sizeof folder, "%s/socca-check-XXXXXX",
           getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
  ck_assert_ptr_nonnull(mkdtemp(folder));
  ck_assert_int_eq(chdir(folder), 0);
  setenv("HOME", folder, 1);
  unsetenv("SOCCA_PLUGIN_PATH");
  setenv("SOCCA_PLUGIN_PATH_ONLY", "1", 1);
  unsetenv("SOCCA_DISABLE");
  unsetenv("SOCCA_PRIVATE_PATH");
  return folder;
}

HELPER void leave_folder(void)
{
  char command[4200], here[4096];
  ck_assert_ptr_nonnull(getcwd(here, sizeof here));
  snprintf(command, sizeof command, "rm -rf '%s'", here);
  ck_assert_int_eq(chdir("/"), 0);
  ck_assert_int_eq(system(command), 0);
}

/* Plugins found, those apart that are installed. */
HELPER size_t count_here(const socca_registry *r)
{
  const socca_entry *e;
  size_t n = 0;
  for (size_t i = 0; (e = socca_registry_entry(r, i)); i++)
    n += strncmp(e->path, SOCCA_PLUGINDIR "/", sizeof SOCCA_PLUGINDIR) != 0;
  return n;
}

HELPER const socca_entry *entry_at(const socca_registry *r, const char *path)
{
  const socca_entry *e;
  for (size_t i = 0; (e = socca_registry_entry(r, i)); i++)
    if (!strcmp(e->path, path)) return e;
  return NULL;
}
#endif
