/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <base/file.h>
#include <base/text.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

socca_status socca_path_resolve(const char *file, const char *path, char *out, size_t n)
{
  const char *home = getenv("HOME");
  int written;
  if (path[0] == '~' && path[1] == '/' && home)
    written = snprintf(out, n, "%s%s", home, path + 1);
  else {
    const char *slash = file && path[0] != '/' ? strrchr(file, '/') : NULL;
    int folder = slash ? (int)(slash - file) + 1 : 0;
    written = snprintf(out, n, "%.*s%s", folder, folder ? file : "", path);
  }
  return written >= 0 && (size_t)written < n ? SOCCA_OK : SOCCA_E_INPUT;
}

const char *socca_path_base(const char *path)
{
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static const char *what_is_wrong(const struct stat *st)
{
  if (S_ISREG(st->st_mode)) return NULL;
  if (S_ISDIR(st->st_mode)) return "is a directory, a file is needed";
  if (S_ISFIFO(st->st_mode)) return "is a FIFO, a regular file is needed";
  return "is not a regular file";
}

socca_status socca_file_check(socca_journal *j, const char *where, const char *path)
{
  struct stat st;
  const char *wrong = NULL;
  if (stat(path, &st))
    wrong = errno == ENOENT ? "no such file" : strerror(errno);
  else if (!(wrong = what_is_wrong(&st)) && access(path, R_OK))
    wrong = strerror(errno);
  if (!wrong) return SOCCA_OK;
  return socca_error(j, SOCCA_E_INPUT, "%s%s%s: %s", where ? where : "", where ? ": " : "", path,
                     wrong);
}

static socca_status read_all(FILE *f, size_t size, char **data, size_t *n)
{
  char *s = malloc(size + 1);
  if (!s) return SOCCA_E_NOMEM;
  *n = fread(s, 1, size, f);
  s[*n] = '\0';
  *data = s;
  return ferror(f) ? SOCCA_E_IO : SOCCA_OK;
}

socca_status socca_file_read(socca_journal *j, const char *path, size_t limit, char **data,
                             size_t *n)
{
  socca_status s = socca_file_check(j, NULL, path);
  if (s) return s;
  FILE *f = fopen(path, "rbe");
  struct stat st;
  if (!f || fstat(fileno(f), &st)) {
    s = socca_error(j, SOCCA_E_IO, "%s: %s", path, strerror(errno));
    if (f) fclose(f);
    return s;
  }
  if ((uintmax_t)st.st_size > limit)
    s = socca_error(j, SOCCA_E_INPUT, "%s: %jd bytes, more than the %zu that are allowed", path,
                    (intmax_t)st.st_size, limit);
  else if ((s = read_all(f, (size_t)st.st_size, data, n)))
    socca_error(j, s, "%s: %s", path, s == SOCCA_E_NOMEM ? "out of memory" : strerror(errno));
  fclose(f);
  return s;
}
