/* SPDX-License-Identifier: BSD-3-Clause */
/* Paths, and files that appear whole or not at all. */
#ifndef SOCCA_BASE_FILE_H
#define SOCCA_BASE_FILE_H
#include <base/journal.h>

/* `path` as seen from the folder of `file` (or from the folder itself if it ends in '/'; NULL: the current
 * folder); "~/" is expanded. SOCCA_E_INPUT: longer than n. */
socca_status socca_path_resolve(const char *file, const char *path, char *out, size_t n);
const char *socca_path_base(const char *path); /* after the last '/' */
/* A regular file that can be read? If not, records what is wrong with it ("is a directory", "is a FIFO",
 * "no such file") and returns SOCCA_E_INPUT. `where`: "fit.yaml:3:9" or NULL. */
socca_status socca_file_check(socca_journal *, const char *where, const char *path);

/* Whole content, NUL-terminated past the end (malloc). Regular files up to `limit` bytes. */
socca_status socca_file_read(socca_journal *, const char *path, size_t limit, char **data,
                             size_t *n);

/* Writing to a temporary file beside `path`: open, write to the stream or to the name, then commit (flush,
 * fsync, rename; keep_previous: an existing `path` becomes `path.1`) or discard. A failed commit leaves the
 * former file as it was. */
typedef struct socca_output socca_output;
socca_status socca_output_open(socca_journal *, const char *path, socca_output **);
FILE *socca_output_stream(socca_output *);
const char *socca_output_name(const socca_output *);
socca_status socca_output_commit(socca_output *, int keep_previous);
void socca_output_discard(socca_output *);
/* Removes what killed runs left of `path`: files of exactly the temporary names, the user's own, older than this
 * process, and written by nobody. */
void socca_output_sweep(const char *path);
#endif
