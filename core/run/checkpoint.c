/* SPDX-License-Identifier: BSD-3-Clause */
/* What a session writes into a checkpoint and takes up from it again. */
#include "config.h"
#include "session.h"
#include <base/text.h>
#include <store/archive.h>

static socca_status io_session(socca_session *s, socca_archive *a)
{
  socca_report c = s->count;
  double seconds = socca_session_seconds(s);
  uint64_t finished = (uint64_t)s->finished, isa = s->run.as.cx.isa;
  uint64_t *const integer[] = { &c.calls,    &c.gradients, &c.nonfinite, &c.outside,
                                &c.reissued, &c.deaths,    &finished,    &isa };
  static const char *const name[] = { "n_calls",    "n_gradients", "n_nan",    "n_outside",
                                      "n_reissued", "n_deaths",    "finished", "isa_level" };
  socca_status st = SOCCA_OK;
  for (size_t i = 0; !st && i < sizeof name / sizeof *name; i++)
    st = socca_archive_io(a, name[i], SOCCA_U64, 1, integer[i]);
  if (!st) st = socca_archive_io(a, "busy", SOCCA_F64, 1, &c.busy);
  if (!st) st = socca_archive_io(a, "seconds", SOCCA_F64, 1, &seconds);
  if (st || !socca_archive_loading(a)) return st;
  s->count = c;
  s->seconds = seconds;
  s->finished = finished != 0;
  if (isa != s->run.as.cx.isa)
    socca_message(
        s->journal, SOCCA_LOG_WARN,
        "the checkpoint was made at instruction-set level v%u, this is v%u: the result will "
        "not be bit for bit that of an uninterrupted run; SOCCA_ISA=v%u where it exists",
        (unsigned)isa, s->run.as.cx.isa, (unsigned)isa);
  return SOCCA_OK;
}

static socca_status io_sampler(socca_session *s, socca_archive *a)
{
  socca_archive_section(a, "sampler");
  return s->sampler->archive(s->state, &s->run.as.run, a);
}

socca_status socca_session_save(socca_session *s)
{
  socca_archive *a = s->archive;
  socca_archive_restart(a);
  socca_status st = socca_archive_items(a, "identity", s->identity);
  if (!st) st = socca_archive_items(a, "limits", s->limits);
  socca_archive_section(a, "session");
  if (!st) st = io_session(s, a);
  if (!st) st = io_sampler(s, a);
  if (!st) st = socca_archive_save(a, s->checkpoint);
  s->saved = socca_seconds();
  return st;
}

/* Has any limit grown since, or gone? (0: none; where 0 is less, the sampler is done at once.) A finished run then goes
 * on. */
static int raised(const socca_result *then, const socca_result *now)
{
  const socca_item *item;
  for (size_t i = 0; (item = socca_items_at(now, i)); i++) {
    const char *a = socca_items_get_text(then, item->name), *b = item->data;
    double x, y;
    if (!a || socca_parse_double(a, &x) || socca_parse_double(b, &y)) continue;
    if (y > x || (y == 0 && x > 0)) return 1;
  }
  return 0;
}

socca_status socca_session_restore(socca_session *s)
{
  socca_archive *a = s->archive;
  socca_result *limits = socca_items_new(s->journal);
  if (!limits) return socca_no_memory(s->journal);
  socca_archive_section(a, "");
  socca_status st = socca_archive_items(a, "limits", limits);
  socca_archive_section(a, "session");
  if (!st) st = io_session(s, a);
  if (!st) st = io_sampler(s, a);
  if (!st && s->finished) s->finished = !raised(limits, s->limits);
  socca_items_free(limits);
  return st;
}
