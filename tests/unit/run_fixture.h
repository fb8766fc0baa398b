/* SPDX-License-Identifier: BSD-3-Clause */
/* A problem loaded from a document, with the plugins of the build tree. */
#ifndef SOCCA_TESTS_RUN_FIXTURE_H
#define SOCCA_TESTS_RUN_FIXTURE_H
#include <fit/fit.h>

typedef struct fixture {
  socca_journal *journal;
  socca_registry *registry;
  socca_tree *tree;
  socca_problem *problem; /* NULL: the document was refused, the journal tells why */
} fixture;
socca_status fixture_open(fixture *, const char *document);
void fixture_close(fixture *);
/* Loads `model: problems` with this map, aborts the test if that fails; its log-evidence. */
double published_logz(fixture *, const char *problem);
void fixture_uniform(uint64_t index, uint32_t n, double *out);
/* SOCCA_PLUGIN_PATH for the plugins of the build tree */
void fixture_plugins(void);
#endif
