/* SPDX-License-Identifier: BSD-3-Clause */
/* 128-bit content hashes (XXH3), written as 32 hexadecimal digits. For identity, not for security. */
#ifndef SOCCA_BASE_HASH_H
#define SOCCA_BASE_HASH_H
#include <stddef.h>
#include <stdint.h>

typedef struct socca_hash socca_hash;
socca_hash *socca_hash_new(void); /* NULL: no memory */
void socca_hash_add(socca_hash *, const void *data, size_t n);
void socca_hash_text(socca_hash *,
                     const char *s); /* with its length, so that "ab","c" != "a","bc" */
void socca_hash_digest(socca_hash *, uint64_t out[2]);
void socca_hash_hex(socca_hash *, char out[33]);
void socca_hash_free(socca_hash *);
void socca_hash_once(const void *data, size_t n, uint64_t out[2]);
#endif
