/* SPDX-License-Identifier: BSD-3-Clause */
/* A sampler: a state machine that proposes, evaluates, absorbs; it never sees processes, ranks,
 * files or signals. */
#ifndef SOCCA_SAMPLER_H
#define SOCCA_SAMPLER_H
#include <socca/host.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct socca_progress {
  double fraction, logz, n_eff; /* NaN: not known */
  char text[96];
  uint64_t spare[3];
} socca_progress;

typedef struct socca_sampler_vtbl {
  const socca_option *options; /* ended by name == NULL */
  size_t option_size;
  const socca_op_entry *ops; /* ended by name == NULL; may be NULL */
  /* `options` stays valid and unchanged. destroy() is called even if create() fails after having
   * set *self. */
  socca_status (*create)(socca_run *, const void *options, void **self);
  void (*destroy)(void *self);
  /* One bounded unit of work: OK (call again), DONE, INTERRUPTED or an error. Propose, evaluate,
   * then absorb: proposals are functions of counters, state changes only after wait() or evaluate()
   * returned OK, so the state may be archived after any return. Batches still pending at a
   * checkpoint count as not yet made: the restored sampler proposes them again. After DONE, advance()
   * is called again only if a limit was raised on resume. */
  socca_status (*advance)(void *self, socca_run *);
  void (*progress)(const void *self, socca_progress *);              /* optional */
  socca_status (*archive)(void *self, socca_run *, socca_archive *); /* saves and restores */
  /* What is known now: after DONE, or when a limit ended the run (NaN where not converged). Names
   * known to the host: logz, logz_err, n_eff, converged (I64 0/1). */
  socca_status (*result)(void *self, socca_run *, socca_result *);
} socca_sampler_vtbl;

#ifdef __cplusplus
}
#endif
#endif
