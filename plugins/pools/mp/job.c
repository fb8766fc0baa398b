/* SPDX-License-Identifier: BSD-3-Clause */
#include "job.h"
#include <string.h>

static void bump(_Atomic uint32_t *event, _Atomic uint32_t *sleeps)
{
  atomic_fetch_add(event, 1);
  if (atomic_load(sleeps)) mp_futex_wake(event, 1);
}

/* Guided shares: large at first, one record at the end. */
static int claim(mp_job *j, uint32_t evaluators, uint32_t *a, uint32_t *b)
{
  uint64_t c = atomic_load_explicit(&j->claim, memory_order_acquire);
  for (;;) {
    uint32_t next = (uint32_t)c, n = atomic_load_explicit(&j->n, memory_order_relaxed);
    if (next >= n) return 0;
    uint32_t step = j->step1 ? 1 : (n - next) / (2 * evaluators);
    if (!step) step = 1;
    if (atomic_compare_exchange_weak(&j->claim, &c, c + step)) {
      *a = next;
      *b = next + step;
      return 1;
    }
  }
}

void mp_job_close(mp_job *j)
{
  atomic_fetch_or(&j->claim, MP_CLOSED);
}

/* Keeps the message of the lowest record that failed. */
static void note_failure(mp_job *j, uint32_t i, socca_status code, const char *message)
{
  /* bounded: the holder may have died, and a muddled text is better than a hang */
  for (long tries = 0; tries < 10000000 && atomic_exchange(&j->text_lock, 1); tries++) continue;
  if (j->bad == 0 || i + 1 < j->bad) {
    j->bad = i + 1;
    j->code = code;
    memcpy(j->message, message, sizeof j->message);
    j->message[sizeof j->message - 1] = '\0';
  }
  j->text_lock = 0;
}

static void evaluate(mp_segment *s, socca_team *team, mp_job *j, uint32_t i)
{
  const mp_state *state = NULL;
  for (int k = 0; k < 2; k++)
    if (j->state && s->state[k].version == j->state) state = &s->state[k];
  socca_task t = { .op = j->op,
                   .index = j->first + i,
                   .state = state ? state->data : NULL,
                   .state_bytes = state ? state->bytes : 0,
                   .in = j->in + i * j->in_bytes,
                   .out = j->out + i * j->out_bytes };
  socca_status st = team->cx.h->execute(team, &t);
  j->cost[i] = (mp_cost){ (uint32_t)t.cost.calls, (uint32_t)t.cost.gradients,
                          (uint32_t)t.cost.nonfinite, 0, t.cost.busy };
  if (st != SOCCA_OK) {
    note_failure(j, i, st, t.message);
    mp_job_close(j);
  }
  if (st == SOCCA_OK && t.cost.nonfinite && t.message[0]) note_failure(j, i, SOCCA_OK, t.message);
  atomic_store_explicit(&j->status[i], st == SOCCA_OK ? MP_DONE : MP_ERROR, memory_order_release);
}

int mp_job_work(mp_segment *s, socca_team *team, uint32_t k, mp_slot *me, uint32_t evaluators)
{
  mp_job *j = &s->job[k];
  uint32_t a, b;
  if ((uint32_t)atomic_load_explicit(&j->claim, memory_order_acquire) >= j->n) return 0;
  atomic_store(&me->busy, k + 1);
  if (!claim(j, evaluators, &a, &b)) {
    atomic_store(&me->busy, 0);
    return 0;
  }
  for (uint32_t p = a; p < b && !j->code;
       p++) { /* after a failure the rest is not worth its time */
    uint32_t i = j->listed ? j->list[p] : p;
    atomic_store_explicit(&me->cur, i, memory_order_release);
    evaluate(s, team, j, i);
    atomic_fetch_add_explicit(&me->progress, 1, memory_order_release);
  }
  atomic_store_explicit(&me->cur, MP_CLOSED, memory_order_release);
  uint32_t n = j->n; /* once `done` is complete the job may be issued anew */
  uint32_t done = atomic_fetch_add(&j->done, b - a) + (b - a);
  atomic_store(&me->busy, 0);
  if (done == n || j->code) bump(&s->event, &s->master_sleeps);
  return 1;
}

void mp_job_open(mp_segment *s, mp_job *j, uint32_t n)
{
  uint64_t ticket = (atomic_load(&j->claim) >> 32) + 1;
  atomic_store_explicit(&j->done, 0, memory_order_relaxed);
  atomic_store_explicit(&j->n, n, memory_order_relaxed);
  atomic_store_explicit(&j->claim, ticket << 32, memory_order_release);
  atomic_fetch_add(&s->issued, 1);
  if (atomic_load(&s->sleepers)) mp_futex_wake(&s->issued, (int)s->nslot);
}
