/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a checkpoint: as they are, and behind a header and checksum that fit them. */
#include "config.h"
#include <base/hash.h>
#include <store/archive.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Everything that a run or socca-inspect would do with it. */
static void use(socca_journal *j, socca_archive *a, size_t size)
{
  const char *name;
  uint32_t type;
  size_t n;
  socca_result *items = socca_items_new(j);
  for (size_t i = 0; socca_archive_entry(a, i, &name, &type, &n); i++) {
    if (n > size || socca_archive_length(a, name) > size) abort();
    void *p = malloc(n * socca_type_size(type) + 1);
    if (p) socca_archive_io(a, name, type, n, p);
    free(p);
  }
  if (items) socca_archive_items(a, "identity", items);
  socca_items_free(items);
}

static void parse(socca_journal *j, const uint8_t *data, size_t size)
{
  socca_archive *a = NULL;
  const char *why = NULL;
  socca_status s = socca_archive_parse(j, data, size, &a, &why);
  if ((s != SOCCA_OK) != (why != NULL)) abort();
  if (!s) use(j, a, size);
  if (!s) socca_archive_free(a);
}

static void put(uint8_t *p, size_t size, uint64_t x)
{
  for (size_t i = 0; i < size; i++, x >>= 8) p[i] = (uint8_t)x;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  enum { HEADER = 32, TRAILER = 16, SIZE_AT = 16 };
  static const uint8_t start[12] = { 0x89, 'S', 'C', 'K', '\r', '\n', 0x1A, '\n', 1, 0, 0, 0 };
  socca_journal *j = socca_journal_new("fuzz", SOCCA_LOG_ERROR);
  uint8_t *framed = malloc(size + TRAILER);
  if (j && framed) {
    socca_journal_set_silent(j, 1);
    parse(j, data, size);
    if (size >= HEADER) {
      uint64_t digest[2];
      memcpy(framed, data, size);
      memcpy(framed, start, sizeof start);
      put(framed + SIZE_AT, 8, size + TRAILER);
      socca_hash_once(framed, size, digest);
      put(framed + size, 8, digest[1]);
      put(framed + size + 8, 8, digest[0]);
      parse(j, framed, size + TRAILER);
    }
  }
  free(framed);
  socca_journal_free(j);
  return 0;
}
