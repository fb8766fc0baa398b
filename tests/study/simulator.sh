#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Does bench/scaling tell the truth about two ranks? The likelihood sleeps, so that other programs do not disturb.
build=${SOCCA_BUILD:-.}
wrong=0
for flavour in mpich openmpi; do
  driver=$build/tests/mpi/pool_mpi_driver.$flavour
  { [ -x "$driver" ] && command -v mpiexec.$flavour >/dev/null; } || continue
  options=
  [ $flavour = openmpi ] && options=--oversubscribe
  # shellcheck disable=SC2086
  real=$(timeout -k 2 60 env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 mpiexec.$flavour $options \
    -n 2 "$driver" sleep | sed -n 's/^seconds per batch: //p')
  said=$("$build/scaling" 2 2000 0 200 2 | cut -d' ' -f2)
  echo "$real $said" | awk -v who=$flavour '{
    off = $1 / $2 - 1
    printf "simulator: %s, 2 ranks, 200 points of 2 ms, two batches out: %.4f s per batch, simulated %.4f (%+.1f %%)\n", who, $1, $2, 100 * off
    exit !(off < 0.15 && off > -0.15) }' || wrong=1
done
exit $wrong
