/* SPDX-License-Identifier: BSD-3-Clause */
/* FILE.nc: what a run leaves behind. The writer and reader live in a private module (netCDF costs every start
 * 5 ms), opened when first needed. What the file holds: doc/results.md. */
#ifndef SOCCA_RESULT_H
#define SOCCA_RESULT_H
#include <config/parameters.h>
#include <store/items.h>
#include <base/text.h>

/* a complete result, in memory: from a run, or read from a file */
typedef struct socca_outcome socca_outcome;
typedef struct socca_summary_row {
  const char *name, *unit, *tie; /* tie: "= agn.xc"; NULL: not tied */
  double median, minus, plus; /* distances to the 16th and 84th percentile; NaN: a single point */
  double best;                /* at the draw of highest likelihood */
  double period;
  int free;
  double edge_lower,
      edge_upper; /* share of the posterior piled up at that end of the prior; 0: none */
} socca_summary_row;

/* Builds it from a finished or limited run: `collected` is what the sampler's result() gave (draws in any space are
 * converted by the caller to PHYSICAL first), `attributes` the root attributes in order (method, options, seed,
 * versions, fit text, fingerprint, n_calls, stopped, logz_prior, logz_data, chi2 ...), `run` what varies between
 * equal runs (`seconds`, times, host, pool). Single numbers and texts of `collected` become root attributes,
 * arrays the group `sampler`. parameters give names, units, ties; equally weighted draws are made with the stream
 * (seed, "posterior"). An array X of `observed` or `collected` may have its shape in a value X.shape (I64, rows
 * first). The first four must be given, observed and all below may be NULL. */
typedef struct socca_outcome_setup {
  const socca_parameters *parameters;
  const socca_result *collected, *attributes, *run, *observed;
  const char *const *derived, *const *derived_units;
  uint32_t nderived;
  const double *derived_values; /* n x nderived */
  uint64_t seed;
} socca_outcome_setup;
socca_status socca_outcome_build(socca_journal *, const socca_outcome_setup *, socca_outcome **);
void socca_outcome_free(socca_outcome *);
socca_status socca_outcome_write(socca_journal *, const socca_outcome *, const char *path,
                                 int keep_previous);
/* Will what writes be there after a long run? */
socca_status socca_outcome_writer(socca_journal *);
socca_status socca_outcome_read(socca_journal *, const char *path, socca_outcome **);
/* Only the fingerprint of an existing file (empty text: not a result of ours). */
socca_status socca_result_fingerprint(socca_journal *, const char *path, char *out, size_t n);

size_t socca_outcome_rows(const socca_outcome *);
const socca_summary_row *socca_outcome_row(const socca_outcome *, size_t i);
const socca_result *socca_outcome_attributes(const socca_outcome *);
const socca_result *socca_outcome_run(const socca_outcome *);
/* of everything but the group `run` */
void socca_outcome_digest(const socca_outcome *, char hex[33]);
/* For another process of the same build on an equal machine: appends its bytes to a text, and reads them back. */
void socca_outcome_pack(const socca_outcome *, socca_text *);
socca_status socca_outcome_unpack(socca_journal *, const void *bytes, size_t n, socca_outcome **);

/* "GROUP/NAME:ATTRIBUTE" (attribute may be NULL); NULL if absent */
const socca_item *socca_outcome_find(const socca_outcome *, const char *group, const char *name,
                                     const char *attribute);
/* The draws on which a summary stands, wherever they are in the file. */
typedef struct socca_table {
  size_t n, ncol;
  const char **name; /* of the columns; in the memory of the outcome */
  const double **x;  /* first value of each column */
  size_t stride;
  const double *weights, *logw; /* NULL: equal weights */
  const double *loglike;
  size_t nchain;
} socca_table;
/* SOCCA_E_INPUT: the content makes no sense (*why: in what respect); SOCCA_E_NOMEM. */
socca_status socca_outcome_table(const socca_outcome *, socca_table *, const char **why);
void socca_table_free(socca_table *);
/* The draws as a table: weighted ones with their weights, else those of the posterior by chain. */
socca_status socca_outcome_csv(socca_journal *, const socca_outcome *, FILE *);
/* The same as files for GetDist in the current folder, named after the result's file. */
socca_status socca_outcome_getdist(socca_journal *, const socca_outcome *, const char *path);
/* End-of-run summary on a stream; the JSON object of `--json`; the comparison with the null model. */
void socca_outcome_print(const socca_outcome *, FILE *);
socca_status socca_outcome_json(const socca_outcome *, FILE *);
void socca_outcome_comparison(const socca_outcome *, FILE *);
#endif
