/* SPDX-License-Identifier: BSD-3-Clause */
/* What works with what, computed from the masks that plugins declare.
 *
 * A needs bit that the other side does not provide, or a denies bit that it does, makes `no`; a shuns bit
 * makes `advice`. The text is the plugin's own advice, if it has one, followed by the bit that decided, with
 * its meaning from <socca/caps.h>. */
#ifndef SOCCA_PLUGIN_MATRIX_H
#define SOCCA_PLUGIN_MATRIX_H
#include <socca/plugin.h>

enum { SOCCA_USE_YES, SOCCA_USE_ADVICE, SOCCA_USE_NO };
typedef struct socca_verdict {
  int use;
  char why[400]; /* "" if yes */
} socca_verdict;
/* model: NULL if not known yet; lacks: model bits that this document does not give. */
void socca_compatible(const socca_meta *sampler, const socca_meta *pool, const socca_meta *model,
                      uint32_t lacks, socca_verdict *);
const char *socca_use_name(int use); /* yes, advice, no */

/* Name and meaning of the i-th bit of a kind; NULL past the end. */
const char *socca_cap_name(uint32_t kind, size_t i, uint32_t *bit, const char **text);
#endif
