#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Launchers as their environments show them, and combinations that plugins refuse. MPI is not needed.
. "${SOCCA_SOURCE:-.}/tests/needs.sh"
. "${SOCCA_SOURCE:-.}/tests/cli/tap.sh"
mkdir p
cp "$build"/.libs/template_sampler.so "$build"/.libs/model_problems.so p
cp "$build"/tests/plugins/.libs/declares_*.so p
export SOCCA_PLUGIN_PATH="$dir/p"
cat >fit.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 2}
sampler: {method: nautilus}
END
under() { # a launcher of 2 ranks: rank, wanted status, arguments
  rank=$1
  want=$2
  shift 2
  start=$(date +%s%N)
  PMI_SIZE=2 PMI_RANK=$rank "$build/socca-run" "$@" >out 2>err
  got=$?
  took=$((($(date +%s%N) - start) / 1000000))
  [ $got -eq "$want" ] || { echo "# status $got, not $want: $*"; return 1; }
}
silent() { [ ! -s out ] && [ ! -s err ]; }
ok "optimizer with workers" run 3 socca-run --method=optimizer --pool=mp:2
ok "is refused" err "the optimizer runs in a single process"
ok "optimizer alone" run 0 socca-run --method=optimizer --dry-run
ok "NUTS with ranks" run 3 socca-run --method=numpyro_nuts --pool=mpi
ok "is refused" err "numpyro_nuts does not support MPI parallelization"
ok "dynesty with ranks" run 0 socca-run --method=dynesty --pool=mpi --dry-run
ok "is advised against" err "Consider using --method=nautilus for MPI runs"
ok "no traces" [ "$(ls | tr '\n' ' ')" = "err fit.yaml out p " ]

ok "two ranks" under 0 0 --dry-run --json
ok "choose mpi by themselves" json "d['pool']=='mpi' and d['workers']==2"
ok "another pool" under 0 3 --pool=serial
ok "is refused" err "--pool serial cannot be used here: Hydra started 2 ranks"
ok "the environment's" env SOCCA_POOL=mp:2 PMI_SIZE=2 PMI_RANK=0 sh -c "'$build/socca-run' >out 2>err; [ \$? = 3 ]"
ok "is refused too" err "SOCCA_POOL mp:2 cannot be used here"
echo 'pool: mp:2' >>fit.yaml
ok "the fit file's" under 0 0 --dry-run
ok "gives way with a notice" err "fit.yaml:4:7: pool 'mp:2' gives way to 'mpi'"
ok "one rank is serial" env PMI_SIZE=1 PMI_RANK=0 sh -c "'$build/socca-run' --pool=serial --dry-run >out 2>err"
ok "other ranks are silent" under 1 3 --pool=serial
ok "... quite" silent
ok "... and leave a second later" [ $took -ge 1000 ]
ok "a usage error on rank 1" under 1 2 --nonsense
ok "is silent" silent
ok "help on rank 1" under 1 0 --help
ok "is silent" silent
rm p/declares_pools.so
ok "no MPI plugin" under 0 4
ok "names the package" err "install socca-plugin-pool-mpi-mpich"
ok "Open MPI's" env OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0 sh -c "'$build/socca-run' >out 2>err; [ \$? = 4 ]"
ok "names the package" err "install socca-plugin-pool-mpi-openmpi"
if [ -f "$build/.libs/pool_mpi.so" ]; then # MPICH's: no use to Open MPI
  cp "$build/.libs/pool_mpi.so" p
  ok "Open MPI's with MPICH's plugin" env OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0 sh -c "'$build/socca-run' >out 2>err; [ \$? = 4 ]"
  ok "names the package" err "install socca-plugin-pool-mpi-openmpi"
  rm p/pool_mpi.so
fi
env_run() { # wanted status, settings, then socca-run's arguments after --
  want=$1
  shift
  settings=
  while [ "$1" != -- ]; do
    settings="$settings $1"
    shift
  done
  shift
  # shellcheck disable=SC2086 # words
  timeout -k 2 60 env $settings "$build/socca-run" "$@" >out 2>err </dev/null
  got=$?
  [ $got -eq "$want" ] || { echo "# status $got, not $want: $settings $*"; return 1; }
}
for variable in PMIX_RANK PMI_RANK PALS_RANKID; do
  ok "$variable alone" env_run 3 $variable=0 -- --pool=serial
  ok "is no process alone" err "started several ranks, which work together through the pool 'mpi' alone"
  ok "$variable alone, no MPI plugin" env_run 4 $variable=0 --
  ok "is told" err "started several ranks, but the pool 'mpi' is not installed"
done
cat >alone.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 2}
sampler: {method: template_sampler}
END
if [ -f "$build/.libs/pool_mpi.so" ]; then # an MPI that hears nothing from the launcher: every rank is alone, and would lead
  cp "$build/.libs/pool_mpi.so" p
  for settings in "PMIX_RANK=0 SLURM_STEP_NUM_TASKS=4" "PMI_RANK=0 PMI_SIZE=4" PMIX_RANK=0; do
    # shellcheck disable=SC2086
    ok "ranks that MPI does not know of ($settings)" env_run 4 $settings -- alone.yaml
    ok "are told" err "started .* ranks, but the pool 'mpi' knows of 1: its MPI does not work with this launcher"
    ok "once" [ "$(wc -l <err)" = 1 ]
    ok "and write nothing" [ ! -f alone.nc -a ! -f alone.ckpt ]
  done
  ok "another rank" env_run 4 PMIX_RANK=1 SLURM_STEP_NUM_TASKS=4 -- alone.yaml
  ok "is silent" silent
  ok "one rank, with MPI" env_run 0 PMI_RANK=0 PMI_SIZE=1 -- alone.yaml --pool=mpi
  rm p/pool_mpi.so
fi
ok "srun without PMI" env SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=0 sh -c "'$build/socca-run' >out 2>err; [ \$? = 3 ]"
ok "is refused" err "4 independent copies"
ok "socca-model under a launcher" env PMI_SIZE=2 PMI_RANK=0 sh -c "'$build/socca-model' fit.yaml --loglike --at x0=1 --at x1=1 >out 2>err"
ok "works on rank 0" [ -s out ]
ok "other ranks leave" env PMI_SIZE=2 PMI_RANK=1 sh -c "'$build/socca-model' fit.yaml --loglike --at x0=1 --at x1=1 >out 2>err"
ok "silently" silent
plan
