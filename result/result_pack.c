/* SPDX-License-Identifier: BSD-3-Clause */
/* A result as bytes, from one process to another of the same build on an equal machine: values go as they are. */
#include "config.h"
#include "result_private.h"
#include <string.h>

static void put(socca_text *t, const void *p, size_t n)
{
  const uint64_t length = n;
  socca_text_add(t, (const char *)&length, sizeof length);
  socca_text_add(t, p, n);
}

static void put_items(socca_text *t, const socca_result *list)
{
  const socca_item *item;
  uint64_t count = 0;
  while (socca_items_at(list, count)) count++;
  put(t, &count, sizeof count);
  for (size_t i = 0; (item = socca_items_at(list, i)); i++) {
    put(t, item->name, strlen(item->name) + 1);
    put(t, &item->type, sizeof item->type);
    put(t, item->data, item->n * socca_type_size(item->type));
  }
}

void socca_outcome_pack(const socca_outcome *o, socca_text *t)
{
  put_items(t, o->attributes);
  put_items(t, o->run);
  put_items(t, o->data);
}

typedef struct reader {
  const char *p;
  size_t left;
  int failed; /* from then on everything reads as empty */
} reader;

static const void *get(reader *r, size_t *n)
{
  uint64_t length = 0;
  *n = 0;
  if (r->left < sizeof length) r->failed = 1;
  if (r->failed) return NULL;
  memcpy(&length, r->p, sizeof length);
  r->p += sizeof length;
  r->left -= sizeof length;
  if (length > r->left) r->failed = 1;
  if (r->failed) return NULL;
  const void *here = r->p;
  r->p += length;
  r->left -= (size_t)length;
  *n = (size_t)length;
  return here;
}

static void get_exactly(reader *r, void *out, size_t n)
{
  size_t got;
  const void *p = get(r, &got);
  if (p && got == n)
    memcpy(out, p, n);
  else
    r->failed = 1;
}

static const char *get_name(reader *r) /* comes with its NUL */
{
  size_t n;
  const char *s = get(r, &n);
  if (s && n && !s[n - 1]) return s;
  r->failed = 1;
  return "";
}

static socca_status get_items(reader *r, socca_result *list)
{
  uint64_t count = 0;
  socca_status s = SOCCA_OK;
  get_exactly(r, &count, sizeof count);
  for (uint64_t i = 0; !s && !r->failed && i < count; i++) {
    uint32_t type = 0;
    size_t n;
    const char *name = get_name(r);
    get_exactly(r, &type, sizeof type);
    const void *data = get(r, &n);
    if (!r->failed && !socca_type_size(type)) r->failed = 1;
    if (!r->failed) s = socca_items_value(list, name, type, n / socca_type_size(type), data);
  }
  return s;
}

socca_status socca_outcome_unpack(socca_journal *j, const void *bytes, size_t n,
                                  socca_outcome **out)
{
  reader r = { .p = bytes, .left = n };
  const char *why = "it is cut short";
  socca_outcome *o = socca_outcome_new(j);
  socca_status s = o ? SOCCA_OK : SOCCA_E_NOMEM;
  *out = NULL;
  if (!s) s = get_items(&r, o->attributes);
  if (!s) s = get_items(&r, o->run);
  if (!s) s = get_items(&r, o->data);
  if (!s && (r.failed || r.left)) s = SOCCA_E_BUG;
  if (!s) s = socca_outcome_make_rows(o, &why);
  if (!s) {
    *out = o;
    return SOCCA_OK;
  }
  socca_outcome_free(o);
  if (s == SOCCA_E_NOMEM) return socca_error(j, s, "out of memory for the result");
  return socca_error(j, s, "the result sent by rank 0 cannot be used: %s", why);
}
