/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <plugin/dl.h>
#include <dlfcn.h>
#include <link.h>
#include <ltdl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;

static int has_interpreter(struct dl_phdr_info *program, size_t size, void *found)
{
  (void)size;
  for (int i = 0; i < program->dlpi_phnum; i++)
    if (program->dlpi_phdr[i].p_type == PT_INTERP) *(int *)found = 1;
  return 1; /* the program comes first: no further */
}

int socca_dl_static(void)
{
  int found = 0;
  dl_iterate_phdr(has_interpreter, &found);
  return !found;
}

/* Files go through dlopen itself: libltdl binds lazily, so that a missing symbol would end a run hours
 * later, and answers "file not found" whatever is wrong. */
int socca_dl_open(const char *path, int global, void **handle, socca_fault *f)
{
  if (strchr(path, '$')) {
    *handle = NULL;
    return socca_fault_set(
        f, "E_DLOPEN",
        "its path holds '$', where the dynamic linker would look for $ORIGIN and "
        "the like: call it otherwise");
  }
  pthread_mutex_lock(&door);
  *handle = dlopen(path, RTLD_NOW | RTLD_NODELETE | (global ? RTLD_GLOBAL : RTLD_LOCAL));
  if (!*handle) {
    const char *text = dlerror();
    size_t n = strlen(path);
    /* the path is part of every message about the plugin already */
    if (text && !strncmp(text, path, n) && text[n] == ':') text += n + 1 + (text[n + 1] == ' ');
    socca_fault_set(f, "E_DLOPEN", "it does not load: %s", text ? text : "no reason given");
  }
  pthread_mutex_unlock(&door);
  return *handle ? 0 : -1;
}

const void *socca_dl_symbol(void *handle, const char *name)
{
  pthread_mutex_lock(&door);
  const void *address = dlsym(handle, name);
  pthread_mutex_unlock(&door);
  return address;
}

/* ---- builds ---- */

typedef struct object { /* the program or shared object that holds this address */
  uintptr_t address;
  socca_hash *hash;
} object;

static int holds(const struct dl_phdr_info *o, uintptr_t address, size_t n)
{
  for (int i = 0; i < o->dlpi_phnum; i++) {
    const ElfW(Phdr) *p = &o->dlpi_phdr[i];
    uintptr_t from = address - o->dlpi_addr - p->p_vaddr;
    if (p->p_type == PT_LOAD && p->p_flags & PF_R && from <= p->p_filesz && n <= p->p_filesz - from)
      return 1;
  }
  return 0;
}

static int hash_build(struct dl_phdr_info *o, size_t size, void *arg)
{
  const object *wanted = arg;
  (void)size;
  if (!holds(o, wanted->address, 1)) return 0;
  for (int i = 0; i < o->dlpi_phnum; i++) {
    const ElfW(Phdr) *p = &o->dlpi_phdr[i];
    uintptr_t at = o->dlpi_addr + p->p_vaddr;
    uint64_t n = p->p_filesz;
    socca_hash_add(wanted->hash, &n, sizeof n);
    if (p->p_type == PT_NOTE && holds(o, at, n))
      socca_hash_add(wanted->hash, (const void *)at, n); /* the linker's build-id is one of them */
  }
  return 1;
}

void socca_dl_hash_build(const void *address, socca_hash *h)
{
  object wanted = { (uintptr_t)address, h };
  dl_iterate_phdr(hash_build, &wanted);
}

/* ---- built-in modules ---- */

/* libtool writes this table into a program linked with -dlpreopen; all others have none. Each module's
 * file name stands there without an address, followed by its symbols. */
extern const lt_dlsymlist lt__PROGRAM__LTX_preloaded_symbols[] __attribute__((weak));

static lt_dlhandle open_preloaded(const char *module)
{
  lt_dladvise advise;
  lt_dlhandle h = NULL;
  if (lt_dladvise_init(&advise)) return NULL;
  /* A bare name, and this advice: else libltdl would search LTDL_LIBRARY_PATH and LD_LIBRARY_PATH. */
  if (!lt_dladvise_preload(&advise)) h = lt_dlopenadvise(module, advise);
  lt_dladvise_destroy(&advise);
  return h;
}

static int ready(void)
{
  const lt_dlsymlist *table = lt__PROGRAM__LTX_preloaded_symbols;
  return table && !lt_dlinit() && !lt_dlpreload(table);
}

static int is_plugin(const char *symbol)
{
  static const char end[] = "_LTX_socca_plugin";
  size_t n = strlen(symbol);
  return n > sizeof end - 1 && !strcmp(symbol + n - (sizeof end - 1), end);
}

int socca_builtin_each(int (*visit)(void *arg, const socca_plugin *), void *arg)
{
  int stop = 0;
  pthread_mutex_lock(&door);
  lt_dlhandle module = NULL;
  for (const lt_dlsymlist *s = lt__PROGRAM__LTX_preloaded_symbols; ready() && s->name && !stop;
       s++) {
    if (!s->address)
      module = s->name[0] == '@' ? NULL : open_preloaded(s->name);
    else if (module && is_plugin(s->name)) {
      const void *address = lt_dlsym(module, s->name);
      if (address) stop = visit(arg, address);
    }
  }
  pthread_mutex_unlock(&door);
  return stop;
}

const void *socca_builtin_symbol(const char *module, const char *name)
{
  const void *address = NULL;
  pthread_mutex_lock(&door);
  if (ready()) {
    lt_dlhandle h = open_preloaded(module);
    if (h) address = lt_dlsym(h, name);
  }
  pthread_mutex_unlock(&door);
  return address;
}
