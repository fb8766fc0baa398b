/* SPDX-License-Identifier: BSD-3-Clause */
/* Everything found on the search path, with state and reason; loads what a run names. */
#ifndef SOCCA_PLUGIN_REGISTRY_H
#define SOCCA_PLUGIN_REGISTRY_H
#include <base/hash.h>
#include <base/journal.h>
#include <socca/plugin.h>

typedef struct socca_registry socca_registry;
enum { SOCCA_USABLE, SOCCA_SHADOWED, SOCCA_DISABLED, SOCCA_BROKEN };

typedef struct socca_entry {
  socca_meta meta; /* size 0: BROKEN before its note could be read */
  uint32_t kind;   /* of meta, or guessed from the file name */
  char name[32];
  const char *path; /* "core" for the core's own, "built-in" for preloaded modules */
  int state;
  const char *code;   /* "E_ABI_MAJOR" ... (fault.h), NULL if usable */
  const char *reason; /* text for users, "" if usable */
} socca_entry;

typedef struct socca_registry_setup {
  const char *plugin_path; /* --plugin-path, NULL: none */
  uint32_t mpi_abi;        /* of the launcher: 0 none or unknown, 1 MPICH, 2 Open MPI */
  const socca_plugin *const
      *core; /* what the core itself offers (serial pool), ended by NULL; may be
                                      NULL. Never shadowed nor disabled. */
} socca_registry_setup;

/* Scans --plugin-path, SOCCA_PLUGIN_PATH, ~/.local/lib/socca/0, $libdir/socca/0 (neither of these two with
 * SOCCA_PLUGIN_PATH_ONLY=1) and the built-in modules.
 * Reads notes, runs no plugin code. Broken files are no errors here; a wrong search path is. */
socca_status socca_registry_open(socca_journal *, const socca_registry_setup *, socca_registry **);
/* Frees entries and vtables; never unmaps plugins. */
void socca_registry_close(socca_registry *);
size_t socca_registry_count(const socca_registry *);
/* Sorted by kind, name, search order; NULL past the end. An entry keeps its address. */
const socca_entry *socca_registry_entry(const socca_registry *, size_t i);

/* By name, alias or path of a file; NULL after recording SOCCA_E_PLUGIN with the reason. Does not load. */
const socca_entry *socca_registry_find(socca_registry *, uint32_t kind, const char *name);
/* The same of a document: `where` begins the messages, paths are relative to the file `from`. */
const socca_entry *socca_registry_find_at(socca_registry *, const char *where, const char *from,
                                          uint32_t kind, const char *name);
/* Loads it: the vtable, as large as this host's, absent slots NULL, required ones checked. It lives as
 * long as the registry. On failure the entry becomes BROKEN. */
socca_status socca_registry_load(socca_registry *, const socca_entry *, const void **vtbl);
/* Adds the builds of the core and of every plugin loaded so far. */
void socca_registry_hash_builds(const socca_registry *, socca_hash *);
const char *socca_state_name(int state);          /* usable, shadowed, disabled, broken */
const char *socca_kind_name(uint32_t kind);       /* sampler, pool, model */
const char *socca_mpi_abi_name(uint32_t mpi_abi); /* MPICH, Open MPI */

/* A private module of the core (result writer): address of `symbol`, which begins with "<module>_LTX_". `file`:
 * "<module>.so", looked for among the built-in modules, in $SOCCA_PRIVATE_PATH (one absolute folder: the
 * build tree), then in $libdir/socca/private-0, by the same rule of trust as plugins. */
socca_status socca_module_open(socca_journal *, const char *file, const char *symbol,
                               const void **address);
/* The same, but it is looked for alone: found out before a long run, without its libraries. */
socca_status socca_module_find(socca_journal *, const char *file, const char *symbol);
#endif
