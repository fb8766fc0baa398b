/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#include "config.h"
#include "pool_faults.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
  const char *name;
  int signal, hangs;
} kinds[KINDS] = { { "SIGKILL", SIGKILL, 0 },
                   { "SIGSEGV", SIGSEGV, 0 },
                   { "SIGFPE", SIGFPE, 0 },
                   { "SIGILL", SIGILL, 0 },
                   { "abort()", 0, 0 },
                   { "exit(0)", 0, 0 },
                   { "_exit(0)", 0, 0 },
                   { "SIGSTOP", SIGSTOP, 1 },
                   { "busy loop", 0, 1 },
                   { "pause()", 0, 1 },
                   { "RLIMIT_AS used up", 0, 0 },
                   { "killed for its memory (cgroup)", 0, 0 },
                   { "stray write into the input", 0, 0 } };

const char *kind_name(int kind)
{
  return kinds[kind].name;
}
int signal_of(int kind)
{
  return kinds[kind].signal;
}
int hangs(int kind)
{
  return kinds[kind].hangs;
}
const char *place_name(int place)
{
  static const char *const name[PLACES] = { "first point", "middle point", "last point",
                                            "two at once", "idle",         "while a state is set",
                                            "at respawn",  "zygote",       "zygote, idle" };
  return name[place];
}

static const char group[] = "/sys/fs/cgroup/memory/socca-study";

static int put(const char *file, const char *text)
{
  char path[128];
  snprintf(path, sizeof path, "%s/%s", group, file);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t n = write(fd, text, strlen(text));
  close(fd);
  return n > 0;
}

int have_memory_cgroup(void)
{
  static int have = -1;
  if (have < 0) {
    mkdir(group, 0700);
    have = put("memory.limit_in_bytes", "48M");
  }
  return have;
}

void remove_memory_cgroup(void)
{
  rmdir(group);
}

/* Uses memory until something forbids it. Published block by block: compilers drop memory that nobody can see. */
static void devour(void)
{
  static char *volatile block;
  for (size_t k = 0; k < 1000; k++) {
    block = malloc(1 << 20);
    if (!block) abort(); /* what a model without a check would do at best */
    memset(block, 1, 1 << 20);
  }
}

static void starve(int by_group)
{
  struct rlimit little = { 1 << 20, 1 << 20 };
  if (by_group)
    put("cgroup.procs", "0");
  else
    setrlimit(RLIMIT_AS, &little);
  devour();
}

void misbehave(int kind, const void *in)
{
  if (kind == KILL_PARENT) {
    kill(getppid(), SIGKILL);
    pause();
  }
  if (kinds[kind].signal) raise(kinds[kind].signal);
  if (kind == 4) abort();
  if (kind == 5) exit(0);
  if (kind == 6) _exit(0);
  while (kind == 8) continue;
  if (kind == 9) pause();
  if (kind == 10 || kind == OOM) starve(kind == OOM);
  if (kind == 12) *(volatile double *)(uintptr_t)in = 1e300;
}

pid_t shoot_replacements(mp_segment *s, int n)
{
  int32_t known[8];
  for (uint32_t w = 0; w < s->nslot; w++) known[w] = s->slot[w].pid;
  pid_t parent = getpid(), child = fork();
  if (child) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (n > 0 && getppid() == parent)
    for (uint32_t w = 0; w < s->nslot; w++) {
      int32_t pid = s->slot[w].pid;
      if (pid <= 0 || pid == known[w]) continue;
      known[w] = pid;
      kill(pid, SIGKILL);
      if (--n == 0) break;
    }
  for (;;) pause();
}
