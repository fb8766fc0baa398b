/* SPDX-License-Identifier: BSD-3-Clause */
/* Modules of the core itself that only some runs need, kept apart because of the libraries that they
 * bring along. */
#include "config.h"
#include <plugin/dl.h>
#include <plugin/registry.h>
#include <plugin/trust.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const void *open_in(const char *folder, const char *file, const char *symbol, socca_fault *f)
{
  char path[4096];
  struct stat st;
  void *handle;
  int fd, n = snprintf(path, sizeof path, "%s/%s", folder, file);
  *f = (socca_fault){ NULL, "" };
  if (n < 0 || (size_t)n >= sizeof path) {
    socca_fault_set(f, "E_NOT_FOUND", "the path is too long");
    return NULL;
  }
  if (socca_trust_open(path, 0, &fd, &st, f)) return NULL;
  close(fd);
  if (socca_dl_open(path, 0, &handle, f)) return NULL;
  const void *address = socca_dl_symbol(handle, symbol);
  if (!address) socca_fault_set(f, "E_NO_DESCRIPTOR", "it has no symbol %s", symbol);
  return address;
}

socca_status socca_module_open(socca_journal *j, const char *file, const char *symbol,
                               const void **address)
{
  const char *folder = secure_getenv("SOCCA_PRIVATE_PATH");
  char module[64];
  socca_fault f = { NULL, "" };
  snprintf(module, sizeof module, "%.*s", (int)strcspn(file, "."), file);
  if ((*address = socca_builtin_symbol(module, symbol))) return SOCCA_OK;
  if (folder && folder[0] == '/') {
    if ((*address = open_in(folder, file, symbol, &f))) return SOCCA_OK;
    if (f.code && strcmp(f.code, "E_NOT_FOUND") != 0) goto failed; /* there, but broken */
  }
  folder = SOCCA_PRIVATEDIR;
  if ((*address = open_in(folder, file, symbol, &f))) return SOCCA_OK;
failed:
  return socca_error(j, SOCCA_E_PLUGIN, "%s/%s cannot be used: %s [%s]", folder, file, f.reason,
                     f.code);
}
