/* SPDX-License-Identifier: BSD-3-Clause */
/* Modules of the core itself that only some runs need, kept apart because of the libraries that they
 * bring along. */
#include "config.h"
#include <base/text.h>
#include <plugin/dl.h>
#include <plugin/registry.h>
#include <plugin/trust.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int find_in(const char *folder, const char *file, socca_text *path, socca_fault *f)
{
  struct stat st;
  int fd;
  *f = (socca_fault){ NULL, "" };
  socca_text_clear(path);
  socca_text_printf(path, "%s/%s", folder, file);
  if (!path->s) return socca_fault_set(f, "E_NOT_FOUND", "out of memory");
  if (socca_trust_open(path->s, 0, &fd, &st, f)) return -1;
  close(fd);
  return 0;
}

/* What is there, but cannot be trusted, is not passed over. */
static int find(const char *file, socca_text *path, socca_fault *f)
{
  const char *folder = secure_getenv("SOCCA_PRIVATE_PATH");
  if (folder && folder[0] == '/') {
    if (!find_in(folder, file, path, f)) return 0;
    if (strcmp(f->code, "E_NOT_FOUND") != 0) return -1;
  }
  return find_in(SOCCA_PRIVATEDIR, file, path, f);
}

static int is_builtin(const char *file, const char *symbol, const void **address)
{
  char module[64];
  snprintf(module, sizeof module, "%.*s", (int)strcspn(file, "."), file);
  *address = socca_builtin_symbol(module, symbol);
  return *address != NULL;
}

static int load(const char *path, const char *symbol, const void **address, socca_fault *f)
{
  void *handle;
  if (socca_dl_open(path, 0, &handle, f)) return -1;
  *address = socca_dl_symbol(handle, symbol);
  return *address ? 0 : socca_fault_set(f, "E_NO_DESCRIPTOR", "it has no symbol %s", symbol);
}

static socca_status use(socca_journal *j, const char *file, const char *symbol, int now,
                        const void **address)
{
  socca_text path = { 0 };
  socca_fault f = { NULL, "" };
  socca_status s = SOCCA_OK;
  if (is_builtin(file, symbol, address)) return s;
  if (find(file, &path, &f) || (now && load(path.s, symbol, address, &f)))
    s = socca_error(j, SOCCA_E_PLUGIN, "%s cannot be used: %s [%s]; reinstall socca",
                    path.s ? path.s : file, f.reason, f.code);
  socca_text_free(&path);
  return s;
}

socca_status socca_module_open(socca_journal *j, const char *file, const char *symbol,
                               const void **address)
{
  return use(j, file, symbol, 1, address);
}

socca_status socca_module_find(socca_journal *j, const char *file, const char *symbol)
{
  const void *address;
  return use(j, file, symbol, 0, &address);
}
