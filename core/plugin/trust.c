/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <plugin/trust.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int socca_fault_set(socca_fault *f, const char *code, const char *fmt, ...)
{
  va_list ap;
  f->code = code;
  va_start(ap, fmt);
  vsnprintf(f->reason, sizeof f->reason, fmt, ap);
  va_end(ap);
  return -1;
}

static int check(const struct stat *st, int any_owner, socca_fault *f)
{
  if (!S_ISREG(st->st_mode))
    return socca_fault_set(f, "E_TRUST", "%s, not a regular file",
                           S_ISDIR(st->st_mode)    ? "a directory"
                           : S_ISFIFO(st->st_mode) ? "a FIFO"
                                                   : "a special file");
  if (st->st_mode & S_IWOTH)
    return socca_fault_set(f, "E_TRUST", "writable by everybody: chmod o-w it if you trust it");
  if (!any_owner && st->st_uid != 0 && st->st_uid != geteuid())
    return socca_fault_set(f, "E_TRUST",
                           "owned by user %lu, neither by root nor by you; if you trust it, give "
                           "its folder to --plugin-path",
                           (unsigned long)st->st_uid);
  return 0;
}

int socca_trust_open(const char *path, int any_owner, int *fd, struct stat *st, socca_fault *f)
{
  *fd = -1;
  if (stat(path, st)) return socca_fault_set(f, "E_NOT_FOUND", "%s", strerror(errno));
  if (check(st, any_owner, f)) return -1;
  /* What the name leads to may have changed since: look again through the descriptor. */
  *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (*fd >= 0 && !fstat(*fd, st)) {
    if (!check(st, any_owner, f)) return 0;
  } else {
    socca_fault_set(f, "E_NOT_FOUND", "%s", strerror(errno));
  }
  if (*fd >= 0) close(*fd);
  *fd = -1;
  return -1;
}

int socca_trust_again(const char *path, int any_owner, dev_t dev, ino_t ino, socca_fault *f)
{
  struct stat st;
  int fd;
  if (socca_trust_open(path, any_owner, &fd, &st, f)) return -1;
  close(fd);
  if (st.st_dev == dev && st.st_ino == ino) return 0;
  return socca_fault_set(f, "E_TRUST", "replaced by another file since it was read: start again");
}
