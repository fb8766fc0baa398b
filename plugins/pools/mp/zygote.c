/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#include "zygote.h"
#include "worker.h"
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct order {
  uint32_t what; /* 'S' spawn, 'K' kill; as wide as w, so that no byte sent is padding */
  uint32_t w;
} order;

/* Ends this process with its parent, also when the parent is gone already. */
static void die_with(pid_t parent)
{
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
}

static void note_deaths(mp_segment *s)
{
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
    for (uint32_t w = 0; w < s->nslot; w++)
      if (s->slot[w].pid == pid && s->slot[w].alive) {
        s->slot[w].wait_status = status;
        s->slot[w].alive = 0;
        atomic_fetch_add(&s->deaths, 1);
        atomic_fetch_add(&s->event, 1);
        mp_futex_wake(&s->event, 1);
      }
}

/* Has the child tied its life to ours? It may have been stopped before it came to that, and would outlive all. */
static int is_tied(const mp_slot *slot, pid_t pid)
{
  enum { SPINS = 1000, MILLISECONDS = 1000 };
  siginfo_t gone = { .si_pid = 0 };
  for (int k = 0; k < SPINS + MILLISECONDS; k++) {
    if (atomic_load(&slot->tied)) return 1;
    if (waitid(P_PID, (id_t)pid, &gone, WEXITED | WNOHANG | WNOWAIT) || gone.si_pid) return 1;
    if (k < SPINS)
      sched_yield();
    else
      usleep(1000);
  }
  return 0;
}

/* Its number is nobody's to see before it is tied. */
static void spawn(mp_pool *p, int socket_, uint32_t w)
{
  mp_slot *slot = &p->seg->slot[w];
  pid_t parent = getpid();
  slot->busy = 0;
  slot->cur = MP_CLOSED;
  atomic_store(&slot->tied, 0);
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    die_with(parent);
    atomic_store(&slot->tied, 1);
    close(socket_);
    mp_worker_run(p, w);
  }
  if (pid > 0 && !is_tied(slot, pid)) kill(pid, SIGKILL);
  slot->pid = pid;
  if (pid > 0) slot->alive = 1;
  char answer = pid > 0;
  if (send(socket_, &answer, 1, MSG_NOSIGNAL) < 0) _exit(0);
}

static _Noreturn void serve(mp_pool *p, int socket_)
{
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  int child = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  struct pollfd fds[2] = { { socket_, POLLIN, 0 }, { child, POLLIN, 0 } };
  for (;;) {
    struct signalfd_siginfo info;
    order o;
    if (poll(fds, 2, child < 0 ? 50 : -1) < 0 && errno != EINTR) _exit(1);
    while (read(child, &info, sizeof info) > 0) continue;
    note_deaths(p->seg);
    ssize_t n = recv(socket_, &o, sizeof o, MSG_DONTWAIT);
    if (n == 0) _exit(0);
    if (n != sizeof o) continue;
    if (o.what == 'S')
      spawn(p, socket_, o.w);
    else if (p->seg->slot[o.w].alive)
      kill(p->seg->slot[o.w].pid, SIGKILL);
  }
}

/* Locks that other threads hold stay locked in a forked process for ever. */
static int threads(void)
{
  int n = 0;
  const struct dirent *e;
  DIR *tasks = opendir("/proc/self/task");
  while (tasks && (e = readdir(tasks))) n += e->d_name[0] != '.';
  if (tasks) closedir(tasks);
  return n;
}

static socca_status fork_zygote(mp_pool *p)
{
  int pair[2];
  const int others = threads() - 1;
  if (others > 0)
    return socca_fail(
        p->team, SOCCA_E_POOL,
        "this program has %d other thread%s, and processes cannot be started safely beside "
        "threads: run the fit before they are started, or with --pool=serial",
        others, others > 1 ? "s" : "");
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
    return socca_fail(p->team, SOCCA_E_POOL, "cannot make a socket: %s", strerror(errno));
  pid_t parent = getpid();
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    die_with(parent);
    static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 };
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
    signal(SIGCHLD, SIG_DFL); /* ignored, deaths would not be told */
    close(pair[0]);
    serve(p, pair[1]);
  }
  close(pair[1]);
  p->zygote_socket = pair[0];
  p->zygote_pid = pid;
  if (pid > 0) return SOCCA_OK;
  return socca_fail(p->team, SOCCA_E_POOL, "cannot fork: %s", strerror(errno));
}

socca_status mp_zygote_start(mp_pool *p)
{
  socca_status st = fork_zygote(p);
  for (uint32_t w = 0; !st && w < p->workers; w++) st = mp_zygote_spawn(p, w);
  return st;
}

socca_status mp_zygote_spawn(mp_pool *p, uint32_t w)
{
  order o = { 'S', w };
  char answer = 0;
  ssize_t n = -1;
  if (send(p->zygote_socket, &o, sizeof o, MSG_NOSIGNAL) == sizeof o) do
      n = recv(p->zygote_socket, &answer, 1, 0);
    while (n < 0 && errno == EINTR);
  if (n <= 0)
    return SOCCA_OK; /* the zygote is gone: mp_check_zygote() makes a new one with all workers */
  return answer ? SOCCA_OK : socca_fail(p->team, SOCCA_E_POOL, "cannot fork worker %u", w);
}

void mp_zygote_kill(mp_pool *p, uint32_t w)
{
  order o = { 'K', w };
  if (send(p->zygote_socket, &o, sizeof o, MSG_NOSIGNAL) < 0)
    return; /* gone, and its workers with it */
}

static void reap(pid_t pid)
{
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
}

/* Its workers end with it. They are ours to reap if we are init, of a container say, or a subreaper. */
void mp_zygote_bury(mp_pool *p)
{
  close(p->zygote_socket);
  p->zygote_pid = 0;
  for (uint32_t w = 0; w < p->workers; w++)
    if (p->seg->slot[w].alive && p->seg->slot[w].pid > 0) reap(p->seg->slot[w].pid);
}

void mp_zygote_stop(mp_pool *p)
{
  if (p->zygote_pid <= 0) return;
  /* one that the program itself has reaped: the number may be somebody else's by now */
  if (waitpid(p->zygote_pid, NULL, WNOHANG) == 0) {
    kill(p->zygote_pid, SIGKILL);
    reap(p->zygote_pid);
  }
  mp_zygote_bury(p);
}
