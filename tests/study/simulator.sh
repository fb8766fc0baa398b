#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Does bench/scaling tell the truth about two ranks? The likelihood sleeps, so that other programs do not disturb.
build=$(cd "${SOCCA_BUILD:-.}" && pwd)
wrong=0
for flavour in mpich openmpi; do
  driver=$build/tests/mpi/pool_mpi_driver.$flavour
  { [ -x "$driver" ] && command -v mpiexec.$flavour >/dev/null; } || continue
  options=
  [ $flavour = openmpi ] && options=--oversubscribe
  # shellcheck disable=SC2086
  line=$(timeout -k 2 60 env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 mpiexec.$flavour $options \
    -n 2 "$driver" sleep)
  real=$(echo "$line" | sed -n 's/^seconds per batch: \(.*\), .*/\1/p')
  cost=$(echo "$line" | sed -n 's/.*us per record: //p') # as measured: a nap takes longer on a busy machine
  said=$("$build/scaling" 2 "$cost" 0 200 2 | cut -d' ' -f2)
  echo "$real $said $cost" | awk -v who=$flavour '{
    off = $1 / $2 - 1
    printf "simulator: %s, 2 ranks, batches of 200 points of %.2f ms, two out: %.4f s per batch, simulated %.4f (%+.1f %%)\n", who, $3 / 1e3, $1, $2, 100 * off
    exit !(off < 0.15 && off > -0.15) }' || wrong=1
done
exit $wrong
