#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The goals of the pools, measured here and now: rows "goal | limit | measured | met or missed". The programs report
# medians. Goals are for a machine with two free CPUs: the load is printed first.
#
#   SOCCA_PEERS_PYTHON=python3   an interpreter with loky, mpi4py and numpy, to measure other pools at the same time
#   SOCCA_BENCH_PREFIX=command   put before every measured process (to give it priority, say)
build=$(cd "${SOCCA_BUILD:-.}" && pwd)
source=$(cd "${SOCCA_SOURCE:-$(dirname "$0")/..}" && pwd)
prefix=$SOCCA_BENCH_PREFIX
export SOCCA_PLUGIN_PATH="$build/.libs" SOCCA_PRIVATE_PATH="$build/.libs"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_NUM_THREADS=1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
cpus=$(getconf _NPROCESSORS_ONLN)
row() { # goal, sense (at most: <, at least: >), limit, unit, measured
  awk -v goal="$1" -v sense="$2" -v limit="$3" -v unit="$4" -v value="$5" 'BEGIN {
    verdict = value == "" || value != value + 0 ? "not measured" : (sense == "<" ? value + 0 <= limit + 0 : value + 0 >= limit + 0) ? "met" : "missed"
    printf "%s | %s %s %s | %s %s | %s\n", goal, sense == "<" ? "<=" : ">=", limit, unit, value, unit, verdict }'
}
value() { sed -n "s/^$2 //p" "$1" 2>/dev/null; } # file, name
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (a > 0 && b > 0) printf "%.0f", a / b }'; }
milliseconds() { # command: how long it takes, whatever its status
  begin=$(date +%s%N)
  timeout -k 2 60 "$@" >log 2>&1 </dev/null
  echo $((($(date +%s%N) - begin) / 1000000))
}
echo "load $(cut -d' ' -f1-3 /proc/loadavg), $cpus CPUs"
echo 'goal | limit | measured | outcome'

# ---- processes of this machine ----
$prefix "$build/pool_mp_bench" goals >mp || exit 1
row 'mp:2 help, a batch of 1 at no cost' '<' 1 us "$(value mp help_1)"
row 'mp:2 help, a batch of 100' '<' 3 us "$(value mp help_100)"
row 'mp:2 help, a batch of 1000' '<' 8 us "$(value mp help_1000)"
row 'mp:2 isolate, hot, a batch of 100' '<' 6 us "$(value mp isolate_100)"
row 'mp:2 isolate, cold, a batch of 100' '<' 60 us "$(value mp isolate_cold)"
for pair in 10:1:8 100:0.2:2 1000:0.1:0.5; do
  n=${pair%%:*} rest=${pair#*:}
  row "mp:2 help, break-even at n = $n" '<' "${rest%:*}" us "$(value mp help_even_$n)"
  row "mp:2 isolate, break-even at n = $n" '<' "${rest#*:}" us "$(value mp isolate_even_$n)"
done
row 'mp:2 help, speed-up at 10 us, n = 100' '>' 1.9 '' "$(value mp help_speedup)"
row 'mp:2 isolate, speed-up at 10 us, n = 100' '>' 1.9 '' "$(value mp isolate_speedup)"
row 'a death is noticed' '<' 5000 us "$(value mp death_noticed)"
row 'a death prolongs a batch by (50 MB)' '<' 20000 us "$(value mp death_lost)"
orphans=$($prefix "$build/tests/study/pool_faults.test" 0 | sed -n 's/.* \([0-9]*\) with survivors.* after \([0-9]*\) ms.*/\1 \2/p')
row 'parent killed at 50 instants: processes that survive' '<' 0 '' "${orphans% *}"
row '... the last one is gone after' '<' 200 ms "${orphans#* }"

# ---- peers: pools of Python programs, per batch of 100 likelihoods at no cost ----
# The recorded values, in us, are those of the reference timings made with the program that socca re-implements,
# on a machine of the same kind with other work on it: its pool on loky (16120) and its MPI pool (3160).
loky=16120 collective=3160 origin='recorded'
python=$SOCCA_PEERS_PYTHON
if [ -n "$python" ] && "$python" -c 'import loky, mpi4py, numpy' 2>/dev/null; then
  origin='measured'
  loky=$($prefix "$python" "$source/bench/peers_pools.py" loky)
  # shellcheck disable=SC2086 # several words, or none
  collective=$(timeout 60 mpiexec.openmpi --oversubscribe -n 2 $prefix "$python" "$source/bench/peers_pools.py" mpi)
fi
row "times less overhead than loky ($origin: $loky us)" '>' 1000 '' "$(ratio "$loky" "$(value mp help_100)")"
row "times less overhead than collective MPI messages from Python ($origin: $collective us)" '>' 50 '' \
  "$(ratio "$collective" "$(value mp help_100)")"

# ---- MPI ----
for flavour in mpich openmpi; do
  driver=$build/tests/mpi/pool_mpi_driver.$flavour
  { [ -x "$driver" ] && command -v "mpiexec.$flavour" >/dev/null; } || continue
  launch="mpiexec.$flavour"
  [ $flavour = openmpi ] && launch="$launch --oversubscribe"
  for ranks in 2 8; do
    # shellcheck disable=SC2086
    timeout -k 2 60 $launch -n $ranks $prefix "$driver" goals >mpi.$ranks 2>/dev/null </dev/null
  done
  row "$flavour, 2 ranks, a batch of 100 at no cost" '<' 8 us "$(value mpi.2 zero_100)"
  row "$flavour, 2 ranks, efficiency at 200 us, n = 1000" '>' 90 % "$(value mpi.2 efficiency)"
  row "$flavour, 8 ranks on $cpus CPUs, a batch of 100 at 10 us" '<' 4 ms "$(value mpi.8 ten_100)"
  row "$flavour, 8 ranks, serial work on rank 0 takes longer by a factor" '<' 1.25 '' "$(value mpi.8 serial_section)"
  row "$flavour, 8 ranks, CPU of an idle rank" '<' 5 % "$(value mpi.8 idle_rank)"
  # shellcheck disable=SC2086
  start=$(milliseconds $launch -n 2 "$driver" order)
  # shellcheck disable=SC2086
  row "$flavour, 2 ranks, an error until all are out (a sound run: $start ms)" '<' 1000 ms \
    "$(milliseconds $launch -n 2 "$driver" error 1 40)"
  # shellcheck disable=SC2086
  row "$flavour, 2 ranks, a hang with a deadline of 0.5 s" '<' 3500 ms "$(milliseconds $launch -n 2 "$driver" hang)"
done

# ---- launcher probe, simulator ----
row 'launcher probe' '<' 10 us "$("$build/probe_bench")"
printf 'model: problems\nproblem: {name: gaussian, ndim: 2}\nsampler: {method: nautilus, n_live: 200, n_eff: 200}\n' >fit.yaml
LD_DEBUG=files "$build/socca-run" fit.yaml -q --checkpoint= >log 2>&1
row 'libraries of MPI in a run without launcher' '<' 0 '' "$(grep -c 'libmpi.*\.so.*generating' log)"
row 'launchers mistaken, of the environments of check_launcher' '<' 0 '' \
  "$(CK_TAP_LOG_FILE_NAME=- "$build/check_launcher.test" | grep -c '^not ok')"
row 'simulated efficiency of 64 ranks, n = 256, 10 ms, sigma 0.3' '>' 95 % \
  "$("$build/scaling" 64 10000 0.3 256 2 | awk '{printf "%.1f", 100 * $1}')"
