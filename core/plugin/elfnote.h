/* SPDX-License-Identifier: BSD-3-Clause */
/* Metadata of the plugins in a file, read from its PT_NOTE segments without loading it. Every offset is
 * checked: files come from anywhere. */
#ifndef SOCCA_PLUGIN_ELFNOTE_H
#define SOCCA_PLUGIN_ELFNOTE_H
#include <plugin/fault.h>
#include <socca/plugin.h>

typedef struct socca_image { /* content of a file: in memory, or read from fd where needed */
  const unsigned char *data; /* NULL: fd */
  int fd;
  uint64_t size;
} socca_image;
/* 0, or -1 where the range does not lie within the file. */
int socca_image_read(const socca_image *, uint64_t offset, size_t n, void *out);

/* Calls visit for each plugin note, in order, until it returns other than 0. `bytes`: how much of the
 * meta the note held, the rest is zero. 0: at least one was found, none is damaged. */
typedef int (*socca_note_visit)(void *arg, const socca_meta *, uint32_t bytes);
int socca_elfnotes(const socca_image *, socca_note_visit, void *arg, socca_fault *);

/* Can this host use it? ABI, texts, capability bits, MPI. *readable: its texts may be shown. */
int socca_meta_check(const socca_meta *, uint32_t bytes, int *readable, socca_fault *);
#define SOCCA_NAME_LETTERS "abcdefghijklmnopqrstuvwxyz0123456789_"
/* [a-z][a-z0-9_]*, as long as a note has room for */
int socca_is_plugin_name(const char *);
#endif
