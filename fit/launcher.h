/* SPDX-License-Identifier: BSD-3-Clause */
/* Which MPI launcher started this process, from the environment alone: MPI is never initialised for it. */
#ifndef SOCCA_FIT_LAUNCHER_H
#define SOCCA_FIT_LAUNCHER_H
#include <stddef.h>
#include <stdint.h>
typedef struct socca_launcher {
  const char *name; /* "Hydra", "Open MPI", "PMIx", "SLURM"; NULL: none */
  uint32_t mpi_abi; /* 0 unknown, 1 MPICH, 2 Open MPI */
  uint32_t ranks;   /* 1 without a launcher; 0: several, MPI has to tell how many */
  uint32_t rank;    /* of this process, as the environment says */
  int copies;       /* srun without PMI: that many independent copies */
} socca_launcher;
void socca_launcher_probe(socca_launcher *);
/* "4 ranks" */
void socca_launcher_ranks(const socca_launcher *, char *text, size_t room);
#endif
