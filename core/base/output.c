/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that appear whole or not at all: written beside their place, then renamed into it. */
#include "config.h"
#include <base/file.h>
#include <base/text.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct socca_output {
  socca_journal *journal;
  FILE *stream;
  char *path, *temporary;
};

/* A new file keeps what the umask allows; mkstemp alone would make it private. */
static void usual_mode(int fd)
{
  mode_t mask = umask(0);
  umask(mask);
  if (fchmod(fd, 0666 & ~mask)) return; /* stays private, which is no reason to fail */
}

socca_status socca_output_open(socca_journal *j, const char *path, socca_output **out)
{
  socca_output *o = calloc(1, sizeof *o);
  socca_text t = { 0 };
  socca_text_printf(&t, "%s.tmpXXXXXX", path);
  if (!o || !t.s || !(o->path = socca_strdup(path))) {
    socca_text_free(&t);
    free(o);
    return socca_error(j, SOCCA_E_NOMEM, "%s: out of memory", path);
  }
  o->journal = j;
  o->temporary = t.s;
  int fd = mkstemp(o->temporary);
  if (fd >= 0) {
    usual_mode(fd);
    o->stream = fdopen(fd, "w+b");
  }
  if (!o->stream) {
    socca_status s = socca_error(j, SOCCA_E_IO, "cannot write %s: %s", path, strerror(errno));
    if (fd >= 0) {
      close(fd);
      unlink(o->temporary);
    }
    free(o->temporary);
    free(o->path);
    free(o);
    return s;
  }
  *out = o;
  return SOCCA_OK;
}

FILE *socca_output_stream(socca_output *o)
{
  return o->stream;
}

const char *socca_output_name(const socca_output *o)
{
  return o->temporary;
}

static void finish(socca_output *o)
{
  free(o->temporary);
  free(o->path);
  free(o);
}

void socca_output_discard(socca_output *o)
{
  if (!o) return;
  fclose(o->stream);
  unlink(o->temporary);
  finish(o);
}

/* The name may have been written by a library through its own handle: sync by name. */
static int flush(socca_output *o)
{
  if (fflush(o->stream) || ferror(o->stream)) return -1;
  int fd = open(o->temporary, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  int failed = fsync(fd);
  close(fd);
  return failed;
}

static void sync_folder(const char *path)
{
  char folder[4096];
  if (socca_path_resolve(path, ".", folder, sizeof folder)) return;
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  if (fsync(fd)) errno = 0; /* not every file system can; the rename itself is atomic */
  close(fd);
}

/* A hard link keeps `path` in place until the rename replaces it: there is always a whole file. */
static int keep_former(const char *path)
{
  socca_text former = { 0 };
  socca_text_printf(&former, "%s.1", path);
  if (!former.s) return -1;
  int failed = 0;
  if (access(path, F_OK) == 0) {
    failed = unlink(former.s) && errno != ENOENT;
    if (!failed && link(path, former.s)) failed = rename(path, former.s);
  }
  socca_text_free(&former);
  return failed;
}

socca_status socca_output_commit(socca_output *o, int keep_previous)
{
  socca_status s = SOCCA_OK;
  if (flush(o) || (keep_previous && keep_former(o->path)) || rename(o->temporary, o->path)) {
    s = socca_error(o->journal, SOCCA_E_IO, "cannot write %s: %s", o->path, strerror(errno));
    unlink(o->temporary);
  }
  fclose(o->stream);
  if (!s) sync_folder(o->path);
  finish(o);
  return s;
}
