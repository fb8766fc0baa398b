/* SPDX-License-Identifier: BSD-3-Clause */
/* Why a plugin cannot be used: a code for scripts, a sentence for people. Documented in doc/plugins.md. */
#ifndef SOCCA_PLUGIN_FAULT_H
#define SOCCA_PLUGIN_FAULT_H
#include <socca/status.h>

#define SOCCA_FAULTS(X)                                                                            \
  X(E_NOT_FOUND, "the file cannot be opened")                                                      \
  X(E_TRUST,                                                                                       \
    "not a regular file, writable by everybody, owned by somebody else, or just replaced")         \
  X(E_NOT_ELF, "not an ELF shared object")                                                         \
  X(E_ARCH, "built for another kind of machine")                                                   \
  X(E_NO_NOTE, "no plugin note in the file")                                                       \
  X(E_NOTE_CORRUPT, "ELF headers or note are damaged")                                             \
  X(E_ABI_MAJOR, "built for another major version of the plugin interface")                        \
  X(E_ABI_NEEDS_NEWER_HOST, "needs something that came after this host")                           \
  X(E_MPI_ABI, "built for another MPI than the launcher's, or than a plugin loaded before")        \
  X(E_STATIC, "a file, but the program is static and has only what is built in")                   \
  X(E_DUPLICATE, "two files of one name in one folder")                                            \
  X(E_DISABLED, "named by SOCCA_DISABLE")                                                          \
  X(E_SHADOWED, "another one of its name comes first")                                             \
  X(E_DLOPEN, "the dynamic linker refuses it")                                                     \
  X(E_NO_DESCRIPTOR, "the symbol <module>_LTX_socca_plugin is missing or no descriptor")           \
  X(E_META_MISMATCH, "descriptor and note differ")                                                 \
  X(E_VTABLE_SHORT, "the table of functions ends before the required ones")                        \
  X(E_SLOT_MISSING, "a required function is NULL")

typedef struct socca_fault {
  const char *code; /* NULL: none */
  char reason[512];
} socca_fault;

/* Returns -1, so that it can be returned. */
int socca_fault_set(socca_fault *, const char *code, const char *fmt, ...) SOCCA_PRINTF(3, 4);
#endif
