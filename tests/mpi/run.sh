#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# socca-run on every pool, under real launchers: one result, one message per error, and nothing that hangs.
. "${SOCCA_SOURCE:-.}/tests/cli/tap.sh"
# MPI libraries unload parts of themselves that have not freed everything: no name is left to suppress by
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
limit="timeout -k 2 ${CK_TIMEOUT_MULTIPLIER:+2}60" # longer where the other tests may take longer too
cat >walks.yaml <<'END'
model: problems
problem: {name: rosenbrock, ndim: 3, cost: 20e-6}
sampler: {method: walks, n_walks: 30, n_batches: 40}
END
sed 's/20e-6/300e-6/' walks.yaml >long.yaml # seconds: time enough for signals
cat >nautilus.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 2}
sampler: {method: nautilus, n_live: 200, n_eff: 200}
END
cat >faulty.yaml <<'END'
model: faulty
faulty: {inf: 0.001}
sampler: {method: template_sampler, n_eff: 1000, n_batch: 200}
END
cat >status.sh <<'END'
# Notes the status of each rank, and leaves with success, so that launchers do not end the others.
"$@"
echo $? >status.${PMI_RANK:-$OMPI_COMM_WORLD_RANK}
END

cat >differ.sh <<'END'
# Rank 1 reads another file of the same name.
[ "${PMI_RANK:-$OMPI_COMM_WORLD_RANK}" != 1 ] || cd other || exit 99
exec "$@"
END
cat >rebuilt.sh <<'END'
# Rank 1 loads another build of the same version of a plugin.
[ "${PMI_RANK:-$OMPI_COMM_WORLD_RANK}" != 1 ] || export SOCCA_PLUGIN_PATH="$PWD/rebuilt:$SOCCA_PLUGIN_PATH"
exec "$@"
END
mkdir other rebuilt refusing
cp "$build/tests/plugins/.libs/create_fails.so" refusing # alone: its neighbours pretend to be pools
python3 - "$build/.libs/walks.so" rebuilt/walks.so <<'END' # nothing but the linker's build-id differs
import sys
b = bytearray(open(sys.argv[1], 'rb').read())
at = b.find(b'\x03\0\0\0GNU\0')
if at >= 0:
    b[at + 8] ^= 1
    open(sys.argv[2], 'wb').write(b)
END
differences='data build sampler'
[ -f rebuilt/walks.so ] || { echo '# this linker writes no build-id: other builds are not tried'; differences='data sampler'; }
sed 's/sampler: .*/sampler: {method: create_fails}/' walks.yaml >refuses.yaml
sed 's/n_walks: 30/n_walks: 31/' walks.yaml >other/walks.yaml

wrapper=
mpi() { # flavour, ranks, arguments of socca-run
  flavour=$1
  ranks=$2
  shift 2
  oversubscribe=
  [ "$flavour" = openmpi ] && oversubscribe=--oversubscribe
  # shellcheck disable=SC2086 # several words, or none
  $limit "mpiexec.$flavour" $oversubscribe -n "$ranks" $wrapper "$build/socca-run" "$@" >out 2>err </dev/null
  got=$?
}
has() { # flavour: launcher and plugin
  plugin=pool_mpi
  [ "$1" = openmpi ] && plugin=pool_mpi_openmpi
  command -v "mpiexec.$1" >/dev/null && [ -f "$build/.libs/$plugin.so" ]
}
skip() { # titles
  for title; do
    n=$((n + 1))
    echo "ok $n - $title # SKIP no such MPI here"
  done
}
same() { # fit, expected digest: the newest result has it
  [ "$(digest "$1.nc")" = "$2" ] || { echo "# $(digest "$1.nc") is not $2"; return 1; }
}
afresh() { rm -f walks.nc* walks.ckpt* long.nc* long.ckpt* nautilus.nc* nautilus.ckpt*; }
ranks_left_with() { # ranks, status
  k=0
  while [ $k -lt "$1" ]; do
    [ "$(cat status.$k 2>&1)" = "$2" ] || { echo "# rank $k: $(cat status.$k 2>&1), not $2"; return 1; }
    k=$((k + 1))
  done
}
once() { [ "$(grep -c -e "$1" err)" = 1 ]; }
soon() { [ $took -lt 10000 ] || { echo "# $took ms"; return 1; }; } # about a second where the machine is free
clock() { date +%s%N | sed 's/......$//'; }
below() { # all that descend from a process
  for child in $(pgrep -P "$1"); do
    echo "$child"
    below "$child"
  done
}
tools_below() { # those that are socca-run
  for one in $(below "$1"); do
    [ "$(cat "/proc/$one/comm" 2>/dev/null)" = socca-run ] && echo "$one"
  done
}

# ---- one digest ----
ok "walks, serial" run 0 socca-run walks.yaml
walks=$(digest walks.nc)
ok "nautilus, serial" run 0 socca-run nautilus.yaml
nautilus=$(digest nautilus.nc)
for pool in mp:1 mp:2 mp:3 mp:5 mp:3,mode=help; do
  afresh
  ok "walks on $pool" run 0 socca-run walks.yaml --pool=$pool
  ok "... the same digest" same walks "$walks"
done
afresh
ok "nautilus on mp:2" run 0 socca-run nautilus.yaml --ncores=2
ok "... the same digest" same nautilus "$nautilus"
ok "... and told once that it is too cheap" once 'too cheap for this pool'
for pair in mpich:1 mpich:2 mpich:3 mpich:4 mpich:8 openmpi:2 openmpi:3; do
  flavour=${pair%:*}
  ranks=${pair#*:}
  if ! has "$flavour"; then
    skip "walks, $flavour, $ranks ranks"
    continue
  fi
  afresh
  pool=
  [ "$ranks" = 1 ] && pool=--pool=mpi
  mpi "$flavour" "$ranks" walks.yaml $pool
  ok "walks, $flavour, $ranks ranks" same walks "$walks"
  [ "$ranks" = 2 ] || continue
  mpi "$flavour" "$ranks" nautilus.yaml
  ok "nautilus, $flavour, $ranks ranks" same nautilus "$nautilus"
  ok "... and told once that it is too cheap" once 'too cheap for this pool'
done
afresh
ok "a cheap one in one process" run 0 socca-run nautilus.yaml
ok "... is not" [ "$(grep -c 'too cheap' err)" = 0 ]

# ---- values that are not numbers: counted, the same everywhere ----
cat >nan.yaml <<'END'
model: faulty
faulty: {nan: 0.2}
sampler: {method: template_sampler, n_eff: 1000, n_batch: 200}
END
ok "NaN, serial" run 0 socca-run nan.yaml
nan=$(digest nan.nc)
ok "... told once" once 'log-likelihood is NaN'
for pool in mp:2 mp:2,mode=help; do
  rm -f nan.nc* nan.ckpt*
  ok "NaN on $pool" run 0 socca-run nan.yaml --pool=$pool
  ok "... the same digest" same nan "$nan"
  ok "... told once" once 'log-likelihood is NaN'
done
for pair in mpich:3 openmpi:2; do
  flavour=${pair%:*}
  has "$flavour" || { skip "NaN, $flavour" "... told once"; continue; }
  rm -f nan.nc* nan.ckpt*
  mpi "$flavour" "${pair#*:}" nan.yaml
  ok "NaN, $flavour" same nan "$nan"
  ok "... told once" once 'log-likelihood is NaN'
done

# ---- one parameter, and many ----
for ndim in 1 200; do
  cat >width.yaml <<END
model: problems
problem: {name: gaussian, ndim: $ndim}
sampler: {method: template_sampler, n_eff: 20, n_batch: 50}
END
  rm -f width.nc* width.ckpt*
  ok "$ndim parameters, serial" run 0 socca-run width.yaml --max-calls=2000
  width=$(digest width.nc)
  rm -f width.nc* width.ckpt*
  run 0 socca-run width.yaml --max-calls=2000 --pool=mp:2
  ok "$ndim parameters, mp:2" same width "$width"
  for pair in mpich:3 openmpi:2; do
    flavour=${pair%:*}
    has "$flavour" || { skip "$ndim parameters, $flavour"; continue; }
    rm -f width.nc* width.ckpt*
    mpi "$flavour" "${pair#*:}" width.yaml --max-calls=2000
    ok "$ndim parameters, $flavour" same width "$width"
  done
done

# ---- a checkpoint goes from pool to pool ----
afresh
ok "mp:2 to 3000 calls" run 0 socca-run walks.yaml --pool=mp:2 --max-calls=3000
has mpich && mpi mpich 3 walks.yaml --max-calls=6000
has openmpi && mpi openmpi 2 walks.yaml --max-calls=9000
ok "mp:5 to the end" run 0 socca-run walks.yaml --pool=mp:5
ok "... after mp:2, MPICH and Open MPI the same digest" same walks "$walks"

# ---- workers killed ----
afresh
ok "long, on mp:2" run 0 socca-run long.yaml --pool=mp:2
ok "... is not too cheap" [ "$(grep -c 'too cheap' err)" = 0 ]
long=$(digest long.nc)
afresh
"$build/socca-run" long.yaml --pool=mp:3 --checkpoint-every=0 >out 2>err </dev/null &
pid=$!
killed=0
while [ ! -f long.ckpt ] && kill -0 $pid 2>/dev/null; do sleep 0.02; done
for zygote in $(pgrep -P $pid); do
  for worker in $(pgrep -P "$zygote" | head -2); do kill -KILL "$worker" && killed=$((killed + 1)); done
done
wait $pid
got=$?
ok "two workers killed: the run ends well" [ $got -eq 0 -a $killed -eq 2 ]
ok "... says so" err 'a worker process died and was replaced'
ok "... with the same digest" same long "$long"

# ---- signals to a launcher, and a rank that is killed ----
cat >start.py <<'END'
# Background jobs of a shell ignore SIGINT, and tools leave that so.
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])
END
begin() { # flavour, ranks: in the background, until there is a checkpoint
  afresh
  oversubscribe=
  [ "$1" = openmpi ] && oversubscribe=--oversubscribe
  # shellcheck disable=SC2086
  python3 start.py "mpiexec.$1" $oversubscribe -n "$2" "$build/socca-run" long.yaml --checkpoint-every=0 \
    >out 2>err </dev/null &
  pid=$!
  k=0
  while [ ! -f long.ckpt ] && [ $k -lt 1000 ]; do
    sleep 0.02
    k=$((k + 1))
  done
}
ended() { # within 20 seconds
  k=0
  while kill -0 $pid 2>/dev/null && [ $k -lt 200 ]; do
    sleep 0.1
    k=$((k + 1))
  done
  for left in $(tools_below $pid) $pid; do kill -KILL "$left" 2>/dev/null && echo "# $left had to be killed"; done
  wait $pid 2>/dev/null
  got=$?
  [ $k -lt 200 ]
}
for flavour in mpich openmpi; do
  if ! has $flavour; then
    skip "$flavour: INT" "$flavour: TERM" "$flavour: USR1" "$flavour: a rank is killed"
    continue
  fi
  for signal in INT TERM USR1; do
    begin $flavour 2
    kill -$signal $pid
    ok "$flavour: $signal ends the job" ended
    echo "# the launcher left with $got"
    ok "... saved, without a result" [ -f long.ckpt -a ! -f long.nc ]
    run 0 socca-run long.yaml --pool=mp:2
    ok "... and resumed on mp:2 to the same digest" same long "$long"
  done
  begin $flavour 3
  kill -KILL "$(tools_below $pid | tail -1)"
  ok "$flavour: a rank is killed, the job ends" ended
  ok "... not well" [ $got -ne 0 ]
  ok "... the checkpoint is sound" run 0 socca-inspect long.ckpt
  run 0 socca-run long.yaml --pool=mp:2
  ok "... and resumed on mp:2 to the same digest" same long "$long"
done

# ---- errors: every rank with one status, one message ----
sed 's/rosenbrock/rosenbrook/' walks.yaml >bad.yaml
printf 'sampler: {method: walks}\nmodel: [\n' >broken.yaml
for pair in mpich:3 openmpi:2; do
  flavour=${pair%:*}
  ranks=${pair#*:}
  if ! has "$flavour"; then
    skip "$flavour: a bad fit file" "$flavour: a broken fit file" "$flavour: +inf" "$flavour: another pool"
    continue
  fi
  wrapper='sh status.sh'
  while read -r status text arguments; do
    rm -f status.*[0-9] faulty.nc* faulty.ckpt*
    start=$(clock)
    # shellcheck disable=SC2086 # several arguments
    mpi "$flavour" "$ranks" $arguments
    took=$(($(clock) - start))
    ok "$flavour: $arguments: every rank leaves with $status" ranks_left_with "$ranks" "$status"
    ok "... with one message" once "socca-run:.*$text"
    ok "... soon" soon
  done <<'END'
2 there.is.no.problem bad.yaml
2 broken.yaml: broken.yaml
1 log-likelihood.*inf faulty.yaml
3 cannot.be.used.here walks.yaml --pool=mp:2
2 cannot.specify.both.--ncores.and.--pool walks.yaml --pool=mp:2 --ncores=2
END
  for what in $differences; do
    rm -f status.*[0-9] faulty.nc* faulty.ckpt*
    start=$(clock)
    if [ $what != sampler ]; then
      wrapper="sh status.sh sh $([ $what = data ] && echo differ.sh || echo rebuilt.sh)"
      mpi "$flavour" "$ranks" walks.yaml
      want=2 text='does not have the same'
    else
      SOCCA_PLUGIN_PATH=$dir/refusing:$build/.libs mpi "$flavour" "$ranks" refuses.yaml
      want=2 text='it never starts'
    fi
    took=$(($(clock) - start))
    wrapper='sh status.sh'
    ok "$flavour: a fault of the $what: every rank leaves with $want" ranks_left_with "$ranks" $want
    ok "... with one message" once "$text"
    ok "... soon" soon
  done
  wrapper=
  mpi "$flavour" "$ranks" bad.yaml
  ok "$flavour: left to the launcher, the status is not 0" [ $got -ne 0 -a $got -ne 124 ]
  ok "... and the message arrives" once 'there is no problem'
done

# ---- what plugins refuse, and launchers that do not fit ----
mkdir declared mpich openmpi
cp "$build"/tests/plugins/.libs/declares_*.so "$build"/.libs/model_problems.so declared
for flavour in mpich openmpi; do cp "$build/.libs/model_problems.so" "$build/.libs/walks.so" $flavour; done
cp "$build/.libs/pool_mpi.so" mpich 2>/dev/null
cp "$build/.libs/pool_mpi_openmpi.so" openmpi 2>/dev/null
wrapper='sh status.sh'
for flavour in mpich openmpi; do
  if ! has $flavour; then
    skip "$flavour: refused combinations" "$flavour: crossed launcher"
    continue
  fi
  while read -r method text; do
    rm -f status.*[0-9]
    SOCCA_PLUGIN_PATH=$dir/declared mpi $flavour 2 nautilus.yaml --method="$method"
    ok "$flavour: $method is refused by every rank" ranks_left_with 2 3
    ok "... with one message" once "$text"
  done <<'END'
optimizer the optimizer runs in a single process
numpyro_nuts does not support MPI parallelization
END
  other=mpich
  [ $flavour = mpich ] && other=openmpi
  if ! has $other; then
    skip "$flavour: crossed launcher"
    continue
  fi
  afresh
  rm -f status.*[0-9]
  SOCCA_PLUGIN_PATH=$dir/$other mpi $flavour 2 walks.yaml
  ok "$flavour's launcher with the plugin of $other: every rank leaves with 4" ranks_left_with 2 4
  ok "... with one message" once 'socca-run: '
  ok "... and without a result" [ ! -f walks.nc ]
done
wrapper=
srun() {
  env SLURM_STEP_NUM_TASKS=2 SLURM_PROCID=0 "$build/socca-run" walks.yaml >out 2>err
  [ $? -eq 3 ]
}
ok "srun without PMI is refused" srun
ok "... in words" once '2 independent copies'
plan
