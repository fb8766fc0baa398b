/* SPDX-License-Identifier: BSD-3-Clause */
/* Named arrays in memory: what a checkpoint holds. */
#include "config.h"
#include <base/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "archive_private.h"

socca_archive *socca_archive_new(socca_journal *j)
{
  socca_archive *a = socca_calloc(1, sizeof *a);
  if (a) a->journal = j;
  return a;
}

static void clear(socca_archive *a)
{
  for (size_t i = 0; i < a->count; i++) free(a->row[i].name);
  a->count = a->cursor = a->used = 0;
  a->prefix[0] = '\0';
}

void socca_archive_free(socca_archive *a)
{
  if (!a) return;
  clear(a);
  free(a->row);
  free(a->bytes);
  free(a);
}

void socca_archive_restart(socca_archive *a)
{
  clear(a);
  a->loading = 0;
}

int socca_archive_loading(const socca_archive *a)
{
  return a->loading;
}

void socca_archive_section(socca_archive *a, const char *prefix)
{
  snprintf(a->prefix, sizeof a->prefix, "%s", prefix);
}

/* The name as stored, PREFIX/NAME; 0 on success. */
static int full_name(const socca_archive *a, const char *name, char *out)
{
  const char *slash = a->prefix[0] ? "/" : "";
  int n = snprintf(out, ARCHIVE_LONGEST_NAME + 1, "%s%s%s", a->prefix, slash, name);
  return n <= 0 || n > ARCHIVE_LONGEST_NAME || !*name;
}

void archive_copy(void *to, const void *from, size_t size, size_t n)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  memcpy(to, from, size * n);
#else
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < size; k++)
      ((unsigned char *)to)[i * size + k] = ((const unsigned char *)from)[(i + 1) * size - 1 - k];
#endif
}

/* Arrays are mostly asked for in the order in which they were stored. */
static const archive_row *find(const socca_archive *a, const char *full)
{
  for (size_t k = 0; k < a->count; k++) {
    const archive_row *r = &a->row[(a->cursor + k) % a->count];
    if (strcmp(r->name, full) == 0) return r;
  }
  return NULL;
}

static int make_room(socca_archive *a, size_t bytes)
{
  archive_row *row = socca_grow(a->row, a->count, &a->room, sizeof *row);
  if (!row) return -1;
  a->row = row;
  if (bytes > SIZE_MAX / 4 || a->used > SIZE_MAX / 4) return -1;
  if (a->used + bytes <= a->reserved) return 0;
  size_t want = a->used + bytes, reserved = want > 2 * a->reserved ? want : 2 * a->reserved;
  unsigned char *grown = socca_realloc(a->bytes, reserved, 1);
  if (!grown) return -1;
  a->bytes = grown;
  a->reserved = reserved;
  return 0;
}

/* A name given twice is noticed when the archive is saved. */
static socca_status store(socca_archive *a, const char *full, uint32_t type, size_t n,
                          const void *p)
{
  size_t size = socca_type_size(type);
  if (n > SIZE_MAX / 16 || make_room(a, n * size + 7))
    return socca_error(a->journal, SOCCA_E_NOMEM, "out of memory for checkpoint array '%s'", full);
  archive_row *r = &a->row[a->count];
  *r = (archive_row){ socca_strdup(full), type, n, a->used };
  if (!r->name)
    return socca_error(a->journal, SOCCA_E_NOMEM, "out of memory for checkpoint array '%s'", full);
  if (n) archive_copy(a->bytes + a->used, p, size, n);
  size_t end = a->used + n * size;
  a->used = (end + 7) / 8 * 8;
  memset(a->bytes + end, 0, a->used - end);
  a->count++;
  return SOCCA_OK;
}

static socca_status restore(socca_archive *a, const char *full, uint32_t type, size_t n, void *p)
{
  const archive_row *r = find(a, full);
  if (!r)
    return socca_error(a->journal, SOCCA_E_RESUME, "the checkpoint lacks the array '%s'", full);
  if (r->type != type || r->n != n)
    return socca_error(a->journal, SOCCA_E_RESUME,
                       "the checkpoint's array '%s' has %zu elements of type %u where %zu of type "
                       "%u belong",
                       full, r->n, (unsigned)r->type, n, (unsigned)type);
  if (n) archive_copy(p, a->bytes + r->offset, socca_type_size(type), n);
  a->cursor = (size_t)(r - a->row) + 1;
  return SOCCA_OK;
}

socca_status socca_archive_io(socca_archive *a, const char *name, uint32_t type, size_t n, void *p)
{
  char full[ARCHIVE_LONGEST_NAME + 1];
  if (full_name(a, name, full) || !socca_type_size(type) || (n && !p))
    return socca_error(a->journal, SOCCA_E_BUG,
                       "checkpoint array '%s' has no name, type or content, or a name too long",
                       name);
  return a->loading ? restore(a, full, type, n, p) : store(a, full, type, n, p);
}

size_t socca_archive_length(const socca_archive *a, const char *name)
{
  char full[ARCHIVE_LONGEST_NAME + 1];
  const archive_row *r = full_name(a, name, full) ? NULL : find(a, full);
  return r ? r->n : SIZE_MAX;
}

int socca_archive_entry(const socca_archive *a, size_t i, const char **name, uint32_t *type,
                        size_t *n)
{
  if (i >= a->count) return 0;
  *name = a->row[i].name;
  *type = a->row[i].type;
  *n = a->row[i].n;
  return 1;
}

/* Item I of list NAME is the array NAME/I, so that a list is as readable as any other array. */
static socca_status store_items(socca_archive *a, const char *full, const socca_result *items)
{
  socca_status s = SOCCA_OK;
  const socca_item *item;
  for (size_t i = 0; !s && (item = socca_items_at(items, i)); i++) {
    socca_text t = { 0 };
    socca_text_printf(&t, "%s/%s", full, item->name);
    if (!t.s || t.n > ARCHIVE_LONGEST_NAME)
      s = socca_error(a->journal, t.s ? SOCCA_E_BUG : SOCCA_E_NOMEM, "cannot store '%s' of '%s'",
                      item->name, full);
    else
      s = store(a, t.s, item->type, item->n, item->data);
    socca_text_free(&t);
  }
  return s;
}

static socca_status restore_items(socca_archive *a, const char *full, socca_result *items)
{
  size_t length = strlen(full);
  for (size_t i = 0; i < a->count; i++) {
    const archive_row *r = &a->row[i];
    size_t size = socca_type_size(r->type);
    if (strncmp(r->name, full, length) != 0 || r->name[length] != '/' || !r->name[length + 1])
      continue;
    void *copy = socca_calloc(r->n, size);
    if (!copy)
      return socca_error(a->journal, SOCCA_E_NOMEM, "out of memory for checkpoint array '%s'",
                         r->name);
    if (r->n) archive_copy(copy, a->bytes + r->offset, size, r->n);
    socca_status s = socca_items_value(items, r->name + length + 1, r->type, r->n, copy);
    free(copy);
    if (s) return s;
  }
  return SOCCA_OK;
}

socca_status socca_archive_items(socca_archive *a, const char *name, socca_result *items)
{
  char full[ARCHIVE_LONGEST_NAME + 1];
  if (full_name(a, name, full))
    return socca_error(a->journal, SOCCA_E_BUG, "checkpoint list '%s' has no name", name);
  return a->loading ? restore_items(a, full, items) : store_items(a, full, items);
}
