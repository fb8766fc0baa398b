/* SPDX-License-Identifier: BSD-3-Clause */
/* --list, --matrix, --why and --options, as text or as one JSON object. */
#ifndef SOCCA_TOOLS_LISTING_H
#define SOCCA_TOOLS_LISTING_H
#include <base/json.h>
#include <plugin/registry.h>
#include <stdio.h>

/* SOCCA_E_NOMEM, else SOCCA_OK. */
socca_status listing_plugins(const socca_registry *, int json, FILE *);
socca_status listing_matrix(const socca_registry *, int json, FILE *);
/* One cell: SOCCA_OK, SOCCA_E_REFUSED (printed, not recorded: exit status 3), or SOCCA_E_PLUGIN
 * (recorded). `pool` is a name ("mp"), without arguments. */
socca_status listing_why(socca_registry *, const char *sampler, const char *pool, int json, FILE *);
/* `table` may be NULL: no options. */
socca_status listing_options(uint32_t kind, const char *name, const socca_option *table, int json,
                             FILE *);
/* The keys of one plugin, for objects that go on. */
void listing_json_entry(socca_json *, const socca_entry *);
#endif
