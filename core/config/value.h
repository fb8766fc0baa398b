/* SPDX-License-Identifier: BSD-3-Clause */
/* The text of a value: a number or expression, a sexagesimal position, a prior, or "= expression". */
#ifndef SOCCA_CONFIG_VALUE_H
#define SOCCA_CONFIG_VALUE_H
#include <config/prior.h>
#include <config/tree.h>
#include <config/units.h>

enum { SOCCA_FIXED, SOCCA_FREE, SOCCA_TIED };

typedef struct socca_value {
  int state;
  double number;     /* SOCCA_FIXED */
  socca_prior prior; /* SOCCA_FREE */
  const char *tie;   /* SOCCA_TIED: the expression, inside the text */
} socca_value;

/* `where`: place of the first character of the text. `unit`: NULL: no suffixes. */
socca_status socca_value_read(socca_journal *, const socca_units *, const char *where,
                              const char *text, const char *unit, uint32_t quantity, socca_value *);
/* A number alone: no prior, no tie. */
socca_status socca_value_number(socca_journal *, const socca_units *, const char *where,
                                const char *text, const char *unit, uint32_t quantity, double *);
/* What socca_host.number does. */
socca_status socca_node_number(socca_journal *, const socca_units *, const socca_node *,
                               const char *unit, uint32_t quantity, double *);

/* ---- names and places ---- */
size_t socca_name_length(const char *s); /* of the name with dots that s begins with; 0: none */
int socca_is_function(const char *name);
const char *socca_nearest_function(const char *name);
/* "fit.yaml:3:8" moved on by `offset` bytes of `text`; any other place gets ", column N". malloc, may be NULL. */
char *socca_where_shift(const char *where, const char *text, size_t offset);
#endif
