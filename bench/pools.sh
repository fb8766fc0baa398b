#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Speed-up of whole nautilus runs: serial against two workers and two ranks, in turns; medians of the ratios.
#   bench/pools.sh [ROUNDS]
# Goals on a free machine: a Gaussian of 100 us per likelihood 1.85 (mp:2) and 1.8 (two MPICH ranks), the tutorial's fit
# of the reference data, where SOCCA_DATA is set, 1.7 (mp:2).
build=$(cd "${SOCCA_BUILD:-.}" && pwd)
rounds=${1:-3}
export SOCCA_PLUGIN_PATH="$build/.libs" SOCCA_PRIVATE_PATH="$build/.libs"
# the program itself: the script that stands for it until it is installed takes as long as a short run
export LD_LIBRARY_PATH="$build/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
cat >gaussian.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 3, cost: 100e-6}
sampler: {method: nautilus, n_live: 2000}
END
seconds() { # command
  begin=$(date +%s%N)
  timeout -k 2 300 "$@" >log 2>&1 || { cat log >&2; exit 1; }
  echo $((($(date +%s%N) - begin) / 1000)) | awk '{printf "%.3f\n", $1 / 1e6}'
}
median() { # column of `rows` to compare with the first
  awk -v c="$1" '{print $1 / $c}' rows | sort -n | sed -n "$(((rounds + 1) / 2))p"
}
compare() { # title, fit
  tool="$build/.libs/socca-run $2 -f -q --checkpoint= --output=out.nc"
  k=0
  while [ $k -lt "$rounds" ]; do
    # shellcheck disable=SC2086 # several words
    serial=$(seconds $tool) && mp=$(seconds $tool --pool=mp:2) || exit 1
    mpi=nan
    # shellcheck disable=SC2086
    command -v mpiexec.mpich >/dev/null && mpi=$(seconds mpiexec.mpich -n 2 $tool)
    echo "$serial $mp $mpi"
    k=$((k + 1))
  done >rows
  awk -v t="$1" '{print t ": serial", $1, "s, mp:2", $2, "s, mpiexec -n 2", $3, "s"}' rows
  printf '%s: speed-up, median of the ratios: mp:2 %.2f, mpiexec -n 2 %.2f; load %s\n' \
    "$1" "$(median 2)" "$(median 3)" "$(cut -d' ' -f1 /proc/loadavg)"
}
compare 'Gaussian of 100 us' gaussian.yaml
[ -n "${SOCCA_DATA:-}" ] && compare 'tutorial' "$SOCCA_DATA/refs/tutorial.yaml"
true
