/* SPDX-License-Identifier: BSD-3-Clause */
/* CFITSIO's decoders of compressed images run past their buffers on damaged data and take the process
 * with them. Such files are read by a child process, which leaves what it found in memory shared by a
 * descriptor. */
#include "config.h"
#include "fits_guard.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int image_fits_holds(const char *path, const char *word)
{
  enum { BLOCK = 1 << 16 };
  FILE *f = fopen(path, "rb");
  size_t n = strlen(word), kept = 0;
  char *room = f ? malloc(BLOCK + 64) : NULL;
  int found = 0;
  while (room && !found) {
    size_t m = fread(room + kept, 1, BLOCK, f);
    if (m == 0) break;
    found = memmem(room, kept + m, word, n) != NULL;
    size_t all = kept + m;
    kept = all < n ? all : n - 1; /* the word may lie across two blocks */
    memmove(room, room + all - kept, kept);
  }
  free(room);
  if (f) fclose(f);
  return found;
}

static void child(void (*work)(void *), void *arg)
{
  static const int deadly[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
  const struct rlimit none = { 0, 0 };
  setrlimit(RLIMIT_CORE, &none);
  for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++) signal(deadly[i], SIG_DFL);
  work(arg);
  _exit(0);
}

int image_fits_survives(void (*work)(void *), void *arg)
{
  int status = 0;
  pid_t pid = fork(), got;
  if (pid < 0) return 0;
  if (pid == 0) child(work, arg);
  do got = waitpid(pid, &status, 0);
  while (got < 0 && errno == EINTR);
  return got != pid || !WIFSIGNALED(status); /* not ours any more: its answer will tell */
}

int image_fits_room(void)
{
  return memfd_create("fits", MFD_CLOEXEC);
}

int image_fits_send(int fd, const void *p, size_t n)
{
  for (const char *s = p; n > 0;) {
    ssize_t m = write(fd, s, n);
    if (m < 0 && errno == EINTR) continue;
    if (m <= 0) return -1;
    s += m;
    n -= (size_t)m;
  }
  return 0;
}

int image_fits_fetch(int fd, void *p, size_t n)
{
  for (char *s = p; n > 0;) {
    ssize_t m = read(fd, s, n);
    if (m < 0 && errno == EINTR) continue;
    if (m <= 0) return -1;
    s += m;
    n -= (size_t)m;
  }
  return 0;
}
