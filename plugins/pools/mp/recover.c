/* SPDX-License-Identifier: BSD-3-Clause */
/* Deaths: a worker that dies costs time, never results. Records it held are evaluated again; a record that
 * killed two workers is poison. */
#define _GNU_SOURCE
#include "job.h"
#include "pool.h"
#include "zygote.h"
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const double SUSPENDED = 0.5; /* seconds between looks that are due ten times as often */

static void describe_death(int status, char *out, size_t n)
{
  if (WIFSIGNALED(status))
    snprintf(out, n, "SIG%s", sigabbrev_np(WTERMSIG(status)));
  else
    snprintf(out, n, "exit(%d)", WEXITSTATUS(status));
}

/* "killed two workers (SIGSEGV) at x0 = 0.1, x1 = 0.5": names are known for points of the cube and of theta. */
static void describe_record(mp_pool *p, const mp_batch *m, uint32_t i, int status, char *out,
                            size_t n)
{
  const socca_cx *cx = &p->team->cx;
  char death[32];
  describe_death(status, death, sizeof death);
  int at = snprintf(out, n, "killed two workers (%s)", death);
  if (m->batch.op > SOCCA_OP_DENSITY || m->batch.in_bytes != cx->ndim * sizeof(double)) return;
  double *x = calloc(2 * (size_t)cx->ndim + 1, sizeof *x);
  if (!x) return;
  memcpy(x, (const char *)m->batch.in + i * m->batch.in_bytes, m->batch.in_bytes);
  cx->h->convert(cx, m->batch.op == SOCCA_OP_LOGLIKE ? SOCCA_CUBE : SOCCA_PHYSICAL, x,
                 SOCCA_PHYSICAL, x + cx->ndim, NULL);
  for (uint32_t k = 0; k < cx->ndim && at > 0 && (size_t)at < n; k++)
    at += snprintf(out + at, n - (size_t)at, "%s%s = %.6g", k ? ", " : " at ",
                   cx->h->free_parameter(cx, k)->name, x[cx->ndim + k]);
  free(x);
}

static void fill_poison(mp_pool *p, const mp_batch *m, mp_job *j, uint32_t i)
{
  unsigned char *out = j->out + i * j->out_bytes;
  if (m->batch.poison)
    memcpy(out, m->batch.poison, j->out_bytes);
  else
    for (size_t k = 0; k + sizeof(double) <= j->out_bytes; k += sizeof(double))
      memcpy(out + k, &(double){ -INFINITY }, sizeof(double));
  j->cost[i] = (mp_cost){ .calls = 1, .nonfinite = 1, .covers = 1 };
  j->status[i] = MP_DONE;
  socca_log(p->team, SOCCA_LOG_WARN, "a point %s: its log-likelihood counts as -inf", m->message);
}

/* The record that a dead worker was evaluating: blamed, and poisoned at the second time. */
static socca_status blame(mp_pool *p, uint32_t k, uint32_t i, int status)
{
  mp_batch *m = &p->batch[k];
  mp_job *j = &p->seg->job[k];
  if (i >= m->batch.n || j->status[i] != MP_TODO) return SOCCA_OK;
  if (!m->crashes && !(m->crashes = calloc(p->seg->cap, 1)))
    return socca_fail(p->team, SOCCA_E_NOMEM, "out of memory");
  if (++m->crashes[i] < 2) return SOCCA_OK;
  describe_record(p, m, i, status, m->message, sizeof m->message);
  if (!m->poisoned || i + 1 < m->poisoned) m->poisoned = i + 1;
  int simple = m->batch.op <= SOCCA_OP_DENSITY;
  if (!p->minus_inf || (!simple && !m->batch.poison))
    return socca_fail(p->team, SOCCA_E_POOL, "a point %s%s", m->message,
                      simple ? "; --pool=mp:N,on_crash=minus_inf goes on without it" : "");
  fill_poison(p, m, j, i);
  return SOCCA_OK;
}

static socca_status bury(mp_pool *p, uint32_t w)
{
  mp_slot *slot = &p->seg->slot[w];
  uint32_t busy = slot->busy, cur = slot->cur;
  socca_status st = SOCCA_OK;
  char death[32];
  describe_death(slot->wait_status, death, sizeof death);
  socca_log(p->team, SOCCA_LOG_DEBUG, "worker %u (pid %d) died: %s", w, slot->pid, death);
  if (busy) {
    mp_batch *m = &p->batch[busy - 1];
    m->hurt = 1;
    m->deaths++;
    if (cur != MP_CLOSED) st = blame(p, busy - 1, cur, slot->wait_status);
  }
  slot->pid = 0;
  if (!st && p->restarts++ >= (uint64_t)p->options.restarts)
    st = socca_fail(p->team, SOCCA_E_POOL,
                    "workers died %u times (last: %s), more than the %lld restarts allowed "
                    "(--pool=mp:N,restarts=K)",
                    p->restarts, death, (long long)p->options.restarts);
  return st ? st : mp_zygote_spawn(p, w);
}

/* Nobody may hold a claim of job k when it is issued again. */
static int quiet(const mp_pool *p, uint32_t k)
{
  for (uint32_t w = 0; w < p->workers; w++)
    if (p->seg->slot[w].alive && p->seg->slot[w].busy == k + 1) return 0;
  return 1;
}

static void reissue(mp_pool *p, uint32_t k)
{
  mp_job *j = &p->seg->job[k];
  mp_batch *m = &p->batch[k];
  uint32_t lost = 0;
  for (uint32_t i = 0; i < m->batch.n; i++)
    if (j->status[i] == MP_TODO) j->list[lost++] = i;
  j->listed = j->step1 = 1;
  j->text_lock = 0;
  m->reissued += lost;
  m->hurt = 0;
  mp_job_open(p->seg, j, lost);
}

socca_status mp_recover(mp_pool *p)
{
  mp_segment *s = p->seg;
  socca_status st = SOCCA_OK;
  while (!st && p->deaths_seen != s->deaths) {
    p->deaths_seen = s->deaths;
    for (uint32_t w = 0; !st && w < p->workers; w++)
      if (!s->slot[w].alive && s->slot[w].pid) st = bury(p, w);
  }
  for (uint32_t k = 0; !st && k < 2; k++) {
    if (!p->batch[k].hurt || !p->batch[k].out) continue;
    mp_job_close(&s->job[k]);
    if (quiet(p, k)) reissue(p, k); /* otherwise at one of the next calls */
  }
  return st;
}

/* Records that nobody has claimed: even an idle worker that leaves them there hangs, one that was stopped say. */
static int work_waits(const mp_pool *p)
{
  for (int k = 0; k < 2; k++)
    if (p->batch[k].out && (uint32_t)p->seg->job[k].claim < p->seg->job[k].n) return 1;
  return 0;
}

void mp_check_hangs(mp_pool *p)
{
  if (!(p->options.timeout > 0)) return;
  double now = mp_now();
  int waits = work_waits(p);
  if (now - p->looked >
      SUSPENDED) /* we were stopped, and they with us; or did not look meanwhile */
    for (uint32_t w = 0; w < p->workers; w++) p->watch[w].since = 0;
  p->looked = now;
  for (uint32_t w = 0; w < p->workers; w++) {
    mp_slot *slot = &p->seg->slot[w];
    uint64_t progress = slot->progress;
    int active = slot->busy || waits;
    if (!active || progress != p->watch[w].progress || p->watch[w].since == 0) {
      p->watch[w] = (mp_watch){ progress, active ? now : 0 };
    } else if (now - p->watch[w].since > p->options.timeout) {
      socca_log(p->team, SOCCA_LOG_WARN, "worker %u has not moved for %g s: killed", w,
                p->options.timeout);
      p->watch[w].since = 0;
      mp_zygote_kill(p, w);
    }
  }
}

socca_status mp_check_zygote(mp_pool *p)
{
  if (p->zygote_pid <= 0) return SOCCA_OK;
  const pid_t gone = waitpid(p->zygote_pid, NULL, WNOHANG);
  if (!gone || (gone < 0 && errno != ECHILD))
    return SOCCA_OK; /* ECHILD: the program reaps by itself */
  mp_zygote_bury(p);
  if (p->restarts++ >= (uint64_t)p->options.restarts)
    return socca_fail(p->team, SOCCA_E_POOL, "the parent of the workers was killed %u times",
                      p->restarts);
  for (uint32_t w = 0; w < p->workers; w++) p->seg->slot[w].alive = 0;
  for (uint32_t k = 0; k < 2; k++) {
    mp_job_close(&p->seg->job[k]);
    if (p->batch[k].out) p->batch[k].hurt = 1;
  }
  return mp_zygote_start(p);
}
