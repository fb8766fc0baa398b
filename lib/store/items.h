/* SPDX-License-Identifier: BSD-3-Clause */
/* Named values and draws, in order: what a socca_result is. Collects identities, facts and results alike. */
#ifndef SOCCA_STORE_ITEMS_H
#define SOCCA_STORE_ITEMS_H
#include <base/journal.h>
#include <socca/host.h>

typedef struct socca_item {
  char *name;
  uint32_t type;
  size_t n;
  void *data; /* for SOCCA_BYTES NUL-terminated past the end */
} socca_item;

size_t socca_type_size(uint32_t type); /* of one element; 0: no such type */

socca_result *socca_items_new(socca_journal *);
void socca_items_free(socca_result *);
socca_status socca_items_value(socca_result *, const char *name, uint32_t type, size_t n,
                               const void *p);
socca_status socca_items_text(socca_result *, const char *name, const char *text);
socca_status socca_items_real(socca_result *, const char *name, double x);
socca_status socca_items_integer(socca_result *, const char *name, int64_t x);
/* A value given twice replaces the first. */
const socca_item *socca_items_find(const socca_result *, const char *name);
const socca_item *socca_items_at(const socca_result *, size_t i); /* NULL past the end */
double socca_items_get_real(const socca_result *, const char *name, double otherwise);
int64_t socca_items_get_integer(const socca_result *, const char *name, int64_t otherwise);
const char *socca_items_get_text(const socca_result *, const char *name); /* NULL if absent */

/* ndim must be set before draws are given; blocks are appended. Copies. */
void socca_items_set_ndim(socca_result *, uint32_t ndim);
socca_status socca_items_draws(socca_result *, const socca_draws *);
typedef struct socca_sample_set {
  size_t n;
  uint32_t ndim, nchain, nstat; /* nchain: 1 + the highest chain */
  uint32_t space;
  const double *x, *loglike, *logw; /* logw NULL: equal weights */
  const uint32_t *chain;
  const double *stats; /* n x nstat */
  char *const *stat;
} socca_sample_set;
void socca_items_samples(const socca_result *, socca_sample_set *);
/* Brings all draws into another space, each in place by convert(arg, from, x). */
void socca_items_convert_draws(socca_result *, uint32_t space,
                               void (*convert)(const void *arg, uint32_t from, double *x),
                               const void *arg);
/* The draw of highest likelihood, the first of several; SIZE_MAX without draws. */
size_t socca_items_best(const socca_result *);
/* Hash of all names, types and contents, in order of names. */
void socca_items_digest(const socca_result *, char hex[33]);
/* First item that differs: SOCCA_E_RESUME with both values in the journal ("WHAT: n_live was 500, is 1000"),
 * SOCCA_OK if equal. */
socca_status socca_items_compare(socca_journal *, const char *what, const socca_result *then,
                                 const socca_result *now);
#endif
