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

static int open_in(const char *folder, const char *module, const char *symbol, const void **address,
                   socca_fault *f)
{
  char path[4096];
  struct stat st;
  void *handle;
  int fd, n = snprintf(path, sizeof path, "%s/%s.so", folder, module);
  if (n < 0 || (size_t)n >= sizeof path)
    return socca_fault_set(f, "E_NOT_FOUND", "the path is too long");
  if (socca_trust_open(path, 0, &fd, &st, f)) return -1;
  close(fd);
  if (socca_dl_open(path, 0, &handle, f)) return -1;
  *address = socca_dl_symbol(handle, module, symbol);
  if (*address) return 0;
  return socca_fault_set(f, "E_NO_DESCRIPTOR", "it has no symbol %s_LTX_%s", module, symbol);
}

socca_status socca_module_open(socca_journal *j, const char *module, const char *symbol,
                               const void **address)
{
  const char *env = secure_getenv("SOCCA_PRIVATE_PATH");
  const char *folders[] = { env && env[0] == '/' ? env : NULL, SOCCA_PRIVATEDIR };
  socca_fault f = { NULL, "" };
  *address = socca_builtin_symbol(module, symbol);
  for (size_t i = 0; i < 2 && !*address; i++) {
    if (!folders[i]) continue;
    open_in(folders[i], module, symbol, address, &f);
    if (f.code && strcmp(f.code, "E_NOT_FOUND") != 0) break; /* there, but broken */
  }
  if (*address) return SOCCA_OK;
  return socca_error(j, SOCCA_E_PLUGIN, "the module '%s' of socca (%s) cannot be used: %s [%s]",
                     module, folders[0] ? folders[0] : folders[1], f.reason, f.code);
}
