/* SPDX-License-Identifier: BSD-3-Clause */
/* --check: what the manual asks of a plugin file, as far as it can be seen without loading it. */
#include "config.h"
#include "inspect.h"
#include <link.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SYMBOLS = 1 << 20, MOST_DYNAMIC = 4096, MOST_SECTIONS = 4096, MOST_STRINGS = 1 << 26 };

typedef struct dynamic { /* the entries that matter */
  uint64_t flags, flags_1, init_array, fini_array;
  uint64_t rpath[2]; /* offsets in the string table, + 1; 0: absent */
} dynamic;

static void fault(socca_text *t, const char *fmt, ...) SOCCA_PRINTF(2, 3);
static void fault(socca_text *t, const char *fmt, ...)
{
  va_list ap;
  va_start(ap, fmt);
  socca_text_vprintf(t, fmt, ap);
  va_end(ap);
  socca_text_puts(t, "\n");
}

static int read_dynamic(const socca_image *im, const ElfW(Ehdr) * h, dynamic *d)
{
  ElfW(Phdr) p;
  ElfW(Dyn) e;
  memset(d, 0, sizeof *d);
  for (unsigned i = 0; i < h->e_phnum; i++) {
    if (socca_image_read(im, h->e_phoff + i * sizeof p, sizeof p, &p)) return -1;
    if (p.p_type != PT_DYNAMIC) continue;
    for (uint64_t k = 0; k < p.p_filesz / sizeof e && k < MOST_DYNAMIC; k++) {
      if (socca_image_read(im, p.p_offset + k * sizeof e, sizeof e, &e)) return -1;
      if (e.d_tag == DT_NULL) return 0;
      if (e.d_tag == DT_FLAGS) d->flags = e.d_un.d_val;
      if (e.d_tag == DT_FLAGS_1) d->flags_1 = e.d_un.d_val;
      if (e.d_tag == DT_INIT_ARRAYSZ) d->init_array = e.d_un.d_val;
      if (e.d_tag == DT_FINI_ARRAYSZ) d->fini_array = e.d_un.d_val;
      if (e.d_tag == DT_RPATH) d->rpath[0] = e.d_un.d_val + 1;
      if (e.d_tag == DT_RUNPATH) d->rpath[1] = e.d_un.d_val + 1;
    }
    return 0;
  }
  return -1;
}

static void check_dynamic(const dynamic *d, socca_text *t)
{
  if (!(d->flags & DF_BIND_NOW) && !(d->flags_1 & DF_1_NOW))
    fault(t, "it is not bound when loaded: link with -Wl,-z,now");
  if (!(d->flags_1 & DF_1_NODELETE))
    fault(t, "it may be unmapped while its code is in use: link with -Wl,-z,nodelete");
  /* the compiler's own start-up file has one entry in each */
  if (d->init_array > sizeof(void *))
    fault(t, "it runs %d constructor(s) of its own when it is loaded",
          (int)(d->init_array / sizeof(void *)) - 1);
  if (d->fini_array > sizeof(void *))
    fault(t, "it runs %d destructor(s) of its own when the process ends",
          (int)(d->fini_array / sizeof(void *)) - 1);
}

/* ---- symbols: through the section headers, which strip(1) keeps ---- */

typedef struct symbols {
  const ElfW(Sym) * at;
  size_t n;
  const char *strings; /* NUL-terminated as a whole */
  size_t nstrings;
  int no_memory; /* which is no fault of the file */
} symbols;

static void *read_section(const socca_image *im, const ElfW(Shdr) * s, size_t limit, int *no_memory)
{
  if (s->sh_size == 0 || s->sh_size > limit) return NULL;
  char *p = calloc(1, s->sh_size + 1);
  if (!p) *no_memory = 1;
  if (p && socca_image_read(im, s->sh_offset, s->sh_size, p)) {
    free(p);
    p = NULL;
  }
  return p;
}

static int section_at(const socca_image *im, const ElfW(Ehdr) * h, unsigned i, ElfW(Shdr) * s)
{
  return i < h->e_shnum && h->e_shoff <= im->size
             ? socca_image_read(im, h->e_shoff + i * sizeof *s, sizeof *s, s)
             : -1;
}

static int read_symbols(const socca_image *im, const ElfW(Ehdr) * h, symbols *y)
{
  ElfW(Shdr) s, strings;
  memset(y, 0, sizeof *y);
  if (h->e_shentsize != sizeof s || h->e_shnum > MOST_SECTIONS) return -1;
  for (unsigned i = 0; !section_at(im, h, i, &s); i++) {
    if (s.sh_type != SHT_DYNSYM || section_at(im, h, s.sh_link, &strings)) continue;
    y->at = read_section(im, &s, MOST_SYMBOLS * sizeof *y->at, &y->no_memory);
    y->n = s.sh_size / sizeof *y->at;
    y->strings = read_section(im, &strings, MOST_STRINGS, &y->no_memory);
    y->nstrings = strings.sh_size;
    return y->at && y->strings ? 0 : -1;
  }
  return -1;
}

static const char *string_at(const symbols *y, uint64_t offset)
{
  return offset < y->nstrings ? y->strings + offset : "";
}

static int is_descriptor(const plugin_file *f, const char *name)
{
  char expected[64];
  for (size_t i = 0; i < f->n; i++) {
    snprintf(expected, sizeof expected, "%.39s_LTX_socca_plugin", f->meta[i].module);
    if (!strcmp(name, expected)) return 1;
  }
  return 0;
}

static int is_linkers(const char *name) /* gold shows these of every file */
{
  return !strcmp(name, "_end") || !strcmp(name, "_edata") || !strcmp(name, "__bss_start");
}

/* Not _exit(), with which forked children end. */
static int ends_processes(const char *name)
{
  return !strcmp(name, "exit") || !strcmp(name, "abort") || !strcmp(name, "quick_exit");
}

/* atexit() of C; compilers of C++ put it into files with static objects by themselves. */
static int registers_end(const symbols *y, const char *name)
{
  if (strcmp(name, "__cxa_atexit") != 0) return 0;
  for (size_t i = 1; i < y->n; i++)
    if (!strncmp(string_at(y, y->at[i].st_name), "__gxx_personality", 17)) return 0;
  return 1;
}

static void check_symbols(const plugin_file *f, const symbols *y, socca_text *t)
{
  size_t descriptors = 0;
  for (size_t i = 1; i < y->n; i++) {
    const ElfW(Sym) *s = &y->at[i];
    const char *name = string_at(y, s->st_name);
    unsigned bind = s->st_info >> 4, visibility = s->st_other & 3;
    if (s->st_shndx == SHN_UNDEF) {
      if (!strncmp(name, "socca_", 6))
        fault(t, "it needs '%s' of the host: plugins reach the host through its table only", name);
      if (ends_processes(name))
        fault(t, "it calls %s(): no plugin ends the process, errors are returned", name);
      if (registers_end(y, name))
        fault(t, "it calls atexit(): nothing of it may run after the fit");
    } else if (bind != STB_LOCAL && (visibility == STV_DEFAULT || visibility == STV_PROTECTED)) {
      if (is_descriptor(f, name))
        descriptors++;
      else if (!is_linkers(name))
        fault(t, "it exports '%s': only descriptors may be visible (-fvisibility=hidden)", name);
    }
  }
  if (descriptors != f->n)
    fault(t, "it has %zu note(s), but exports %zu descriptor(s)", f->n, descriptors);
}

/* $ORIGIN or ${ORIGIN}, alone or with a folder below it or beside it */
static int is_relative(const char *s, size_t n)
{
  static const char *const origin[] = { "$ORIGIN", "${ORIGIN}" };
  for (size_t i = 0; i < 2; i++) {
    size_t k = strlen(origin[i]);
    if (n >= k && !strncmp(s, origin[i], k) && (n == k || s[k] == '/')) return 1;
  }
  return 0;
}

static void check_rpath(const dynamic *d, const symbols *y, socca_text *t)
{
  for (int i = 0; i < 2; i++) {
    if (!d->rpath[i]) continue;
    const char *path = string_at(y, d->rpath[i] - 1);
    for (size_t n;; path += n + 1) {
      n = strcspn(path, ":");
      if (!is_relative(path, n))
        fault(t, "it looks for libraries in '%.*s': use $ORIGIN or no run path", (int)n, path);
      if (!path[n]) break;
    }
  }
}

void check_conformance(const plugin_file *f, socca_text *t)
{
  ElfW(Ehdr) h;
  dynamic d;
  symbols y = { .at = NULL };
  if (f->fault.code) fault(t, "%s [%s]", f->fault.reason, f->fault.code);
  for (size_t i = 0; i < f->n; i++) {
    socca_fault meta = { NULL, "" };
    int readable;
    if (socca_meta_check(&f->meta[i], f->bytes[i], &readable, &meta))
      fault(t, "%s [%s]", meta.reason, meta.code);
  }
  if (f->n == 0) return;
  if (socca_image_read(&f->image, 0, sizeof h, &h) || read_dynamic(&f->image, &h, &d)) {
    fault(t, "it has no dynamic section: not a shared object");
    return;
  }
  check_dynamic(&d, t);
  if (read_symbols(&f->image, &h, &y)) {
    if (y.no_memory)
      t->failed = 1;
    else
      fault(t, "its symbols cannot be read: the section headers are missing or damaged");
  } else {
    check_symbols(f, &y, t);
    check_rpath(&d, &y, t);
  }
  free((void *)(uintptr_t)y.at);
  free((void *)(uintptr_t)y.strings);
}
