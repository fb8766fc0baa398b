/* SPDX-License-Identifier: BSD-3-Clause */
/* The hardest life a sampler can have: every submission and every wait is interrupted once, the state
 * is saved, and a new sampler goes on from it. What comes out must be, bit for bit, what a run in
 * peace makes: a sampler that changes its state before an operation that may be interrupted fails. */
#ifndef SHAKEN_H
#define SHAKEN_H
#include "mini_host.h"

typedef struct shaken {
  uint64_t lives;      /* samplers that were needed */
  socca_status status; /* of the last advance() */
  char failure[96];    /* "": none; what failed, or the array in which the ends differ */
} shaken;

/* Both runs to the end, and compares the archives of their ends. */
shaken shake(const socca_plugin *, uint32_t d, uint64_t seed, mini_loglike, void *arg,
             const char *const *settings);
#endif
