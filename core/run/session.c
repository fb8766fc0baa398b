/* SPDX-License-Identifier: BSD-3-Clause */
/* The loop around a sampler, and the batches that it sends. */
#include "config.h"
#include "session.h"
#include <base/text.h>
#include <math.h>

int socca_session_stop(const socca_session *s)
{
  if (s && s->serves) return 0;
  return socca_signal_seen() || (s && socca_seconds() - s->started >= s->max_time);
}

/* Pools keep the two newest versions, and need not ask: what is here is checked for all of them. */
static int is_kept(const socca_session *s, uint32_t version)
{
  return version <= s->versions && s->versions - version < 2;
}

socca_status socca_session_set_state(socca_session *s, const void *blob, size_t bytes,
                                     uint32_t *version)
{
  for (uint32_t k = s->tickets - s->pending; k != s->tickets; k++)
    if (s->batch[k & 1].state && s->batch[k & 1].state + 1 == s->versions)
      return socca_error(s->journal, SOCCA_E_BUG,
                         "a batch is out that uses state %u: a second newer one has to wait for it",
                         s->batch[k & 1].state);
  socca_status st = s->pool->set_state(s->workers, s->versions + 1, blob, bytes);
  if (!st) *version = ++s->versions;
  return st;
}

/* The limit on calls is tested here, against the batches waited for: where a run stops is then a matter of
 * the sampler alone, the same on every pool and after every resume. */
socca_status socca_session_submit(socca_session *s, const socca_batch *b, uint32_t *ticket)
{
  if (s->pending == 2)
    return socca_error(s->journal, SOCCA_E_BUG, "a sampler may have two batches out, not three");
  if (b->state && !is_kept(s, b->state))
    return socca_error(s->journal, SOCCA_E_BUG,
                       "state %u is not kept: %u is the newest, with the one before it", b->state,
                       s->versions);
  if (s->max_calls && s->count.calls >= s->max_calls) {
    s->stopped = SOCCA_STOPPED_CALLS;
    return SOCCA_INTERRUPTED;
  }
  if (socca_session_stop(s)) return SOCCA_INTERRUPTED;
  socca_status st = s->pool->submit(s->workers, s->tickets & 1, b);
  if (st) return st;
  s->batch[s->tickets & 1].n = b->n;
  s->batch[s->tickets & 1].state = b->state;
  *ticket = s->tickets++;
  s->pending++;
  return SOCCA_OK;
}

static void account(socca_session *s, const socca_report *r)
{
  socca_report_add(&s->count, r);
  if (r->nonfinite && !s->nan_reported++)
    socca_message(s->journal, SOCCA_LOG_WARN,
                  "%s; counted as zero likelihood, as will be all others like it", r->message);
  if (r->deaths && !s->deaths_reported++)
    socca_message(s->journal, SOCCA_LOG_WARN,
                  "a worker process died and was replaced; its points were evaluated again");
}

/* Is the pool worth its messages? The fastest batch tells: on a busy machine others were put aside meanwhile. */
static void judge_cost(socca_session *s, const socca_report *r, size_t n)
{
  enum { ENOUGH = 1000 };
  const double seconds = r->busy / (double)n, needed = s->break_even * 100 / (double)n;
  if (!n || s->cheap_reported || !(s->break_even > 0)) return;
  s->records += (double)n;
  if (seconds > 0 && (!(s->least > 0) || seconds < s->least)) s->least = seconds;
  if (s->records < ENOUGH || !(s->least > 0)) return;
  s->cheap_reported = 1;
  if (s->least < needed)
    socca_message(s->journal, SOCCA_LOG_WARN,
                  "this likelihood is too cheap for this pool: %.2g us per call, where batches of "
                  "%zu point%s pay from %.2g us on; --pool=serial will be faster",
                  1e6 * s->least, n, socca_s(n), 1e6 * needed);
}

socca_status socca_session_wait(socca_session *s, uint32_t ticket, socca_report *report)
{
  socca_report r = { .bad_index = UINT64_MAX };
  if (!s->pending || ticket != s->tickets - s->pending)
    return socca_error(s->journal, SOCCA_E_BUG, "batches are waited for in order of submission");
  socca_status st = s->pool->wait(s->workers, ticket & 1, &r);
  if (st == SOCCA_INTERRUPTED) return st;
  s->pending--;
  if (st < 0) {
    if (!socca_journal_errors(s->journal) || r.message[0])
      socca_error(s->journal, st, "%s", r.message[0] ? r.message : "a batch of points failed");
    return st;
  }
  account(s, &r);
  judge_cost(s, &r, s->batch[ticket & 1].n);
  if (report) *report = r;
  return st;
}

double socca_session_seconds(const socca_session *s)
{
  return s->seconds + socca_seconds() - s->started;
}

const char *socca_session_stopped(const socca_session *s)
{
  static const char *const name[] = { "done", "max-calls", "max-time", "signal" };
  return name[s->stopped];
}

static int due(const socca_session *s)
{
  return s->checkpoint && socca_seconds() - s->saved >= s->every;
}

/* Why advance() came back with INTERRUPTED. */
static socca_status interrupted(socca_session *s)
{
  if (socca_signal_seen())
    s->stopped = SOCCA_STOPPED_SIGNAL;
  else if (s->stopped == SOCCA_STOPPED_CALLS)
    return SOCCA_DONE;
  else if (socca_session_stop(s))
    s->stopped = SOCCA_STOPPED_TIME;
  else
    return socca_error(s->journal, SOCCA_E_BUG, "the sampler stopped without having been asked to");
  return s->stopped == SOCCA_STOPPED_SIGNAL ? SOCCA_INTERRUPTED : SOCCA_DONE;
}

static socca_status failed(socca_session *s, socca_status st)
{
  if (!socca_journal_errors(s->journal))
    socca_error(s->journal, st, "the sampler failed without a message (status %d)", (int)st);
  /* what was computed so far is worth keeping, unless it is in doubt */
  if (s->checkpoint && (st == SOCCA_E_POOL || st == SOCCA_E_NUMERIC)) socca_session_save(s);
  return st;
}

socca_status socca_session_loop(socca_session *s)
{
  socca_status st = s->finished ? SOCCA_DONE : SOCCA_OK;
  s->stopped = SOCCA_STOPPED_DONE;
  while (st == SOCCA_OK) {
    st = s->sampler->advance(s->state, &s->run.as.run);
    if (st == SOCCA_OK && socca_session_stop(s)) st = SOCCA_INTERRUPTED;
    if (st != SOCCA_OK) break;
    if (due(s)) st = socca_session_save(s);
    if (s->progress) s->progress(s->view, s, 0);
  }
  if (st < 0) return failed(s, st);
  if (st == SOCCA_INTERRUPTED) st = interrupted(s);
  s->finished = st == SOCCA_DONE && s->stopped == SOCCA_STOPPED_DONE;
  socca_status saved = st >= 0 && s->checkpoint ? socca_session_save(s) : SOCCA_OK;
  if (s->progress) s->progress(s->view, s, 1);
  return saved ? saved : st;
}
