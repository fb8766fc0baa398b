/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <base/hash.h>
#include <base/text.h>
#include <store/items.h>
#include <stdlib.h>
#include <string.h>
#include "items_private.h"

size_t socca_type_size(uint32_t type)
{
  static const size_t size[] = {
    [SOCCA_F64] = 8, [SOCCA_F32] = 4, [SOCCA_I64] = 8, [SOCCA_U64] = 8, [SOCCA_BYTES] = 1
  };
  return type < sizeof size / sizeof *size ? size[type] : 0;
}

socca_result *socca_items_new(socca_journal *j)
{
  socca_result *r = socca_calloc(1, sizeof *r);
  if (r) r->journal = j;
  return r;
}

void socca_items_free(socca_result *r)
{
  if (!r) return;
  for (size_t i = 0; i < r->n; i++) {
    free(r->item[i].name);
    free(r->item[i].data);
  }
  free(r->item);
  socca_draws_free(&r->draws);
  free(r);
}

static socca_status no_memory(const socca_result *r, const char *name)
{
  return socca_error(r->journal, SOCCA_E_NOMEM, "out of memory for '%s'", name);
}

static int make_room(socca_result *r)
{
  socca_item *grown = socca_grow(r->item, r->n, &r->room, sizeof *grown);
  if (grown) r->item = grown;
  return grown ? 0 : -1;
}

socca_status socca_items_value(socca_result *r, const char *name, uint32_t type, size_t n,
                               const void *p)
{
  size_t size = socca_type_size(type);
  if (!name || !*name || !size || (n && !p))
    return socca_error(r->journal, SOCCA_E_BUG, "value '%s' has no name, type or content",
                       name ? name : "");
  char *data = n < SIZE_MAX ? socca_calloc(n + 1, size) : NULL;
  if (!data) return no_memory(r, name);
  if (n) memcpy(data, p, n * size);
  socca_item *item = (socca_item *)(uintptr_t)socca_items_find(r, name);
  if (!item) {
    char *copy = make_room(r) ? NULL : socca_strdup(name);
    if (!copy) {
      free(data);
      return no_memory(r, name);
    }
    item = &r->item[r->n++];
    *item = (socca_item){ .name = copy };
  }
  free(item->data);
  item->type = type;
  item->n = n;
  item->data = data;
  return SOCCA_OK;
}

socca_status socca_items_text(socca_result *r, const char *name, const char *text)
{
  return socca_items_value(r, name, SOCCA_BYTES, strlen(text), text);
}

socca_status socca_items_real(socca_result *r, const char *name, double x)
{
  return socca_items_value(r, name, SOCCA_F64, 1, &x);
}

socca_status socca_items_integer(socca_result *r, const char *name, int64_t x)
{
  return socca_items_value(r, name, SOCCA_I64, 1, &x);
}

const socca_item *socca_items_find(const socca_result *r, const char *name)
{
  for (size_t i = 0; i < r->n; i++)
    if (strcmp(r->item[i].name, name) == 0) return &r->item[i];
  return NULL;
}

const socca_item *socca_items_at(const socca_result *r, size_t i)
{
  return i < r->n ? &r->item[i] : NULL;
}

double socca_items_get_real(const socca_result *r, const char *name, double otherwise)
{
  const socca_item *i = socca_items_find(r, name);
  if (!i || i->n < 1) return otherwise;
  if (i->type == SOCCA_F64) return *(const double *)i->data;
  if (i->type == SOCCA_F32) return (double)*(const float *)i->data;
  if (i->type == SOCCA_I64) return (double)*(const int64_t *)i->data;
  if (i->type == SOCCA_U64) return (double)*(const uint64_t *)i->data;
  return otherwise;
}

int64_t socca_items_get_integer(const socca_result *r, const char *name, int64_t otherwise)
{
  const socca_item *i = socca_items_find(r, name);
  if (!i || i->n < 1) return otherwise;
  if (i->type == SOCCA_I64) return *(const int64_t *)i->data;
  if (i->type == SOCCA_U64 && *(const uint64_t *)i->data <= INT64_MAX)
    return (int64_t) * (const uint64_t *)i->data;
  return otherwise;
}

const char *socca_items_get_text(const socca_result *r, const char *name)
{
  const socca_item *i = socca_items_find(r, name);
  return i && i->type == SOCCA_BYTES ? i->data : NULL;
}

static int by_name(const void *a, const void *b)
{
  return strcmp((*(socca_item *const *)a)->name, (*(socca_item *const *)b)->name);
}

void socca_items_digest(const socca_result *r, char hex[33])
{
  socca_hash *h = socca_hash_new();
  const socca_item **sorted = socca_calloc(r->n + 1, sizeof *sorted);
  hex[0] = '\0'; /* equal to no digest */
  if (h && sorted) {
    for (size_t i = 0; i < r->n; i++) sorted[i] = &r->item[i];
    qsort(sorted, r->n, sizeof *sorted, by_name);
    for (size_t i = 0; i < r->n; i++) {
      const uint64_t head[2] = { sorted[i]->type, sorted[i]->n };
      socca_hash_text(h, sorted[i]->name);
      socca_hash_add(h, head, sizeof head);
      socca_hash_add(h, sorted[i]->data, sorted[i]->n * socca_type_size(sorted[i]->type));
    }
    socca_hash_hex(h, hex);
  }
  free(sorted);
  socca_hash_free(h);
}

/* Element k as text; of a text the beginning. */
static void show(const socca_item *i, size_t k, socca_text *t)
{
  enum { LONGEST = 60 };
  char number[32];
  if (!i)
    socca_text_puts(t, "absent");
  else if (i->type == SOCCA_BYTES)
    socca_text_printf(t, "'%.*s'%s", i->n > LONGEST ? LONGEST : (int)i->n, (const char *)i->data,
                      i->n > LONGEST ? "..." : "");
  else if (k >= i->n)
    socca_text_printf(t, "of %zu elements", i->n);
  else if (i->type == SOCCA_I64)
    socca_text_printf(t, "%lld", (long long)((const int64_t *)i->data)[k]);
  else if (i->type == SOCCA_U64)
    socca_text_printf(t, "%llu", (unsigned long long)((const uint64_t *)i->data)[k]);
  else
    socca_text_puts(t,
                    socca_format_short(i->type == SOCCA_F64 ? ((const double *)i->data)[k]
                                                            : (double)((const float *)i->data)[k],
                                       number));
}

static socca_status differs(socca_journal *j, const char *what, const char *name,
                            const socca_item *then, const socca_item *now)
{
  size_t k = 0;
  char place[32] = "";
  if (then && now && then->type == now->type && then->type != SOCCA_BYTES) {
    size_t size = socca_type_size(then->type), least = then->n < now->n ? then->n : now->n;
    while (k < least && !memcmp((char *)then->data + k * size, (char *)now->data + k * size, size))
      k++;
    if (least > 1 && k < least) snprintf(place, sizeof place, "[%zu]", k);
    if (then->n != now->n) k = SIZE_MAX; /* show the lengths */
  }
  socca_text a = { 0 }, b = { 0 };
  show(then, k, &a);
  show(now, k, &b);
  socca_status s = socca_error(j, SOCCA_E_RESUME, "%s: %s%s was %s, is %s", what, name, place,
                               a.s ? a.s : "?", b.s ? b.s : "?");
  socca_text_free(&a);
  socca_text_free(&b);
  return s;
}

socca_status socca_items_compare(socca_journal *j, const char *what, const socca_result *then,
                                 const socca_result *now)
{
  for (size_t i = 0; i < then->n; i++) {
    const socca_item *a = &then->item[i], *b = socca_items_find(now, a->name);
    if (!b || a->type != b->type || a->n != b->n ||
        memcmp(a->data, b->data, a->n * socca_type_size(a->type)) != 0)
      return differs(j, what, a->name, a, b);
  }
  for (size_t i = 0; i < now->n; i++)
    if (!socca_items_find(then, now->item[i].name))
      return differs(j, what, now->item[i].name, NULL, &now->item[i]);
  return SOCCA_OK;
}
