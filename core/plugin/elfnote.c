/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <plugin/elfnote.h>
#include <elf.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

/* Limits that no real file reaches, so that a malicious one cannot keep the reader busy. */
enum { MOST_SEGMENTS = 1024, MOST_NOTES = 4096 };

#if defined(__x86_64__)
enum { MACHINE = EM_X86_64 };
#elif defined(__aarch64__)
enum { MACHINE = EM_AARCH64 };
#elif defined(__powerpc64__)
enum { MACHINE = EM_PPC64 };
#elif defined(__riscv)
enum { MACHINE = EM_RISCV };
#elif defined(__s390x__)
enum { MACHINE = EM_S390 };
#elif defined(__i386__)
enum { MACHINE = EM_386 };
#else
enum { MACHINE = EM_NONE }; /* left to the dynamic linker */
#endif
enum {
  CLASS = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32,
  DATA = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB
};

int socca_image_read(const socca_image *im, uint64_t offset, size_t n, void *out)
{
  if (offset > im->size || n > im->size - offset) return -1;
  if (im->data) {
    memcpy(out, im->data + offset, n);
    return 0;
  }
  return pread(im->fd, out, n, (off_t)offset) == (ssize_t)n ? 0 : -1;
}

static int corrupt(socca_fault *f, const char *what)
{
  return socca_fault_set(f, "E_NOTE_CORRUPT", "damaged file: %s", what);
}

static int read_header(const socca_image *im, ElfW(Ehdr) * h, socca_fault *f)
{
  if (socca_image_read(im, 0, EI_NIDENT, h->e_ident) || memcmp(h->e_ident, ELFMAG, SELFMAG))
    return socca_fault_set(f, "E_NOT_ELF", im->size ? "not an ELF file" : "the file is empty");
  if (h->e_ident[EI_CLASS] != CLASS || h->e_ident[EI_DATA] != DATA)
    return socca_fault_set(f, "E_ARCH", "built for another word size or byte order");
  if (socca_image_read(im, 0, sizeof *h, h)) return corrupt(f, "it ends within its header");
  if (MACHINE != EM_NONE && h->e_machine != MACHINE)
    return socca_fault_set(f, "E_ARCH",
                           "built for another machine (ELF machine %u, this one is %d)",
                           h->e_machine, MACHINE);
  if (h->e_type != ET_DYN && h->e_type != ET_EXEC)
    return socca_fault_set(f, "E_NOT_ELF", "an ELF file, but no shared object");
  if (h->e_phnum > MOST_SEGMENTS || (h->e_phnum && h->e_phentsize != sizeof(ElfW(Phdr))) ||
      h->e_phoff > im->size)
    return corrupt(f, "program headers");
  return 0;
}

typedef struct walk {
  const socca_image *image;
  socca_note_visit visit;
  void *arg;
  socca_fault *fault;
  unsigned seen, ours;
} walk;

static int take(walk *w, uint64_t at, uint32_t n)
{
  socca_meta meta;
  memset(&meta, 0, sizeof meta);
  if (n > sizeof meta) n = sizeof meta;
  if (n < offsetof(socca_meta, kind)) return corrupt(w->fault, "the plugin note is too short");
  if (socca_image_read(w->image, at, n, &meta)) return corrupt(w->fault, "plugin note");
  w->ours++;
  return w->visit(w->arg, &meta, n);
}

static uint64_t round_up(uint64_t x, uint64_t align)
{
  return (x + align - 1) & ~(align - 1);
}

/* The notes of one segment. Sizes are 32-bit: their 64-bit sums do not overflow. */
static int walk_segment(walk *w, uint64_t at, uint64_t left, uint64_t align)
{
  static const char owner[6] = "SOCCA";
  ElfW(Nhdr) n;
  while (left >= sizeof n) {
    if (socca_image_read(w->image, at, sizeof n, &n)) return corrupt(w->fault, "note");
    uint64_t desc = round_up(sizeof n + (uint64_t)n.n_namesz, align);
    if (desc + n.n_descsz > left) return corrupt(w->fault, "a note runs past its segment");
    if (++w->seen > MOST_NOTES) return corrupt(w->fault, "too many notes");
    char name[sizeof owner];
    if (n.n_type == SOCCA_NOTE_TYPE && n.n_namesz == sizeof owner &&
        !socca_image_read(w->image, at + sizeof n, sizeof name, name) &&
        !memcmp(name, owner, sizeof owner)) {
      int stop = take(w, at + desc, n.n_descsz);
      if (stop) return stop;
    }
    uint64_t next = round_up(desc + n.n_descsz, align);
    if (next > left) break;
    at += next;
    left -= next;
  }
  return 0;
}

static int read_segment(const socca_image *im, const ElfW(Ehdr) * h, unsigned i, ElfW(Phdr) * p,
                        socca_fault *f)
{
  if (socca_image_read(im, h->e_phoff + i * sizeof *p, sizeof *p, p))
    return corrupt(f, "program headers");
  int outside = p->p_offset > im->size || p->p_filesz > im->size - p->p_offset;
  if (outside && p->p_type == PT_NOTE) return corrupt(f, "a note segment lies outside the file");
  /* half a copy: the dynamic linker maps it, and dies of SIGBUS */
  if (outside && p->p_type == PT_LOAD) return corrupt(f, "it is cut short");
  return 0;
}

int socca_elfnotes(const socca_image *im, socca_note_visit visit, void *arg, socca_fault *f)
{
  ElfW(Ehdr) h;
  ElfW(Phdr) p;
  walk w = { .image = im, .visit = visit, .arg = arg, .fault = f };
  if (read_header(im, &h, f)) return -1;
  for (unsigned i = 0; i < h.e_phnum; i++) {
    if (read_segment(im, &h, i, &p, f)) return -1;
    if (p.p_type != PT_NOTE) continue;
    int stop = walk_segment(&w, p.p_offset, p.p_filesz, p.p_align == 8 ? 8 : 4);
    if (stop) return stop;
  }
  return w.ours ? 0 : socca_fault_set(f, "E_NO_NOTE", "no socca plugin: there is no note in it");
}

/* ---- is what the note says acceptable? ---- */

static int is_name(const char *s, const char *more)
{
  size_t n = strspn(s, SOCCA_NAME_LETTERS);
  return s[0] >= 'a' && s[0] <= 'z' && (s[n] == '\0' || strchr(more, s[n]));
}

int socca_is_plugin_name(const char *s)
{
  return is_name(s, "") && strlen(s) < sizeof((socca_meta *)0)->name;
}

/* Ends within its field, and holds nothing that a terminal would obey. */
static int is_text(const char *s, size_t room)
{
  if (!memchr(s, '\0', room)) return 0;
  for (; *s; s++)
    if ((unsigned char)*s < 0x20 || *s == 0x7f) return 0;
  return 1;
}

static int texts_readable(const socca_meta *m)
{
  if (!is_text(m->module, sizeof m->module) || !is_text(m->name, sizeof m->name) ||
      !is_text(m->aliases, sizeof m->aliases) || !is_text(m->version, sizeof m->version) ||
      !is_text(m->license, sizeof m->license) || !is_text(m->summary, sizeof m->summary) ||
      !is_text(m->advice, sizeof m->advice) || !is_name(m->name, ""))
    return 0;
  for (const char *a = m->aliases; *a; a += strcspn(a, " "), a += strspn(a, " "))
    if (!is_name(a, " ")) return 0;
  /* the prefix of a C symbol */
  size_t n = strspn(m->module, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
  return n > 0 && m->module[n] == '\0' && (m->module[0] < '0' || m->module[0] > '9');
}

#define BIT(name, bit, text) | (bit)
static int check_bits(const socca_meta *m, socca_fault *f)
{
  uint32_t pool = (m->pool_needs | m->pool_denies) & ~(0u SOCCA_POOL_CAPS(BIT));
  uint32_t model = (m->model_needs | m->model_denies) & ~(0u SOCCA_MODEL_CAPS(BIT));
  if (!pool && !model) return 0;
  return socca_fault_set(f, "E_ABI_NEEDS_NEWER_HOST",
                         "needs or denies a capability (%s bits 0x%x) that this socca does not "
                         "know: it needs a newer one",
                         pool ? "pool" : "model", pool ? pool : model);
}

/* What every note has had since ABI 0.0; members added later may be absent. */
enum { META_FIRST = 496 };

int socca_meta_check(const socca_meta *m, uint32_t bytes, int *readable, socca_fault *f)
{
  *readable = bytes >= META_FIRST && texts_readable(m);
  if (m->abi_major != SOCCA_ABI_MAJOR)
    return socca_fault_set(f, "E_ABI_MAJOR", "built for plugin ABI %u.%u, this socca offers %d.%d",
                           m->abi_major, m->abi_minor, SOCCA_ABI_MAJOR, SOCCA_ABI_MINOR);
  if (bytes < META_FIRST || m->size < META_FIRST) return corrupt(f, "the plugin note is too short");
  if (!*readable) return corrupt(f, "the plugin note's name or texts are not legal");
  if (m->kind < SOCCA_KIND_SAMPLER || m->kind > SOCCA_KIND_MODEL) {
    *readable = 0;
    if (m->abi_minor == SOCCA_ABI_MINOR) return corrupt(f, "the plugin note's kind");
    return socca_fault_set(f, "E_ABI_NEEDS_NEWER_HOST",
                           "of a kind (%u) that this socca does not know", m->kind);
  }
  if (m->mpi_abi > 2)
    return socca_fault_set(f, "E_MPI_ABI", "built for an MPI that this socca does not know (%u)",
                           m->mpi_abi);
  return check_bits(m, f);
}
