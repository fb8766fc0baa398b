/* SPDX-License-Identifier: BSD-3-Clause */
/* A pool: order-preserving batches of records, evaluated by execute() somewhere. */
#ifndef SOCCA_POOL_H
#define SOCCA_POOL_H
#include <socca/host.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct socca_pool_info {
  uint32_t workers, rank, ranks;
  char text[96];
  /* Seconds of work per record below which evaluating in one process is as fast, in batches of 100 records; other
   * batches: times 100/n. 0: never slower. The host tells users of likelihoods that are cheaper. */
  double break_even;
  uint64_t spare[2];
} socca_pool_info;

/* Adds what a record or a part of a batch cost; the text of the lowest bad index is kept. Begin with a sum that has
 * bad_index = UINT64_MAX and zeros. */
static inline void socca_report_add(socca_report *sum, const socca_report *cost)
{
  sum->calls += cost->calls;
  sum->gradients += cost->gradients;
  sum->nonfinite += cost->nonfinite;
  sum->reissued += cost->reissued;
  sum->deaths += cost->deaths;
  sum->outside += cost->outside;
  sum->busy += cost->busy;
  if (cost->bad_index >= sum->bad_index) return;
  sum->bad_index = cost->bad_index;
  memcpy(sum->message, cost->message, sizeof sum->message);
}

typedef struct socca_pool_vtbl {
  const socca_option *options; /* "mp:4,mode=help": the first bare word is `workers` */
  size_t option_size;
  /* Model and ops are loaded, no threads exist yet. close() is called even if open() fails after
   * having set *self. */
  socca_status (*open)(socca_team *, const void *options, void **self);
  void (*close)(void *self);
  void (*info)(const void *self, socca_pool_info *);
  /* The two newest versions are kept. The host sees to it that batches name no others, and that none of those out
   * needs the one which a new version replaces. */
  socca_status (*set_state)(void *self, uint32_t version, const void *blob, size_t bytes);
  socca_status (*submit)(void *self, uint32_t slot, const socca_batch *); /* slot 0 or 1 */
  /* out[] in index order; INTERRUPTED keeps the batch */
  socca_status (*wait)(void *self, uint32_t slot, socca_report *);
  /* Ranks only. serve(): the other ranks' loop, returns what finish() sent; the blob is valid until
   * close(). */
  socca_status (*serve)(void *self, const void **blob, size_t *bytes);
  socca_status (*finish)(void *self, socca_status, const void *blob, size_t bytes);
} socca_pool_vtbl;

#ifdef __cplusplus
}
#endif
#endif
