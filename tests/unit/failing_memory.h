/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory that runs out where a test says. For programs linked with OOM_LINK. */
#ifndef SOCCA_TESTS_FAILING_MEMORY_H
#define SOCCA_TESTS_FAILING_MEMORY_H

typedef struct failing_memory {
  long count;     /* allocations so far */
  long fail_at;   /* that one fails; -1: none */
  int from_there; /* and so do all later ones */
} failing_memory;
extern failing_memory memory;
#endif
