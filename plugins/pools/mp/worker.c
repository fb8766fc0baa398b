/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#include "worker.h"
#include "cpus.h"
#include "job.h"
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static void set_oom_score(void)
{
  int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  /* only a preference: the kernel shall take a worker, not the master */
  ssize_t n = write(fd, "500", 3);
  (void)n;
  close(fd);
}

/* Signals to the whole group are the master's to decide; crashes keep their default. */
static void reset_signals(void)
{
  static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE };
  static const int usual[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGCHLD };
  sigset_t none;
  for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) signal(usual[i], SIG_DFL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static void pause_cpu(void)
{
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

/* Spins shortly, then sleeps, until something was issued after `seen`. Returns 1 if it slept. `slept`: before the work
 * just done; the master, woken on this CPU, would then have to wait for the end of our spinning. After spinning alone it
 * has not to, and yielding would give the CPU to any other program. */
static int await_work(mp_pool *p, uint32_t seen, int slept)
{
  mp_segment *s = p->seg;
  double until = p->spin > 0 ? mp_now() + p->spin : 0;
  while (p->spin > 0) {
    for (int k = 0; k < 64; k++) {
      if (atomic_load_explicit(&s->issued, memory_order_acquire) != seen) return 0;
      pause_cpu();
    }
    if (slept && s->master_sleeps == MP_WOKEN) sched_yield();
    if (mp_now() > until) break;
  }
  atomic_fetch_add(&s->sleepers, 1);
  while (atomic_load(&s->issued) == seen && !s->quit) mp_futex_wait(&s->issued, seen, 60);
  atomic_fetch_sub(&s->sleepers, 1);
  return 1;
}

_Noreturn void mp_worker_run(mp_pool *p, uint32_t w)
{
  mp_segment *s = p->seg;
  mp_slot *me = &s->slot[w];
  reset_signals();
  set_oom_score();
  dup2(STDERR_FILENO, STDOUT_FILENO); /* nothing of the model's may mix with results */
  if (p->pin) mp_cpus_bind(&p->cpus, w, w + 1);
  mprotect((unsigned char *)s + s->read_only_from, s->read_only_bytes, PROT_READ);
  atomic_store(&me->cur, MP_CLOSED);
  const mp_hand hand = { me, p->evaluators, INFINITY };
  int slept = 0;
  while (!s->quit) {
    uint32_t seen = atomic_load(&s->issued);
    int worked = 0;
    for (uint32_t k = 0; k < 2; k++) worked |= mp_job_work(s, p->team, k, &hand);
    if (!worked) slept = await_work(p, seen, slept);
  }
  _exit(0);
}
