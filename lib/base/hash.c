/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#define XXH_INLINE_ALL
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wshadow"
#endif
#include <xxhash.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
#include <base/hash.h>
#include <stdio.h>
#include <string.h>

struct socca_hash {
  XXH3_state_t *state;
};

socca_hash *socca_hash_new(void)
{
  socca_hash *h = malloc(sizeof *h);
  if (!h) return NULL;
  h->state = XXH3_createState();
  if (!h->state) {
    free(h);
    return NULL;
  }
  XXH3_128bits_reset(h->state);
  return h;
}

void socca_hash_add(socca_hash *h, const void *data, size_t n)
{
  XXH3_128bits_update(h->state, data, n);
}

void socca_hash_text(socca_hash *h, const char *s)
{
  uint64_t n = strlen(s);
  socca_hash_add(h, &n, sizeof n);
  socca_hash_add(h, s, (size_t)n);
}

void socca_hash_digest(socca_hash *h, uint64_t out[2])
{
  XXH128_hash_t d = XXH3_128bits_digest(h->state);
  out[0] = d.high64;
  out[1] = d.low64;
}

void socca_hash_hex(socca_hash *h, char out[33])
{
  uint64_t d[2];
  socca_hash_digest(h, d);
  snprintf(out, 33, "%016llx%016llx", (unsigned long long)d[0], (unsigned long long)d[1]);
}

void socca_hash_free(socca_hash *h)
{
  if (!h) return;
  XXH3_freeState(h->state);
  free(h);
}

void socca_hash_once(const void *data, size_t n, uint64_t out[2])
{
  XXH128_hash_t d = XXH3_128bits(data, n);
  out[0] = d.high64;
  out[1] = d.low64;
}
