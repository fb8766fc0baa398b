/* SPDX-License-Identifier: BSD-3-Clause */
/* Unit suffixes: deg arcmin arcsec mas rad, and those a model defines (pix). */
#ifndef SOCCA_DOCUMENT_UNITS_H
#define SOCCA_DOCUMENT_UNITS_H
#include <base/journal.h>
#include <socca/host.h>

typedef struct socca_units socca_units;
socca_units *socca_units_new(void);
void socca_units_free(socca_units *);
socca_status socca_units_define(socca_units *, const char *name, const char *base, double value);
/* Factor from `suffix` to `unit`. SOCCA_E_INPUT with a reason in *why (static text or valid as long as units)
 * when the suffix is unknown or means another quantity; the reason names the suffixes that fit. */
socca_status socca_units_factor(const socca_units *, const char *suffix, const char *unit,
                                uint32_t quantity, double *factor, const char **why);
/* The same as a ratio: x / den * num keeps 180 deg = pi rad and 36 arcsec = 0.01 deg exact. */
socca_status socca_units_ratio(const socca_units *, const char *suffix, const char *unit,
                               uint32_t quantity, double *num, double *den, const char **why);
int socca_units_known(const socca_units *, const char *name);
#endif
