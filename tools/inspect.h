/* SPDX-License-Identifier: BSD-3-Clause */
/* What socca-inspect can say about a file. */
#ifndef SOCCA_TOOLS_INSPECT_H
#define SOCCA_TOOLS_INSPECT_H
#include <base/journal.h>
#include <base/text.h>
#include <plugin/elfnote.h>
#include <plugin/registry.h>
#include <stdio.h>
#include <sys/stat.h>

enum { INSPECT_PLUGINS = 64 };
typedef struct plugin_file { /* open file and its notes, as they stand there */
  const char *path;
  socca_image image;
  size_t n;
  socca_meta meta[INSPECT_PLUGINS];
  uint32_t bytes[INSPECT_PLUGINS];
  socca_fault fault; /* code NULL: the file is in order */
} plugin_file;

/* Opens without loading; anything wrong is in ->fault. */
void plugin_file_open(plugin_file *, const char *path);
void plugin_file_close(plugin_file *);

/* --check: adds a line per fault to `faults`. */
void check_conformance(const plugin_file *, socca_text *faults);
/* --probe: loads it in a child process and tries its functions; a line per fault. */
socca_status probe_file(socca_journal *, const plugin_file *, socca_text *faults);

/* checkpoint.c */
int is_checkpoint(const char *path);
socca_status show_checkpoint(socca_journal *, const char *path, int json);
#endif
