/* SPDX-License-Identifier: BSD-3-Clause */
/* Everything found on the search path, with state and reason; loads what a run names. */
#ifndef SOCCA_PLUGIN_REGISTRY_H
#define SOCCA_PLUGIN_REGISTRY_H
#include <base/journal.h>
#include <socca/plugin.h>

typedef struct socca_registry socca_registry;
enum { SOCCA_USABLE, SOCCA_SHADOWED, SOCCA_DISABLED, SOCCA_BROKEN };

typedef struct socca_entry {
  socca_meta meta; /* valid unless state is BROKEN before its note could be read (meta.size == 0) */
  uint32_t kind;   /* of meta, or guessed from the file name */
  char name[32];
  const char *path; /* "built-in" for preloaded modules */
  int state;
  const char *code;   /* "E_ABI_MAJOR" ..., NULL if usable */
  const char *reason; /* text for users, "" if usable */
} socca_entry;

typedef struct socca_registry_setup {
  const char *plugin_path; /* --plugin-path, NULL: none */
  uint32_t mpi_abi;        /* of the launcher: 0 none or unknown, 1 MPICH, 2 Open MPI */
} socca_registry_setup;

/* Scans the path: --plugin-path, SOCCA_PLUGIN_PATH, ~/.local/lib/socca/0, $libdir/socca/0, built-in. Reads notes,
 * loads nothing. Broken files are no errors here. */
socca_status socca_registry_open(socca_journal *, const socca_registry_setup *, socca_registry **);
void socca_registry_close(socca_registry *); /* never unmaps plugins */
size_t socca_registry_count(const socca_registry *);
const socca_entry *socca_registry_entry(const socca_registry *,
                                        size_t i); /* sorted by kind, name, search order */

/* By name, alias or path of a file; NULL after recording SOCCA_E_PLUGIN with the reason. Does not load. */
const socca_entry *socca_registry_find(socca_registry *, uint32_t kind, const char *name);
/* Loads it: the vtable, as large as this host's, absent slots NULL, required ones checked. */
socca_status socca_registry_load(socca_registry *, const socca_entry *, const void **vtbl);
const char *socca_state_name(int state);
const char *socca_kind_name(uint32_t kind);
/* A private module of the core (result writer), from $pkglibexecdir or the build tree: address of `symbol`. */
socca_status socca_module_open(socca_journal *, const char *file, const char *symbol,
                               const void **address);
#endif
