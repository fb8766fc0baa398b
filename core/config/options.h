/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables of options, of samplers and pools: parse, check, default, document, hash. */
#ifndef SOCCA_CONFIG_OPTIONS_H
#define SOCCA_CONFIG_OPTIONS_H
#include <document/tree.h>

typedef struct socca_options socca_options; /* values of one table, with where each came from */

/* `owner` names the plugin in messages ("nautilus"). workers: default of options flagged WORKERS. */
socca_options *socca_options_new(socca_journal *, const char *owner, const socca_option *table,
                                 size_t size, uint32_t workers);
void socca_options_free(socca_options *);
/* Later calls replace earlier values. `where`: "-o n_live=..." or "fit.yaml:3:4". Unknown keys name the nearest. */
socca_status socca_options_set(socca_options *, const char *where, const char *key,
                               const char *value);
/* All keys of the map but those in `except` (NULL-terminated: "method", "seed", ...). */
socca_status socca_options_from_node(socca_options *, const socca_node *map,
                                     const char *const *except);
const void *socca_options_struct(const socca_options *); /* filled, stable address */
size_t socca_options_count(const socca_options *);
const socca_option *socca_options_row(const socca_options *, size_t i);
/* Value of row i as text (numbers %.17g), into n bytes. */
void socca_options_value(const socca_options *, size_t i, char *out, size_t n);
int socca_options_is_set(const socca_options *, size_t i); /* by the user, not by default */
/* "mp:4,mode=help,timeout=60" -> name "mp" and the options; "4" -> name "mp", workers 4. */
socca_status socca_pool_spec_split(socca_journal *, const char *where, const char *spec, char *name,
                                   size_t n, const char **rest);
socca_status socca_options_from_spec(socca_options *, const char *where, const char *rest);
#endif
