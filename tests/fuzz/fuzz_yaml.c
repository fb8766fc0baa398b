/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a fit file: read, bound to a model's parameters, evaluated, and its unread keys reported. */
#include "config.h"
#include <stdlib.h>
#include <string.h>
#include "fitfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count(void *arg, const char *name, const char *value)
{
  *(size_t *)arg += strlen(name) + strlen(value);
}

static void evaluate(const socca_parameters *p)
{
  uint32_t n = socca_parameters_count(p), d = socca_parameters_ndim(p);
  double *room = calloc(4 * (size_t)n + 1, sizeof *room);
  if (!room) return;
  double *theta = room, *all = room + n, *work = all + n, *gradient = work + n;
  size_t total = 0;
  for (uint32_t k = 0; k < d; k++) theta[k] = socca_prior_median(socca_parameters_prior(p, k));
  for (uint32_t i = 0; i < n; i++) gradient[i] = 1;
  if (socca_parameters_fill(p, theta, all) == 0)
    socca_parameters_pull(p, all, gradient, work, theta);
  socca_parameters_identity(p, count, &total);
  if (n > 0 && total == 0) abort();
  free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  fitfile f;
  socca_journal *j = socca_journal_new("fuzz", SOCCA_LOG_WARN);
  if (!j) return 0;
  fitfile_read(j, "f.yaml", (const char *)data, size, &f);
  if (!f.tree && socca_journal_errors(j) == 0) abort();
  if (socca_journal_errors(j) == 0) evaluate(f.parameters);
  fitfile_close(&f);
  socca_journal_free(j);
  return 0;
}
