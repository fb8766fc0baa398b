/* SPDX-License-Identifier: BSD-3-Clause */
#include "job.h"
#include "pool.h"
#include <string.h>

enum { TICK_MS = 50 }; /* between looks at signals, at hangs and at the zygote */

static socca_status collect(mp_pool *p, uint32_t slot, socca_report *r)
{
  mp_job *j = &p->seg->job[slot];
  mp_batch *m = &p->batch[slot];
  socca_report sum = { .reissued = m->reissued, .deaths = m->deaths, .bad_index = UINT64_MAX };
  double dearest = 0;
  for (size_t i = 0; i < m->batch.n; i += j->cost[i].covers ? j->cost[i].covers : 1) {
    const mp_cost *c = &j->cost[i];
    sum.calls += c->calls;
    sum.gradients += c->gradients;
    sum.nonfinite += c->nonfinite;
    sum.outside += c->outside;
    sum.busy += c->busy;
    if (c->pace > dearest) dearest = c->pace;
  }
  if (j->odd.at) {
    sum.bad_index = m->batch.first + j->odd.at - 1;
    memcpy(sum.message, j->odd.text, sizeof sum.message);
  }
  if (m->poisoned && (!j->odd.at || m->poisoned < j->odd.at)) {
    sum.bad_index = m->batch.first + m->poisoned - 1;
    memcpy(sum.message, m->message, sizeof sum.message);
  }
  memcpy(m->batch.out, j->out, m->batch.n * m->batch.out_bytes);
  if (m->crashes) memset(m->crashes, 0, m->batch.n);
  m->out = 0;
  p->last_op = m->batch.op;
  p->last_pace = dearest;
  if (r) *r = sum;
  return SOCCA_OK;
}

/* A record failed: its text, once nobody works on the batch any more. */
static socca_status failed(mp_pool *p, uint32_t slot, int *settled)
{
  mp_job *j = &p->seg->job[slot];
  for (uint32_t w = 0; w < p->workers; w++)
    if (p->seg->slot[w].alive && p->seg->slot[w].busy == slot + 1) return SOCCA_OK;
  *settled = 1;
  p->batch[slot].out = 0;
  return j->code > 0 ? j->code : socca_fail(p->team, j->code, "%s", j->failed.text);
}

static int nothing_new(const mp_pool *p, mp_job *j)
{
  return !mp_job_complete(j) && p->deaths_seen == p->seg->deaths && !j->code;
}

/* A brief batch is awaited spinning, although workers have all CPUs and one is kept from its own by that: falling asleep
 * and being woken takes longer. */
static void nap(mp_pool *p, uint32_t slot, double limit)
{
  mp_segment *s = p->seg;
  mp_job *j = &s->job[slot];
  double spin = p->spin_master ? p->spin : p->batch[slot].brief ? MP_BRIEF : 0;
  double until = spin > 0 ? mp_now() + spin : 0;
  while (spin > 0 && nothing_new(p, j))
    if (mp_now() > until) break;
  p->batch[slot].brief = 0;
  uint32_t seen = atomic_load(&s->event);
  atomic_store(&s->master_sleeps, 1);
  if (nothing_new(p, j)) mp_futex_wait(&s->event, seen, limit);
  atomic_store(&s->master_sleeps, 0);
}

socca_status mp_wait(void *self, uint32_t slot, socca_report *r)
{
  mp_pool *p = self;
  mp_job *j = &p->seg->job[slot];
  const mp_hand helper = { &p->master, p->evaluators, 1e-3 * TICK_MS };
  double looked = mp_now();
  for (;;) {
    int settled = 0;
    socca_status st = SOCCA_OK;
    if (p->deaths_seen != p->seg->deaths || p->batch[slot].hurt) st = mp_recover(p);
    if (st) return st;
    if (j->code && ((st = failed(p, slot, &settled)) || settled)) return st;
    if (!j->code && !p->batch[slot].hurt && mp_job_complete(j)) return collect(p, slot, r);
    if (p->team->cx.h->stop(&p->team->cx)) return SOCCA_INTERRUPTED;
    if (p->help && !j->code && mp_job_work(p->seg, p->team, slot, &helper)) continue;
    int hurt = p->batch[slot].hurt || j->code;
    nap(p, slot, hurt ? 1e-3 : 1e-3 * TICK_MS);
    if (mp_now() - looked < 1e-3 * TICK_MS) continue;
    looked = mp_now();
    mp_check_hangs(p);
    if ((st = mp_check_zygote(p))) return st;
  }
}
