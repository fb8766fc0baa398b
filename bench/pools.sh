#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Speed-up of a whole nautilus run with a likelihood of 100 us: serial against two workers and two ranks, in turns;
# medians of the ratios. Goals on a free machine: 1.85 (mp:2), 1.8 (mpiexec.mpich -n 2).
build=$(cd "${SOCCA_BUILD:-.}" && pwd)
rounds=${1:-3}
export SOCCA_PLUGIN_PATH="$build/.libs" SOCCA_PRIVATE_PATH="$build/.libs"
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
cat >fit.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 3, cost: 100e-6}
sampler: {method: nautilus, n_live: 2000}
END
seconds() { # command
  begin=$(date +%s%N)
  timeout -k 2 60 "$@" >log 2>&1 || { cat log >&2; exit 1; }
  echo $((($(date +%s%N) - begin) / 1000)) | awk '{printf "%.3f\n", $1 / 1e6}'
}
tool="$build/socca-run fit.yaml -f -q --checkpoint="
k=0
while [ $k -lt "$rounds" ]; do
  # shellcheck disable=SC2086
  serial=$(seconds $tool) && mp=$(seconds $tool --pool=mp:2)
  mpi=nan
  # shellcheck disable=SC2086
  command -v mpiexec.mpich >/dev/null && mpi=$(seconds mpiexec.mpich -n 2 $tool)
  echo "$serial $mp $mpi"
  k=$((k + 1))
done >times
awk '{print "serial", $1, "s, mp:2", $2, "s, mpiexec -n 2", $3, "s"}' times
for column in 2 3; do
  awk -v c=$column '{print $1 / $c}' times | sort -n | sed -n "$(((rounds + 1) / 2))p"
done | paste -s -d' ' | awk '{printf "speed-up of a nautilus run, median of the ratios: mp:2 %.2f, mpiexec -n 2 %.2f; load", $1, $2}'
cut -d' ' -f1 /proc/loadavg | sed 's/^/ /'
