/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SOCCA_STORE_ITEMS_PRIVATE_H
#define SOCCA_STORE_ITEMS_PRIVATE_H
#include <store/items.h>

typedef struct socca_draw_store {
  socca_sample_set set; /* its pointers are those below */
  size_t room;
  double *x, *loglike, *logw, *stats;
  uint32_t *chain;
  char **stat;
} socca_draw_store;

struct socca_result {
  socca_journal *journal;
  socca_item *item;
  size_t n, room;
  socca_draw_store draws;
};
void socca_draws_free(socca_draw_store *);
#endif
