/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"
#include <fit/launcher.h>
#include <base/text.h>
#include <stdio.h>
#include <stdlib.h>

/* Variables that only a launcher sets, most specific first. SLURM's job-wide ones (SLURM_NTASKS,
 * SLURM_PROCID, SLURM_MPI_TYPE) also stand in batch steps without MPI and prove nothing. */
static const struct family {
  const char *name, *size, *rank;
  uint32_t mpi_abi;
} families[] = {
  { "Open MPI", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", 2 },
  { "MVAPICH", "MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_RANK", 1 },
  { "MVAPICH", "MVP_COMM_WORLD_SIZE", "MVP_COMM_WORLD_RANK", 1 },
  { "Hydra", "PMI_SIZE", "PMI_RANK", 1 },
  { "jsrun", "JSM_NAMESPACE_SIZE", "JSM_NAMESPACE_RANK", 0 },
};
/* Launchers that may tell the rank alone: the size stands in the variables of the job's step, or nowhere. */
static const struct family ranked[] = {
  { "PMIx", NULL, "PMIX_RANK", 0 },
  { "PALS", NULL, "PALS_RANKID", 1 },
  { "PMI", NULL, "PMI_RANK", 1 },
};
static const char *const step_sizes[] = { "SLURM_STEP_NUM_TASKS", "FLUX_JOB_SIZE", "PALS_SIZE" };

/* A count from the environment; `high` and more is no such thing. */
static int get(const char *name, uint32_t high, uint32_t *out)
{
  const char *s = getenv(name);
  int64_t x;
  if (!s || socca_parse_int64(s, &x) || x < 0 || x >= high) return 0;
  *out = (uint32_t)x;
  return 1;
}

static int set(socca_launcher *l, const struct family *f, uint32_t ranks, uint32_t rank)
{
  *l = (socca_launcher){ .name = f->name, .mpi_abi = f->mpi_abi, .ranks = ranks, .rank = rank };
  return 1;
}

static int find(socca_launcher *l)
{
  uint32_t n = 0, r = 0;
  for (size_t i = 0; i < sizeof families / sizeof *families; i++)
    if (get(families[i].size, UINT32_MAX, &n) && get(families[i].rank, n, &r))
      return set(l, &families[i], n, r);
  for (size_t i = 0; i < sizeof ranked / sizeof *ranked; i++)
    if (get(ranked[i].rank, UINT32_MAX, &r))
      for (size_t k = 0; k < sizeof step_sizes / sizeof *step_sizes; k++)
        if (get(step_sizes[k], UINT32_MAX, &n) && r < n) return set(l, &ranked[i], n, r);
  for (size_t i = 0; i < sizeof ranked / sizeof *ranked; i++)
    if (get(ranked[i].rank, UINT32_MAX, &r)) return set(l, &ranked[i], 0, r);
  return 0;
}

void socca_launcher_probe(socca_launcher *l)
{
  uint32_t n = 0;
  *l = (socca_launcher){ .ranks = 1 };
  if (find(l)) return;
  /* srun without PMI: every task believes to be alone */
  if (get("SLURM_STEP_NUM_TASKS", UINT32_MAX, &n) && n > 1) {
    l->name = "SLURM";
    l->copies = (int)(n < INT32_MAX ? n : INT32_MAX);
    get("SLURM_STEP_PROCID", n, &l->rank);
    get("SLURM_PROCID", n, &l->rank);
  }
}

void socca_launcher_ranks(const socca_launcher *l, char *text, size_t room)
{
  if (l->ranks)
    snprintf(text, room, "%u rank%s", l->ranks, socca_s(l->ranks));
  else
    snprintf(text, room, "several ranks");
}
