/* SPDX-License-Identifier: BSD-3-Clause */
/* Checkpoints on disk: layout, checksum, and the two files FILE and FILE.1. */
#include "config.h"
#include <base/file.h>
#include <base/hash.h>
#include <base/text.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "archive_private.h"

/* As in PNG: a byte above 127 and line ends of all kinds show transfers that were not binary. */
static const unsigned char magic[8] = { 0x89, 'S', 'C', 'K', '\r', '\n', 0x1A, '\n' };
static const char foreign[] = "not a checkpoint of socca";
static const char newer[] = "written by a newer version of socca";
static const char no_memory[] = "out of memory", bad_table[] = "its table is damaged";

uint64_t archive_get(const unsigned char *p, size_t size)
{
  uint64_t x = 0;
  for (size_t i = size; i-- > 0;) x = x << 8 | p[i];
  return x;
}

void archive_put(unsigned char *p, size_t size, uint64_t x)
{
  for (size_t i = 0; i < size; i++, x >>= 8) p[i] = (unsigned char)x;
}

static size_t padded(size_t n)
{
  return (n + 7) / 8 * 8;
}

/* ---- writing ---- */

typedef struct sink {
  FILE *f;
  socca_hash *hash;
} sink;

static void emit(sink *s, const void *p, size_t n)
{
  if (!n) return;
  socca_hash_add(s->hash, p, n);
  fwrite(p, 1, n, s->f); /* failures stay with the stream and are seen at the commit */
}

static size_t table_bytes(const socca_archive *a)
{
  size_t n = 0;
  for (size_t i = 0; i < a->count; i++) n += ARCHIVE_ROW + padded(strlen(a->row[i].name));
  return n;
}

static void emit_table(sink *s, const socca_archive *a, size_t data_start)
{
  for (size_t i = 0; i < a->count; i++) {
    const archive_row *r = &a->row[i];
    unsigned char row[ARCHIVE_ROW + ARCHIVE_LONGEST_NAME + 1] = { 0 };
    size_t length = strlen(r->name);
    archive_put(row, 4, r->type);
    archive_put(row + 4, 4, length);
    archive_put(row + 8, 8, r->n);
    archive_put(row + 16, 8, data_start + r->offset);
    memcpy(row + ARCHIVE_ROW, r->name, length);
    emit(s, row, ARCHIVE_ROW + padded(length));
  }
}

static void emit_all(sink *s, const socca_archive *a, unsigned char checksum[ARCHIVE_TRAILER])
{
  unsigned char head[ARCHIVE_HEADER];
  size_t table = table_bytes(a), data_start = ARCHIVE_HEADER + table;
  memcpy(head, magic, sizeof magic);
  archive_put(head + 8, 4, ARCHIVE_VERSION);
  archive_put(head + 12, 4, a->count);
  archive_put(head + 16, 8, data_start + a->used + ARCHIVE_TRAILER);
  archive_put(head + 24, 8, table);
  emit(s, head, sizeof head);
  emit_table(s, a, data_start);
  emit(s, a->bytes, a->used);
  uint64_t digest[2];
  socca_hash_digest(s->hash, digest);
  archive_put(checksum, 8, digest[1]);
  archive_put(checksum + 8, 8, digest[0]);
  fwrite(checksum, 1, ARCHIVE_TRAILER, s->f);
}

static archive_mark mark_of(const char *path)
{
  archive_mark m = { 0 };
  struct stat st;
  if (stat(path, &st)) return m;
  m.known = 1;
  m.inode = (uint64_t)st.st_ino;
  FILE *f = fopen(path, "rbe");
  if (f && !fseek(f, -ARCHIVE_TRAILER, SEEK_END) && fread(m.checksum, ARCHIVE_TRAILER, 1, f) != 1)
    memset(m.checksum, 0, sizeof m.checksum);
  if (f) fclose(f);
  return m;
}

socca_status socca_archive_adopt(socca_archive *a, const char *path)
{
  unsigned char head[sizeof magic];
  FILE *f = fopen(path, "rbe");
  size_t n = f ? fread(head, 1, sizeof head, f) : 0;
  if (f) fclose(f);
  if (memcmp(head, magic, n) != 0)
    return socca_error(a->journal, SOCCA_E_INPUT,
                       "'%s' is not a checkpoint of socca and is not replaced: remove it, or give "
                       "--checkpoint=FILE",
                       path);
  a->mark = mark_of(path);
  return SOCCA_OK;
}

static int by_name(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static socca_status check_names(const socca_archive *a)
{
  const char **name = socca_calloc(a->count, sizeof *name);
  if (!name) return socca_error(a->journal, SOCCA_E_NOMEM, "out of memory for the checkpoint");
  for (size_t i = 0; i < a->count; i++) name[i] = a->row[i].name;
  qsort(name, a->count, sizeof *name, by_name);
  socca_status s = SOCCA_OK;
  for (size_t i = 1; !s && i < a->count; i++)
    if (strcmp(name[i - 1], name[i]) == 0)
      s = socca_error(a->journal, SOCCA_E_BUG, "checkpoint array '%s' was given twice", name[i]);
  free(name);
  return s;
}

static socca_status conflict(const socca_archive *a, const char *path)
{
  return socca_error(a->journal, SOCCA_E_RESUME,
                     "%s: another run writes this checkpoint; stop one of them, or give each its "
                     "own --checkpoint=FILE",
                     path);
}

/* What another run wrote is kept. A file that has vanished is simply made again. */
static int is_ours(const socca_archive *a, const char *path)
{
  archive_mark now = mark_of(path);
  return !now.known || (a->mark.known && now.inode == a->mark.inode &&
                        memcmp(now.checksum, a->mark.checksum, sizeof now.checksum) == 0);
}

socca_status socca_archive_save(socca_archive *a, const char *path)
{
  socca_output *o;
  socca_status s = check_names(a);
  if (!s && !is_ours(a, path)) s = conflict(a, path);
  if (!s) s = socca_output_open(a->journal, path, &o);
  if (s) return s;
  sink k = { socca_output_stream(o), socca_hash_new() };
  unsigned char checksum[ARCHIVE_TRAILER];
  if (!k.hash) {
    socca_output_discard(o);
    return socca_error(a->journal, SOCCA_E_NOMEM, "out of memory for the checkpoint");
  }
  emit_all(&k, a, checksum);
  socca_hash_free(k.hash);
  /* A damaged file must not take the place of the good previous one. */
  s = socca_output_commit(o, !a->fell_back);
  if (s) return s;
  a->fell_back = 0;
  a->mark = mark_of(path);
  return memcmp(a->mark.checksum, checksum, sizeof checksum) == 0 ? SOCCA_OK : conflict(a, path);
}

/* ---- reading ---- */

/* One row of the table at p, of which `left` bytes remain: returns the bytes it takes, 0 if it is damaged (or
 * memory is short: then *wrong says so). Data lies between `start` and `end` of the file. */
static size_t parse_row(socca_archive *a, const unsigned char *p, size_t left, size_t start,
                        size_t end, const char **wrong)
{
  if (left < ARCHIVE_ROW) return 0;
  uint32_t type = (uint32_t)archive_get(p, 4);
  uint64_t length = archive_get(p + 4, 4), n = archive_get(p + 8, 8), at = archive_get(p + 16, 8);
  size_t size = socca_type_size(type);
  if (!size || !length || length > ARCHIVE_LONGEST_NAME) return 0;
  size_t bytes = ARCHIVE_ROW + padded((size_t)length);
  if (bytes > left || memchr(p + ARCHIVE_ROW, 0, (size_t)length)) return 0;
  if (at < start || at > end || n > (end - at) / size) return 0;
  archive_row *r = &a->row[a->count];
  r->name = socca_calloc((size_t)length + 1, 1);
  if (!r->name) {
    *wrong = no_memory;
    return 0;
  }
  memcpy(r->name, p + ARCHIVE_ROW, (size_t)length);
  r->type = type;
  r->n = (size_t)n;
  r->offset = (size_t)at;
  a->count++;
  return bytes;
}

/* Header and checksum; NULL if they are right. */
static const char *check_frame(const unsigned char *p, size_t n)
{
  if (n < sizeof magic || memcmp(p, magic, sizeof magic) != 0) return foreign;
  if (n < ARCHIVE_HEADER + ARCHIVE_TRAILER) return "cut short";
  if (archive_get(p + 8, 4) > ARCHIVE_VERSION) return newer;
  if (archive_get(p + 16, 8) != n) return n < archive_get(p + 16, 8) ? "cut short" : "too long";
  uint64_t digest[2];
  const unsigned char *end = p + n - ARCHIVE_TRAILER;
  socca_hash_once(p, n - ARCHIVE_TRAILER, digest);
  if (archive_get(end, 8) != digest[1] || archive_get(end + 8, 8) != digest[0])
    return "its checksum does not fit its content";
  return NULL;
}

static const char *parse(socca_archive *a, const unsigned char *p, size_t n)
{
  const char *wrong = check_frame(p, n);
  if (wrong) return wrong;
  uint64_t count = archive_get(p + 12, 4), table = archive_get(p + 24, 8);
  size_t end = n - ARCHIVE_TRAILER;
  if (table > end - ARCHIVE_HEADER || count > table / ARCHIVE_ROW) return bad_table;
  size_t start = ARCHIVE_HEADER + (size_t)table, at = ARCHIVE_HEADER;
  a->row = socca_calloc((size_t)count, sizeof *a->row);
  if (!a->row) return no_memory;
  a->room = (size_t)count;
  for (uint64_t i = 0; i < count; i++) {
    size_t took = parse_row(a, p + at, start - at, start, end, &wrong);
    if (!took) return wrong ? wrong : bad_table;
    at += took;
  }
  return at == start ? NULL : bad_table;
}

/* Takes `bytes` over. *why: what is wrong with them. */
static socca_status take(socca_journal *j, unsigned char *bytes, size_t n, socca_archive **out,
                         const char **why)
{
  socca_archive *a = socca_archive_new(j);
  *why = a && bytes ? parse(a, bytes, n) : no_memory;
  if (*why) {
    socca_archive_free(a);
    free(bytes);
    return *why == no_memory ? SOCCA_E_NOMEM : SOCCA_E_RESUME;
  }
  a->bytes = bytes;
  a->reserved = n;
  a->loading = 1;
  *out = a;
  return SOCCA_OK;
}

socca_status socca_archive_parse(socca_journal *j, const void *bytes, size_t n, socca_archive **out,
                                 const char **why)
{
  unsigned char *copy = socca_calloc(n, 1);
  if (copy && n) memcpy(copy, bytes, n);
  return take(j, copy, n, out, why);
}

/* *why NULL with an error status: the file could not be read, and the journal says so. */
static socca_status load_one(socca_journal *j, const char *path, socca_archive **out,
                             const char **why)
{
  char *bytes = NULL;
  size_t n = 0;
  *why = NULL;
  socca_status s = socca_file_read(j, path, SIZE_MAX / 4, &bytes, &n);
  return s ? s : take(j, (unsigned char *)bytes, n, out, why);
}

static int exists(const char *path)
{
  struct stat st;
  return stat(path, &st) == 0;
}

socca_status socca_archive_load(socca_journal *j, const char *path, socca_archive **out)
{
  const char *why, *why_former;
  *out = NULL;
  archive_mark mark = mark_of(path); /* before reading: a change while reading is noticed later */
  if (!mark.known) return SOCCA_OK;
  socca_text former = { 0 };
  socca_text_printf(&former, "%s.1", path);
  if (!former.s) return socca_error(j, SOCCA_E_NOMEM, "%s: out of memory", path);
  socca_status s = load_one(j, path, out, &why);
  if (s == SOCCA_E_RESUME && why != newer && exists(former.s) &&
      !load_one(j, former.s, out, &why_former)) {
    socca_message(j, SOCCA_LOG_WARN, "%s: %s; going on from the previous checkpoint %s", path, why,
                  former.s);
    (*out)->fell_back = 1;
    s = SOCCA_OK;
  }
  if (s && why)
    socca_error(j, s, "%s: %s; %s, --checkpoint=FILE uses another file", path, why,
                why == foreign ? "remove it if it is of no use" : "--force starts anew");
  if (*out) (*out)->mark = mark;
  socca_text_free(&former);
  return s;
}
