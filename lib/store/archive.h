/* SPDX-License-Identifier: BSD-3-Clause */
/* Checkpoints: one file of named arrays, versioned and checksummed, written atomically with the previous one
 * kept as FILE.1. Layout documented in doc/checkpoint-format.md.
 *
 * A run keeps one archive for all of its life, because the archive remembers the file that this process read
 * or wrote last:
 *   socca_archive_load(j, path, &a);                      resume, or
 *   a = socca_archive_new(j); [socca_archive_adopt(a, path);]  start anew
 *   for each checkpoint: socca_archive_restart(a); ... socca_archive_io() ...; socca_archive_save(a, path); */
#ifndef SOCCA_STORE_ARCHIVE_H
#define SOCCA_STORE_ARCHIVE_H
#include <store/items.h>

/* A fresh archive to be written: io() stores copies. */
socca_archive *socca_archive_new(socca_journal *);
void socca_archive_free(socca_archive *);
int socca_archive_loading(const socca_archive *);
/* Empties it, to be written (again). It still knows which file is its own. */
void socca_archive_restart(socca_archive *);
/* Sections keep names of the session and of the sampler apart: current prefix for io(), "" at first. */
void socca_archive_section(socca_archive *, const char *prefix);
/* Writing: stores. Loading: copies out; a missing array, other type or other n is SOCCA_E_RESUME, named. */
socca_status socca_archive_io(socca_archive *, const char *name, uint32_t type, size_t n, void *p);
/* Elements stored under a name (loading), SIZE_MAX if absent. */
size_t socca_archive_length(const socca_archive *, const char *name);
/* A whole item list (identity, options) under a name; draws are not part of it. */
socca_status socca_archive_items(socca_archive *, const char *name, socca_result *);

/* Refuses (SOCCA_E_RESUME) when the file on disk is not the one this process wrote or read last: another run
 * writes it too. */
socca_status socca_archive_save(socca_archive *, const char *path);
/* The checkpoint that lies at `path` now may be replaced: a run that was told to start anew over an old one.
 * SOCCA_E_INPUT: it is some other file, such as the image. */
socca_status socca_archive_adopt(socca_archive *, const char *path);
/* A damaged `path` falls back to `path.1` with a warning; both damaged: SOCCA_E_RESUME. Absent: *out NULL, OK. */
socca_status socca_archive_load(socca_journal *, const char *path, socca_archive **out);
/* The bytes of a checkpoint (copied); *why tells what is wrong with them. For tests. */
socca_status socca_archive_parse(socca_journal *, const void *bytes, size_t n, socca_archive **out,
                                 const char **why);
/* For socca-inspect: names, types and lengths in order. 0 past the end. */
int socca_archive_entry(const socca_archive *, size_t i, const char **name, uint32_t *type,
                        size_t *n);
#endif
