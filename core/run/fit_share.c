/* SPDX-License-Identifier: BSD-3-Clause */
/* What rank 0 tells the other ranks when a run has ended: the signal, the error, and the outcome where it is wanted
 * on every rank. All ranks run the same build on equal machines (they compared digests), so bytes go as they are. */
#include "config.h"
#include "fit_private.h"
#include "result_private.h"
#include <string.h>

typedef struct reader {
  const char *p;
  size_t left;
  int failed;
} reader;

static void put_bytes(socca_text *t, const void *p, size_t n)
{
  const uint64_t length = n;
  socca_text_add(t, (const char *)&length, sizeof length);
  socca_text_add(t, p, n);
}

static const void *get_bytes(reader *r, size_t *n)
{
  uint64_t length = 0;
  *n = 0;
  if (r->failed || r->left < sizeof length) {
    r->failed = 1;
    return NULL;
  }
  memcpy(&length, r->p, sizeof length);
  r->p += sizeof length;
  r->left -= sizeof length;
  if (length > r->left) {
    r->failed = 1;
    return NULL;
  }
  const void *here = r->p;
  r->p += length;
  r->left -= (size_t)length;
  *n = (size_t)length;
  return here;
}

/* Texts come with their NUL */
static const char *get_text(reader *r)
{
  size_t n;
  const char *s = get_bytes(r, &n);
  if (s && n && !s[n - 1]) return s;
  r->failed = 1;
  return "";
}

static void put_items(socca_text *t, const socca_result *list)
{
  const socca_item *item;
  uint64_t count = 0;
  while (socca_items_at(list, count)) count++;
  put_bytes(t, &count, sizeof count);
  for (size_t i = 0; (item = socca_items_at(list, i)); i++) {
    put_bytes(t, item->name, strlen(item->name) + 1);
    put_bytes(t, &item->type, sizeof item->type);
    put_bytes(t, item->data, item->n * socca_type_size(item->type));
  }
}

static void get_exactly(reader *r, void *out, size_t n)
{
  size_t got;
  const void *p = get_bytes(r, &got);
  if (p && got == n)
    memcpy(out, p, n);
  else
    r->failed = 1;
}

static socca_status get_items(reader *r, socca_result *list)
{
  uint64_t count = 0;
  socca_status s = SOCCA_OK;
  get_exactly(r, &count, sizeof count);
  for (uint64_t i = 0; !s && !r->failed && i < count; i++) {
    uint32_t type = 0;
    size_t n;
    const char *name = get_text(r);
    get_exactly(r, &type, sizeof type);
    const void *data = get_bytes(r, &n);
    if (!r->failed && !socca_type_size(type)) r->failed = 1;
    if (!r->failed) s = socca_items_value(list, name, type, n / socca_type_size(type), data);
  }
  return s;
}

socca_status socca_fit_pack(const socca_fit *f, int signal, socca_text *t)
{
  const char *error = socca_journal_error(f->journal, 0);
  const uint32_t shared = f->request.share && f->outcome;
  put_bytes(t, &signal, sizeof signal);
  put_bytes(t, error ? error : "", error ? strlen(error) + 1 : 1);
  put_bytes(t, &shared, sizeof shared);
  if (shared) {
    put_items(t, f->outcome->attributes);
    put_items(t, f->outcome->run);
    put_items(t, f->outcome->data);
  }
  return t->failed ? socca_error(f->journal, SOCCA_E_NOMEM,
                                 "out of memory for sending the result to the other ranks")
                   : SOCCA_OK;
}

static socca_status unpack_outcome(socca_fit *f, reader *r)
{
  const char *why = "it is cut short";
  socca_outcome *o = socca_outcome_new(f->journal);
  socca_status s = o ? SOCCA_OK : SOCCA_E_NOMEM;
  if (!s) s = get_items(r, o->attributes);
  if (!s) s = get_items(r, o->run);
  if (!s) s = get_items(r, o->data);
  if (!s && r->failed) s = SOCCA_E_BUG;
  if (!s) s = socca_outcome_make_rows(o, &why);
  if (!s) {
    f->outcome = o;
    return SOCCA_OK;
  }
  socca_outcome_free(o);
  if (s == SOCCA_E_NOMEM) return socca_error(f->journal, s, "out of memory for the result");
  return socca_error(f->journal, s, "the result sent by rank 0 cannot be used: %s", why);
}

socca_status socca_fit_unpack(socca_fit *f, socca_status status, const void *blob, size_t bytes,
                              int *signal)
{
  reader r = { .p = blob, .left = bytes };
  uint32_t shared = 0;
  if (!bytes) return status;
  get_exactly(&r, signal, sizeof *signal);
  const char *error = get_text(&r);
  get_exactly(&r, &shared, sizeof shared);
  if (r.failed)
    return socca_error(f->journal, SOCCA_E_BUG, "rank 0 ended with a message that makes no sense");
  if (status < 0 && *error) return socca_error(f->journal, status, "%s", error);
  if (status < 0) return status;
  socca_status s = shared ? unpack_outcome(f, &r) : SOCCA_OK;
  return s ? s : status;
}
