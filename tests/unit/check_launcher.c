/* SPDX-License-Identifier: BSD-3-Clause */
/* The launcher, from environments as launchers and batch systems make them. */
#include "config.h"
#include "run_suite.h"
#include <fit/launcher.h>
#include <stdlib.h>
#include <string.h>

static const char *const used[] = {
  "OMPI_COMM_WORLD_SIZE",
  "OMPI_COMM_WORLD_RANK",
  "MV2_COMM_WORLD_SIZE",
  "MV2_COMM_WORLD_RANK",
  "MVP_COMM_WORLD_SIZE",
  "MVP_COMM_WORLD_RANK",
  "PMI_SIZE",
  "PMI_RANK",
  "JSM_NAMESPACE_SIZE",
  "JSM_NAMESPACE_RANK",
  "PMIX_RANK",
  "PMIX_NAMESPACE",
  "PALS_RANKID",
  "PALS_SIZE",
  "SLURM_STEP_NUM_TASKS",
  "SLURM_PROCID",
  "SLURM_NTASKS",
  "SLURM_MPI_TYPE",
  "SLURM_JOB_ID",
  "FLUX_JOB_SIZE",
  "MPI_LOCALNRANKS",
};

typedef struct environment {
  const char *set[5][2];
  const char *name; /* expected */
  uint32_t ranks, rank, mpi_abi;
  int copies;
} environment;

static const environment table[] = {
  { { { NULL } }, NULL, 1, 0, 0, 0 },
  { { { "OMPI_COMM_WORLD_SIZE", "4" }, { "OMPI_COMM_WORLD_RANK", "3" }, { "PMIX_RANK", "3" } },
    "Open MPI",
    4,
    3,
    2,
    0 },
  { { { "PMI_SIZE", "8" }, { "PMI_RANK", "0" } }, "Hydra", 8, 0, 1, 0 },
  { { { "PMI_SIZE", "1" }, { "PMI_RANK", "0" } }, "Hydra", 1, 0, 1, 0 },
  { { { "MV2_COMM_WORLD_SIZE", "2" }, { "MV2_COMM_WORLD_RANK", "1" } }, "MVAPICH", 2, 1, 1, 0 },
  { { { "PMIX_RANK", "5" }, { "PMIX_NAMESPACE", "x" }, { "SLURM_STEP_NUM_TASKS", "16" } },
    "PMIx",
    16,
    5,
    0,
    0 },
  { { { "PMIX_RANK", "1" }, { "FLUX_JOB_SIZE", "2" } }, "PMIx", 2, 1, 0, 0 },
  { { { "JSM_NAMESPACE_SIZE", "6" }, { "JSM_NAMESPACE_RANK", "2" } }, "jsrun", 6, 2, 0, 0 },
  /* a batch step without MPI: none of these proves a launcher */
  { { { "SLURM_MPI_TYPE", "pmix" },
      { "SLURM_NTASKS", "64" },
      { "SLURM_PROCID", "0" },
      { "SLURM_JOB_ID", "7" },
      { "SLURM_STEP_NUM_TASKS", "1" } },
    NULL,
    1,
    0,
    0,
    0 },
  { { { "SLURM_NTASKS", "64" }, { "SLURM_JOB_ID", "7" } }, NULL, 1, 0, 0, 0 },
  { { { "MPI_LOCALNRANKS", "4" } }, NULL, 1, 0, 0, 0 },
  /* srun --mpi=none */
  { { { "SLURM_STEP_NUM_TASKS", "4" }, { "SLURM_PROCID", "2" } }, "SLURM", 1, 2, 0, 4 },
  /* srun --mpi=pmi2 */
  { { { "SLURM_STEP_NUM_TASKS", "4" }, { "PMI_SIZE", "4" }, { "PMI_RANK", "1" } },
    "Hydra",
    4,
    1,
    1,
    0 },
  /* what does not parse, or does not fit together, is no launcher */
  { { { "PMI_SIZE", "-2" }, { "PMI_RANK", "-3" } }, NULL, 1, 0, 0, 0 },
  { { { "OMPI_COMM_WORLD_SIZE", "3" } }, NULL, 1, 0, 0, 0 },
  { { { "PMIX_RANK", "-1" } }, NULL, 1, 0, 0, 0 },
  { { { "PMI_RANK", "" } }, NULL, 1, 0, 0, 0 },
  /* a rank, and nothing that tells of how many: never taken for a process alone */
  { { { "PMIX_RANK", "0" } }, "PMIx", 0, 0, 0, 0 },
  { { { "PMIX_RANK", "3" }, { "PMIX_NAMESPACE", "x" } }, "PMIx", 0, 3, 0, 0 },
  { { { "PMIX_RANK", "4" }, { "SLURM_STEP_NUM_TASKS", "4" } }, "PMIx", 0, 4, 0, 0 },
  { { { "PALS_RANKID", "1" } }, "PALS", 0, 1, 1, 0 },
  { { { "PALS_RANKID", "1" }, { "PALS_SIZE", "2" } }, "PALS", 2, 1, 1, 0 },
  { { { "PMI_RANK", "2" } }, "PMI", 0, 2, 1, 0 },
  { { { "PMI_RANK", "2" }, { "SLURM_STEP_NUM_TASKS", "4" } }, "PMI", 4, 2, 1, 0 },
  { { { "PMI_SIZE", "four" }, { "PMI_RANK", "0" } }, "PMI", 0, 0, 1, 0 },
  { { { "PMI_SIZE", "2" }, { "PMI_RANK", "2" } }, "PMI", 0, 2, 1, 0 },
  { { { "PMI_SIZE", "0" }, { "PMI_RANK", "0" } }, "PMI", 0, 0, 1, 0 },
};

START_TEST(environments)
{
  const environment *e = &table[_i];
  socca_launcher l;
  for (size_t i = 0; i < sizeof used / sizeof *used; i++) unsetenv(used[i]);
  for (size_t i = 0; i < 5 && e->set[i][0]; i++) setenv(e->set[i][0], e->set[i][1], 1);
  socca_launcher_probe(&l);
  ck_assert_int_eq(l.name != NULL, e->name != NULL);
  if (e->name) ck_assert_str_eq(l.name, e->name);
  ck_assert_uint_eq(l.ranks, e->ranks);
  ck_assert_uint_eq(l.rank, e->rank);
  ck_assert_uint_eq(l.mpi_abi, e->mpi_abi);
  ck_assert_int_eq(l.copies, e->copies);
  char ranks[32];
  socca_launcher_ranks(&l, ranks, sizeof ranks);
  if (e->ranks < 2) ck_assert_str_eq(ranks, e->ranks ? "1 rank" : "several ranks");
}
END_TEST

int main(void)
{
  Suite *s = suite_create("launcher");
  TCase *c = tcase_create("launcher");
  tcase_add_loop_test(c, environments, 0, sizeof table / sizeof *table);
  suite_add_tcase(s, c);
  return run_suite(s);
}
