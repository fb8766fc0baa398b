#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# pool_mpi under real launchers, every case under a time limit.
[ -z "${SOCCA_BRIEF:-}" ] || { echo '1..0 # SKIP SOCCA_BRIEF is set'; exit 0; }
command -v pgrep >/dev/null || { echo '1..0 # SKIP no pgrep (procps), which tells what is left of a run'; exit 0; }
build=${SOCCA_BUILD:-.}/tests/mpi
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
n=0
# MPI libraries unload parts of themselves that have not freed everything: no name is left to suppress by
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0:allocator_may_return_null=1"
# what an error or a hang may take at most, in ms: seconds where the machine is free, but it may be loaded
most=$((20000 * ${CK_TIMEOUT_MULTIPLIER:-1}))
clock() { date +%s%N | sed 's/......$//'; }
try() { # title, ranks, case, expected status ('any': any but 0, 'ends': any), expected text
  title=$1 ranks=$2 case=$3 status=$4 text=$5
  n=$((n + 1))
  if [ ! -x "$driver" ] || ! command -v "$launcher" >/dev/null; then
    echo "ok $n - $flavour: $title # SKIP no $flavour here"
    return
  fi
  # shellcheck disable=SC2086 # options of the launcher
  env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
    "$launcher" $options -n "$ranks" "$driver" $case >"$log" 2>&1 </dev/null &
  pid=$!
  start=$(clock)
  waited=0
  while kill -0 $pid 2>/dev/null && [ $waited -lt 300 ]; do
    sleep 0.1
    waited=$((waited + 1))
  done
  left=
  if kill -0 $pid 2>/dev/null; then
    # Open MPI's launcher at times stays behind after all ranks have left: what counts is that they have
    pgrep -r R,S,D,T -f "^$driver" >/dev/null && left=yes
    pkill -KILL -f "^$driver"
    kill -KILL $pid
  fi
  wait $pid 2>/dev/null
  got=$?
  took=$(($(clock) - start))
  if [ $got = 137 ] && [ -z "$left" ]; then got=$status took=0; fi # when they left is not known
  [ -z "$left" ] || got=124
  out=$(cat "$log")
  fine=yes
  case $status in
  ends)
    [ "$got" != 124 ] || fine=no
    printf '%s\n' "$out" | grep -q '^good' && fine=no
    ;;
  any) { [ "$got" != 0 ] && [ "$got" != 124 ]; } || fine=no ;;
  *) [ "$got" = "$status" ] || fine=no ;;
  esac
  printf '%s\n' "$out" | grep -q "$text" || fine=no
  printf '%s\n' "$out" | grep -q -e 'wrong:' -e 'was not returned' && fine=no # UCX of what was still being sent
  [ "$status" = 0 ] || [ $took -lt $most ] || fine=no
  if [ $fine = yes ]; then echo "ok $n - $flavour: $title"; else
    echo "not ok $n - $flavour: $title (status $got, $took ms)"
    printf '%s\n' "$out" | head -20 | sed 's/^/# /'
  fi
}
for flavour in mpich openmpi; do
  driver=$build/pool_mpi_driver.$flavour
  launcher=mpiexec.$flavour
  options=
  [ $flavour = openmpi ] && options='--oversubscribe'
  for ranks in 1 2 3 4 8; do try "results in order on $ranks ranks" $ranks order 0 good; done
  try 'a slow likelihood on 3 ranks' 3 slow 0 good
  for ranks in 1 2 4; do try "states on $ranks ranks" $ranks states 0 good; done
  try 'records of many numbers' 3 wide 0 good
  for ranks in 2 4; do
    for culprit in 0 1 -1; do
      [ $ranks$culprit = 2-1 ] && continue # the last is 1
      for from in 0 400 950; do # of 1000 records
        try "an error of the model on rank $culprit of $ranks from record $from" $ranks "error $culprit $from" 1 \
          'no value for a point'
      done
    done
    try "an error of the sampler after its last batch, $ranks ranks" $ranks sampler 1 'no convergence'
    try "a hung rank of $ranks" $ranks hang any 'has not answered'
    try "exit() in the model on one rank of $ranks" $ranks exit any ''
    try "_exit(0) in the model on one rank of $ranks: no success" $ranks quit ends ''
  done
  for ranks in 2 4; do
    try "an error with two dear batches out on $ranks ranks" $ranks 'dear 1 3' 1 'no value for a point'
  done
  try 'chunks that would outlast the deadline' 2 silent 0 good
  try 'a hung rank, and batches too small for shares' 2 'few 1 0' any 'has not answered'
  try 'a rank that is stopped does not take states any more' 2 paused any 'has not answered'
  try 'a stop while a state waits for such a rank' 2 paused-stop any 'do not answer any more'
  for culprit in 0 1; do try "a record interrupted on rank $culprit" 2 "interrupted $culprit 0" 0 good; done
  try 'the end right after a large state' 3 broadcast 0 good
  try 'a stop in the middle of long records' 3 drag 0 good
  try 'ranks that come late for a large result' 4 late 0 good
  try 'a result too large for MPI is told to all' 3 huge 1 'told by rank 0'
  try 'the whole job suspended for longer than the deadline' 2 suspended 0 good
  try 'a pool opened, not used and closed' 3 unused 0 good
  try '... by all ranks but one' 3 deserted any ''
  try 'a model that forks' 3 forks 0 good
  export OMPI_MCA_btl_vader_single_copy_mechanism=none # the sender takes part in all of a large message
  try 'a rank that hangs while its result is being sent' 2 stuck any 'has not answered'
  unset OMPI_MCA_btl_vader_single_copy_mechanism
  for ranks in 2 4; do
    try "different digests on $ranks ranks" $ranks digest 2 'does not have the same'
    try "a stop on $ranks ranks" $ranks stop 2 ''
    try "no memory for a state on one rank of $ranks" $ranks crowded any 'a rank without memory'
  done
  try 'time' 2 time 0 'us at best'
done
echo "1..$n"
