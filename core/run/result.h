/* SPDX-License-Identifier: BSD-3-Clause */
/* FILE.nc: what a run leaves behind. The writer and reader live in a private module (netCDF costs every start
 * 5 ms), opened when first needed. */
#ifndef SOCCA_RUN_RESULT_H
#define SOCCA_RUN_RESULT_H
#include <config/parameters.h>
#include <run/items.h>

typedef struct socca_outcome
    socca_outcome; /* a complete result, in memory: from a run, or read from a file */
typedef struct socca_summary_row {
  char *name, *unit;
  double median, minus, plus, best, period;
  int free;
} socca_summary_row;

/* Builds it from a finished or limited run: `collected` is what the sampler's result() gave (draws in any space are
 * converted by the caller to PHYSICAL first), `attributes` the root attributes in order (method, options, seed,
 * versions, fit text, fingerprint, n_calls, stopped ...), `run` what varies between equal runs (times, host, pool).
 * parameters give names, units, ties; equally weighted draws are made with the stream (seed, "posterior"). */
typedef struct socca_outcome_setup {
  const socca_parameters *parameters;
  const socca_result *collected, *attributes, *run, *observed;
  const char *const *derived;
  uint32_t nderived;
  const double *derived_values; /* n x nderived, or NULL */
  uint64_t seed;
} socca_outcome_setup;
socca_status socca_outcome_build(socca_journal *, const socca_outcome_setup *, socca_outcome **);
void socca_outcome_free(socca_outcome *);
socca_status socca_outcome_write(socca_journal *, const socca_outcome *, const char *path,
                                 int keep_previous);
socca_status socca_outcome_read(socca_journal *, const char *path, socca_outcome **);
/* Only the fingerprint of an existing file (empty text: not a result of ours). */
socca_status socca_result_fingerprint(socca_journal *, const char *path, char *out, size_t n);

size_t socca_outcome_rows(const socca_outcome *);
const socca_summary_row *socca_outcome_row(const socca_outcome *, size_t i);
const socca_result *socca_outcome_attributes(const socca_outcome *);
const socca_result *socca_outcome_run(const socca_outcome *);
void socca_outcome_digest(const socca_outcome *,
                          char hex[33]); /* of everything but the group `run` */
socca_status socca_outcome_csv(socca_journal *, const socca_outcome *, FILE *);
/* End-of-run summary on a stream; the JSON object of `--json`. */
void socca_outcome_print(const socca_outcome *, FILE *);
socca_status socca_outcome_json(const socca_outcome *, FILE *);
#endif
