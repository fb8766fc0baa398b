/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <base/file.h>
#include <plugin/dl.h>
#include <plugin/elfnote.h>
#include <plugin/record.h>
#include <plugin/trust.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void socca_records_free(socca_records *l)
{
  for (size_t i = 0; i < l->n; i++) {
    free(l->at[i]->path);
    free(l->at[i]->vtbl);
    free(l->at[i]);
  }
  free(l->at);
  socca_text_free(&l->searched);
}

static socca_record *add(socca_records *l, const char *path, int folder)
{
  socca_record **at = socca_grow(l->at, l->n, &l->room, sizeof *at);
  if (!at) return NULL;
  l->at = at;
  socca_record *r = socca_calloc(1, sizeof *r);
  char *copy = socca_strdup(path);
  if (!r || !copy) {
    free(r);
    free(copy);
    return NULL;
  }
  r->path = copy;
  r->folder = folder;
  r->sequence = l->n;
  return l->at[l->n++] = r;
}

/* Kind and name as the file name says, for want of a note: '?' for what no name holds, so that nothing in a listing
 * is a name of the file's choice. */
static void guess(socca_record *r)
{
  static const struct {
    const char *prefix;
    uint32_t kind;
  } kinds[] = { { "pool_", SOCCA_KIND_POOL },
                { "model_", SOCCA_KIND_MODEL },
                { "", SOCCA_KIND_SAMPLER } };
  const char *base = socca_path_base(r->path);
  size_t k = 0;
  while (strncmp(base, kinds[k].prefix, strlen(kinds[k].prefix)) != 0) k++;
  base += strlen(kinds[k].prefix);
  r->entry.kind = kinds[k].kind;
  char *name = r->entry.name;
  snprintf(name, sizeof r->entry.name, "%.*s", (int)strcspn(base, "."), base);
  if (!*name) *name = '?';
  for (char *c = name; *(c += strspn(c, SOCCA_NAME_LETTERS));) *c++ = '?';
}

static void describe(socca_record *r, const socca_meta *m, uint32_t bytes)
{
  int readable;
  socca_meta_check(m, bytes, &readable, &r->fault);
  r->bytes = bytes;
  if (readable) {
    r->entry.meta = *m;
    r->entry.kind = m->kind;
    memcpy(r->entry.name, m->name, sizeof r->entry.name);
  } else {
    guess(r);
  }
}

/* ---- one file ---- */

typedef struct found {
  socca_records *list;
  const char *path;
  int folder, any_owner, failed;
  const struct stat *st;
} found;

static int add_note(void *arg, const socca_meta *m, uint32_t bytes)
{
  found *f = arg;
  socca_record *r = add(f->list, f->path, f->folder);
  if (!r) return f->failed = -1;
  r->any_owner = f->any_owner;
  r->dev = f->st->st_dev;
  r->ino = f->st->st_ino;
  describe(r, m, bytes);
  if (!r->fault.code && socca_dl_static())
    socca_fault_set(&r->fault, "E_STATIC",
                    "this program is static: it has only the plugins that are built in");
  return 0;
}

static int is_known(const socca_records *l, const struct stat *st)
{
  for (size_t i = 0; i < l->n; i++)
    if (l->at[i]->ino == st->st_ino && l->at[i]->dev == st->st_dev && l->at[i]->ino) return 1;
  return 0;
}

/* lib*.so are libraries that plugins share, unless a note says otherwise. */
static int is_library(const char *path, const socca_fault *f)
{
  return !strncmp(socca_path_base(path), "lib", 3) &&
         (!strcmp(f->code, "E_NO_NOTE") || !strcmp(f->code, "E_NOT_ELF"));
}

socca_status socca_scan_file(socca_records *l, const char *path, int folder, int any_owner)
{
  socca_fault fault = { NULL, "" };
  struct stat st;
  int fd;
  size_t before = l->n;
  found f = { l, path, folder, any_owner, 0, &st };
  int wrong = socca_trust_open(path, any_owner, &fd, &st, &fault);
  if (!wrong) {
    /* a link to a file seen before, or a folder given twice */
    const socca_image im = { NULL, fd, (uint64_t)st.st_size };
    int known = folder != FOLDER_GIVEN && is_known(l, &st);
    if (!known) wrong = socca_elfnotes(&im, add_note, &f, &fault);
    close(fd);
    if (known) return SOCCA_OK;
  }
  if (f.failed) return socca_no_memory(l->journal);
  if (!wrong || (folder != FOLDER_GIVEN && is_library(path, &fault))) return SOCCA_OK;
  while (l->n > before + 1) { /* a damaged file is one record */
    socca_record *r = l->at[--l->n];
    free(r->path);
    free(r);
  }
  socca_record *r = l->n > before ? l->at[before] : add(l, path, folder);
  if (!r) return socca_no_memory(l->journal);
  memset(&r->entry, 0, sizeof r->entry);
  r->fault = fault;
  guess(r);
  return SOCCA_OK;
}

/* ---- folders ---- */

static int looks_like_plugin(const struct dirent *d)
{
  size_t n = strlen(d->d_name);
  return n > 3 && !strcmp(d->d_name + n - 3, ".so") && d->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
  return strcmp((*a)->d_name, (*b)->d_name); /* not alphasort, which follows the locale */
}

/* must_exist: the user named it on the command line. */
static socca_status scan_folder(socca_records *l, const char *folder, int must_exist)
{
  struct dirent **d = NULL;
  int n = scandir(folder, &d, looks_like_plugin, by_name);
  if (n < 0 && must_exist)
    return socca_error(l->journal, SOCCA_E_INPUT, "--plugin-path: %s: %s", folder, strerror(errno));
  if (n < 0 && errno == ENOMEM) return socca_no_memory(l->journal);
  if (n < 0 && errno != ENOENT)
    socca_message(l->journal, SOCCA_LOG_DEBUG, "plugins: %s: %s", folder, strerror(errno));
  socca_text_printf(&l->searched, "%s%s", l->searched.n ? ", " : "", folder);
  socca_status s = SOCCA_OK;
  socca_text path = { 0 };
  for (int i = 0; i < n; i++) {
    socca_text_clear(&path);
    socca_text_printf(&path, "%s/%s", folder, d[i]->d_name);
    if (!s)
      s = path.failed ? socca_no_memory(l->journal)
                      : socca_scan_file(l, path.s, l->folders, must_exist);
    free(d[i]);
  }
  free(d);
  socca_text_free(&path);
  l->folders++;
  return s;
}

static socca_status scan_element(socca_records *l, const char *where, const char *s, size_t n,
                                 int command_line)
{
  char given[4096], folder[4096];
  if (n == 0)
    return socca_error(l->journal, SOCCA_E_INPUT, "%s: an element is empty: remove the extra ':'",
                       where);
  if (n >= sizeof given)
    return socca_error(l->journal, SOCCA_E_INPUT, "%s: an element is too long", where);
  memcpy(given, s, n);
  given[n] = '\0';
  while (n > 1 && given[n - 1] == '/') given[--n] = '\0';
  if (!command_line && given[0] != '/')
    return socca_error(l->journal, SOCCA_E_INPUT,
                       "%s: '%s' is not absolute: folders must begin with '/'", where, given);
  if (socca_path_resolve(NULL, given, folder, sizeof folder))
    return socca_error(l->journal, SOCCA_E_INPUT, "%s: an element is too long", where);
  return scan_folder(l, folder, command_line);
}

static socca_status scan_list(socca_records *l, const char *where, const char *list,
                              int command_line)
{
  for (;;) {
    size_t n = strcspn(list, ":");
    socca_status s = scan_element(l, where, list, n, command_line);
    if (s || !list[n]) return s;
    list += n + 1;
  }
}

/* ---- what is linked in ---- */

static int add_linked(socca_records *l, const socca_plugin *p, const char *path, int folder)
{
  socca_record *r = add(l, path, folder);
  if (!r) return -1;
  describe(r, p->meta, sizeof *p->meta);
  r->plugin = p;
  return 0;
}

static int add_builtin(void *arg, const socca_plugin *p)
{
  socca_records *l = arg;
  return add_linked(l, p, "built-in", l->folders);
}

/* The user's folder and the system's, unless SOCCA_PLUGIN_PATH is all there shall be. */
static socca_status scan_defaults(socca_records *l)
{
  const char *home = secure_getenv("HOME"), *only = secure_getenv("SOCCA_PLUGIN_PATH_ONLY");
  char user[4096];
  socca_status s = SOCCA_OK;
  if (only && *only && strcmp(only, "0") != 0) return SOCCA_OK;
  if (home && home[0] == '/' &&
      (size_t)snprintf(user, sizeof user, "%s/.local/lib/socca/%d", home, SOCCA_ABI_MAJOR) <
          sizeof user)
    s = scan_folder(l, user, 0);
  return s ? s : scan_folder(l, SOCCA_PLUGINDIR, 0);
}

socca_status socca_scan(socca_records *l, const socca_registry_setup *setup)
{
  socca_status s = SOCCA_OK;
  const char *env = secure_getenv("SOCCA_PLUGIN_PATH");
  for (const socca_plugin *const *p = setup->core; p && *p; p++)
    if (add_linked(l, *p, "core", FOLDER_CORE)) return socca_no_memory(l->journal);
  const int alone = socca_dl_static(); /* what is built in is all that it can load */
  if (alone && socca_builtin_each(add_builtin, l)) return socca_no_memory(l->journal);
  if (alone) l->folders++;
  if (setup->plugin_path) s = scan_list(l, "--plugin-path", setup->plugin_path, 1);
  if (!s && env && *env) s = scan_list(l, "SOCCA_PLUGIN_PATH", env, 0);
  if (!s) s = scan_defaults(l);
  if (!s && !alone && socca_builtin_each(add_builtin, l)) s = socca_no_memory(l->journal);
  l->folders++;
  return s;
}
