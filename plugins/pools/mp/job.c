/* SPDX-License-Identifier: BSD-3-Clause */
#include "job.h"
#include <math.h>
#include <string.h>

static const double WORTH_A_CLAIM = 2e-6; /* seconds of evaluation */
static const double SETTLE = 50e-6;       /* that a death may cost besides the record itself */

/* Something for the master to see. */
static void tell_master(mp_segment *s)
{
  uint32_t asleep = 1;
  atomic_fetch_add(&s->event, 1);
  if (atomic_compare_exchange_strong(&s->master_sleeps, &asleep, MP_WOKEN))
    mp_futex_wake(&s->event, 1);
}

/* Guided shares: large at first, small at the end, but not so small that claiming costs more than evaluating. */
static uint32_t share(const mp_job *j, const mp_hand *h, uint32_t left, uint32_t n)
{
  uint32_t step = left / (2 * h->evaluators), least = 1;
  const double pace = h->me->op == j->op ? h->me->pace : 0;
  if (j->step1 || (!(pace > 0) && h->patience < INFINITY)) return 1;
  if (pace > 0) {
    double worth = WORTH_A_CLAIM / pace;
    uint32_t most = n / (4 * h->evaluators); /* one that proves dear must not be long */
    least = worth < most ? (uint32_t)worth : most;
  }
  if (step < least) step = least < left ? least : left;
  if (step * pace > h->patience) step = (uint32_t)(h->patience / pace);
  return step ? step : 1;
}

static int claim(mp_job *j, const mp_hand *h, uint32_t *a, uint32_t *b)
{
  uint64_t c = atomic_load_explicit(&j->claim, memory_order_acquire);
  for (;;) {
    uint32_t next = (uint32_t)c, n = atomic_load_explicit(&j->n, memory_order_relaxed);
    if (next >= n) return 0;
    uint32_t step = share(j, h, n - next, n);
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

/* Keeps the text of the lowest record, and its code. */
static void note(mp_job *j, mp_note *what, uint32_t i, socca_status code, const char *text)
{
  /* bounded: the holder may have died, and a muddled text is better than a hang */
  for (long tries = 0; tries < 10000000 && atomic_exchange(&j->text_lock, 1); tries++) continue;
  if (what->at == 0 || i + 1 < what->at) {
    what->at = i + 1;
    memcpy(what->text, text, sizeof what->text);
    what->text[sizeof what->text - 1] = '\0';
    if (code) j->code = code;
  }
  j->text_lock = 0;
}

static void add(mp_cost *sum, const socca_report *c)
{
  sum->covers++;
  sum->calls += (uint32_t)c->calls;
  sum->busy += c->busy;
  if (c->gradients) sum->gradients += (uint32_t)c->gradients;
  if (c->nonfinite) sum->nonfinite += (uint32_t)c->nonfinite;
  if (c->outside) sum->outside += (uint32_t)c->outside;
}

static socca_task task_of(mp_segment *s, const mp_job *j)
{
  socca_task t = { .op = j->op };
  for (int k = 0; k < 2; k++)
    if (j->state && s->state[k].version == j->state) {
      t.state = s->state[k].data;
      t.state_bytes = s->state[k].bytes;
    }
  return t;
}

static socca_status evaluate(socca_team *team, mp_job *j, uint32_t i, socca_task *t, mp_cost *sum)
{
  t->index = j->first + i;
  t->in = j->in + i * j->in_bytes;
  t->out = j->out + i * j->out_bytes;
  socca_status st = team->cx.h->execute(team, t);
  if (st == SOCCA_OK) {
    add(sum, &t->cost);
    if (t->cost.nonfinite) note(j, &j->odd, i, SOCCA_OK, t->cost.message);
  } else {
    note(j, &j->failed, i, st, t->message);
    mp_job_close(j);
  }
  return st;
}

/* Records from `first` on count as done, with their cost; the first one's status is written first: should we die here,
 * the cost is known to cover those that are then evaluated again. */
static void settle(mp_job *j, uint32_t first, mp_cost *sum)
{
  if (!sum->covers) return;
  j->cost[first] = *sum;
  for (uint32_t k = 0; k < sum->covers; k++)
    atomic_store_explicit(&j->status[first + k], MP_DONE, memory_order_release);
  *sum = (mp_cost){ 0 };
}

/* Shares that cost little are made larger; costs vary, so the dearest is remembered for some time. */
static float note_pace(mp_slot *me, uint32_t op, double seconds)
{
  if (me->op != op) me->pace = 0;
  me->op = op;
  me->pace = seconds > 0.9 * me->pace ? seconds : 0.9 * me->pace;
  return (float)seconds;
}

static void work(mp_segment *s, socca_team *team, mp_job *j, mp_slot *me, uint32_t a, uint32_t b)
{
  socca_task t = task_of(s, j);
  mp_cost sum = { 0 };
  uint32_t first = a;
  double start = mp_now();
  /* after a failure the rest is not worth its time */
  for (uint32_t p = a; p < b && !j->code; p++) {
    uint32_t i = j->listed ? j->list[p] : p;
    if (!sum.covers) first = i;
    atomic_store_explicit(&me->cur, i, memory_order_release);
    socca_status st = evaluate(team, j, i, &t, &sum);
    /* dear records one by one, so that a death costs little; listed ones are not neighbours */
    if (st || j->listed || sum.busy > SETTLE) settle(j, first, &sum);
    if (st) atomic_store_explicit(&j->status[i], MP_ERROR, memory_order_release);
    atomic_store_explicit(&me->progress, me->progress + 1, memory_order_release);
  }
  sum.pace = note_pace(me, j->op, (mp_now() - start) / (b - a));
  settle(j, first, &sum);
}

int mp_job_work(mp_segment *s, socca_team *team, uint32_t k, const mp_hand *h)
{
  mp_job *j = &s->job[k];
  mp_slot *me = h->me;
  uint32_t a, b;
  if ((uint32_t)atomic_load_explicit(&j->claim, memory_order_acquire) >= j->n) return 0;
  atomic_store(&me->busy, k + 1);
  if (!claim(j, h, &a, &b)) {
    atomic_store(&me->busy, 0);
    return 0;
  }
  work(s, team, j, me, a, b);
  atomic_store_explicit(&me->cur, MP_CLOSED, memory_order_release);
  uint32_t n = j->n; /* once `done` is complete the job may be issued anew */
  uint32_t done = atomic_fetch_add(&j->done, b - a) + (b - a);
  atomic_store(&me->busy, 0);
  if (done == n || j->code) tell_master(s);
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
