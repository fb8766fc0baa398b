/* SPDX-License-Identifier: BSD-3-Clause */
/* The main of a fuzz target where no fuzzer is at hand: runs the target on every file of its corpus, and speaks
 * TAP. Files named on the command line are run instead, to look at one finding. */
#include "config.h"
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 1 << 22 };

/* In memory of exactly that size, so that sanitizers see the first byte beyond. */
static int run_file(const char *path)
{
  FILE *f = fopen(path, "rb");
  uint8_t *data = malloc(MOST), *exact;
  size_t n = f && data ? fread(data, 1, MOST, f) : 0;
  int good = f && data && !ferror(f) && (exact = malloc(n ? n : 1));
  if (good) {
    memcpy(exact, data, n);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
  }
  if (f) fclose(f);
  free(data);
  return good;
}

static int visible(const struct dirent *e)
{
  return e->d_name[0] != '.';
}

int main(int argc, char **argv)
{
  const char *source = getenv("SOCCA_SOURCE");
  char folder[4096], path[8192];
  struct dirent **entries = NULL;
  int bad = 0;
  for (int i = 1; i < argc; i++) bad |= !run_file(argv[i]);
  if (argc > 1) return bad;
  snprintf(folder, sizeof folder, "%s/tests/fuzz/corpus/%s", source ? source : ".", FUZZ_TARGET);
  int n = scandir(folder, &entries, visible, alphasort);
  if (n <= 0) {
    printf("1..1\nnot ok 1 - no corpus in %s\n", folder);
    return 1;
  }
  printf("1..%d\n", n);
  for (int i = 0; i < n; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
    int good = run_file(path);
    printf("%sok %d - %s\n", good ? "" : "not ", i + 1, entries[i]->d_name);
    fflush(stdout);
    bad |= !good;
    free(entries[i]);
  }
  free(entries);
  return bad;
}
