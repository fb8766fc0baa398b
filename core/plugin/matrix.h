/* SPDX-License-Identifier: BSD-3-Clause */
/* What works with what, computed from the masks that plugins declare. */
#ifndef SOCCA_PLUGIN_MATRIX_H
#define SOCCA_PLUGIN_MATRIX_H
#include <socca/plugin.h>

enum { SOCCA_USE_YES, SOCCA_USE_ADVICE, SOCCA_USE_NO };
typedef struct socca_verdict {
  int use;
  char why[320]; /* "" if yes: the advice of the plugin, or what is missing by the bit's meaning */
} socca_verdict;
/* model: NULL if not known yet; lacks: model bits that this document does not give. */
void socca_compatible(const socca_meta *sampler, const socca_meta *pool, const socca_meta *model,
                      uint32_t lacks, socca_verdict *);
const char *socca_use_name(int use); /* yes, advice, no */
#endif
