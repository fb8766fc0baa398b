#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The example of the README on four pools: one digest.
build=$(cd "${SOCCA_BUILD:-.}" && pwd)
source=$(cd "${SOCCA_SOURCE:-.}" && pwd)
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" && cp "$source"/examples/quickstart/*.yaml . || exit 1
"$build/socca-model" psf.yaml --maps=psf -q && "$build/socca-model" truth.yaml --mock=galaxy.fits --seed=1 -q || exit 1
first=
bad=0
fit() { # launcher and tool, options
  title=$(echo "$*" | sed "s|$build/||")
  begin=$(date +%s%N)
  timeout -k 2 600 "$@" fit.yaml -f -q --checkpoint= >log 2>&1 || { cat log; exit 1; }
  digest=$("$build/socca-result" fit.nc --digest)
  echo "$((($(date +%s%N) - begin) / 1000000))" | awk -v d="$digest" -v t="$title" '{printf "%s  %5.1f s  %s\n", d, $1 / 1e3, t}'
  [ "${first:=$digest}" = "$digest" ] || bad=1
}
fit "$build/socca-run"
fit "$build/socca-run" --pool=mp:2
for flavour in mpich openmpi; do
  command -v mpiexec.$flavour >/dev/null || { echo "no mpiexec.$flavour here: left out"; continue; }
  fit mpiexec.$flavour -n 2 "$build/socca-run"
done
exit $bad
