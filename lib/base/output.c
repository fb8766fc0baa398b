/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that appear whole or not at all: written beside their place, then renamed into it; and what is left of them
 * when a run is killed. */
#include "config.h"
#include <base/file.h>
#include <base/text.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char middle[] = ".tmp";
enum { LETTERS = 6 }; /* that mkstemp() chooses, after it */

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

/* A new file of that pattern, locked for as long as it is being written: what is not locked was left by a run that
 * was killed. Somebody who sweeps up may be faster than the lock. */
static int make(char *name)
{
  char *end = name + strlen(name) - LETTERS;
  for (int turn = 0; turn < 100; turn++) {
    struct stat st;
    memset(end, 'X', LETTERS);
    int fd = mkstemp(name);
    if (fd < 0 || flock(fd, LOCK_EX) || fstat(fd, &st) || st.st_nlink) return fd;
    close(fd);
  }
  return -1;
}

/* When this process began, by the clock of files; 0: not known. */
static double process_start(void)
{
  enum { FIELDS = 20 }; /* from the name's ')' on */
  char line[1024] = "";
  struct timespec now, up;
  FILE *f = fopen("/proc/self/stat", "re");
  if (f && !fgets(line, sizeof line, f)) line[0] = '\0';
  if (f) fclose(f);
  const char *s = strrchr(line, ')');
  for (int i = 0; s && i < FIELDS; i++) s = strchr(s + 1, ' ');
  double ticks;
  if (!s || socca_scan_double(s + 1, &ticks) == s + 1 || clock_gettime(CLOCK_REALTIME, &now) ||
      clock_gettime(CLOCK_BOOTTIME, &up))
    return 0;
  double age = (double)up.tv_sec + 1e-9 * (double)up.tv_nsec - ticks / (double)sysconf(_SC_CLK_TCK);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec - age;
}

static int is_leftover(const struct stat *st, double start)
{
  return S_ISREG(st->st_mode) && st->st_uid == geteuid() && st->st_nlink == 1 &&
         (double)st->st_mtim.tv_sec + 1e-9 * (double)st->st_mtim.tv_nsec < start;
}

static void sweep_one(int folder, const char *name, double start)
{
  struct stat st;
  if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) || !is_leftover(&st, start)) return;
  int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return;
  if (!flock(fd, LOCK_EX | LOCK_NB) && !fstat(fd, &st) && is_leftover(&st, start))
    unlinkat(folder, name, 0);
  close(fd);
}

void socca_output_sweep(const char *path)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  char folder[4096];
  const char *base = socca_path_base(path);
  const size_t n = strlen(base), stem = n + sizeof middle - 1;
  const double start = process_start();
  if (!*base || socca_path_resolve(path, ".", folder, sizeof folder)) return;
  DIR *d = opendir(folder);
  for (struct dirent *e; d && (e = readdir(d));)
    if (!strncmp(e->d_name, base, n) && !strncmp(e->d_name + n, middle, sizeof middle - 1) &&
        strspn(e->d_name + stem, alphabet) == LETTERS && !e->d_name[stem + LETTERS])
      sweep_one(dirfd(d), e->d_name, start);
  if (d) closedir(d);
}

socca_status socca_output_open(socca_journal *j, const char *path, socca_output **out)
{
  socca_output *o = calloc(1, sizeof *o);
  socca_text t = { 0 };
  socca_text_printf(&t, "%s%sXXXXXX", path, middle);
  if (!o || !t.s || !(o->path = socca_strdup(path))) {
    socca_text_free(&t);
    free(o);
    return socca_error(j, SOCCA_E_NOMEM, "%s: out of memory", path);
  }
  o->journal = j;
  o->temporary = t.s;
  int fd = make(o->temporary);
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

/* Libraries lock files by themselves, which the own lock would keep them from. */
const char *socca_output_name(const socca_output *o)
{
  flock(fileno(o->stream), LOCK_UN);
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
