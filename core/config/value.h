/* SPDX-License-Identifier: BSD-3-Clause */
/* The text of a value: a number or expression, a sexagesimal position, a prior, or "= expression". */
#ifndef SOCCA_CONFIG_VALUE_H
#define SOCCA_CONFIG_VALUE_H
#include <maths/prior.h>
#include <document/tree.h>
#include <document/units.h>

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
#endif
