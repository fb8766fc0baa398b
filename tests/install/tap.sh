# SPDX-License-Identifier: BSD-3-Clause
# Sourced by the tests of an installed socca: a scratch folder as current directory and as home, the tools in PATH,
# TAP output. INSTALLED_PREFIX is the prefix; with DESTDIR the tools are told where things really are.
source=$(cd "${SOCCA_SOURCE:-.}" && pwd)
prefix=${INSTALLED_PREFIX:?} libdir=${INSTALLED_LIBDIR:-$INSTALLED_PREFIX/lib}
unset SOCCA_POOL SOCCA_DISABLE SOCCA_ISA SOCCA_PLUGIN_PATH SOCCA_PLUGIN_PATH_ONLY SOCCA_PRIVATE_PATH SOCCA_TEMPLATE
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES CFLAGS CPPFLAGS LDFLAGS
PATH=$DESTDIR$prefix/bin:$PATH
PKG_CONFIG_PATH=$DESTDIR$libdir/pkgconfig
PKG_CONFIG=${PKG_CONFIG:-pkg-config}
export PATH PKG_CONFIG_PATH PKG_CONFIG
DESTDIR_KEPT=$DESTDIR
if [ -n "$DESTDIR" ]; then
  PKG_CONFIG_SYSROOT_DIR=$DESTDIR
  LD_LIBRARY_PATH=$DESTDIR$libdir
  SOCCA_PLUGIN_PATH=$DESTDIR$libdir/socca/0
  SOCCA_PRIVATE_PATH=$DESTDIR$libdir/socca/private-0
  export PKG_CONFIG_SYSROOT_DIR LD_LIBRARY_PATH SOCCA_PLUGIN_PATH SOCCA_PRIVATE_PATH
  unset DESTDIR # it is not for the plugins that are built here
fi
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
HOME=$dir/home
export HOME
mkdir "$HOME"
cd "$dir" || exit 1
n=0
ok() { # title, condition as a command
  n=$((n + 1))
  title=$1
  shift
  if "$@" >log 2>&1; then echo "ok $n - $title"; else
    echo "not ok $n - $title"
    sed 's/^/# /' log | tail -40
  fi
}
skip() { # title, why
  n=$((n + 1))
  echo "ok $n - $1 # SKIP $2"
}
have() { command -v "$1" >/dev/null 2>&1; }
status() { # wanted status, command...
  want=$1
  shift
  "$@"
  got=$?
  [ $got -eq "$want" ] || { echo "status $got, not $want"; return 1; }
}
says() { # pattern, command that succeeds
  pattern=$1
  shift
  complains 0 "$pattern" "$@"
}
complains() { # wanted status (-: any but 0), pattern, command...
  want=$1 pattern=$2
  shift 2
  "$@" >said 2>&1
  got=$?
  cat said
  [ "$want" != - ] || [ $got -eq 0 ] || want=$got
  [ $got = "$want" ] || { echo "status $got, not $want"; return 1; }
  grep -q -e "$pattern" said
}
digest() { socca-result --digest "$1"; }
# The same bits on any pool and after an interruption: method, folder of the plugin, options of the sampler
runs_everywhere() {
  method=$1 path=$2
  shift 2
  fit="--plugin-path=$path --method=$method $* fit.yaml"
  rm -f ./*.nc* ./*.ckpt*
  # shellcheck disable=SC2086 # options are words
  ok "$method runs" socca-run --output=whole.nc --checkpoint=whole.ckpt $fit
  whole=$(digest whole.nc)
  ok "... to a result" [ -n "$whole" ]
  # shellcheck disable=SC2086
  ok "... stops after some calls" socca-run --output=parts.nc --checkpoint=parts.ckpt --max-calls=300 $fit
  ok "... early" says '"stopped":"max-calls"' socca-result --json parts.nc
  # shellcheck disable=SC2086
  ok "... goes on" socca-run --output=parts.nc --checkpoint=parts.ckpt $fit
  ok "... to the same bits" [ "$(digest parts.nc)" = "$whole" ]
  # shellcheck disable=SC2086
  ok "... runs on two processes" socca-run --output=mp.nc --checkpoint=mp.ckpt --pool=mp:2 $fit
  ok "... to the same bits" [ "$(digest mp.nc)" = "$whole" ]
  for mpi in mpich openmpi; do
    case $mpi in
      mpich) file=pool_mpi.so ;;
      *) file=pool_mpi_openmpi.so ;;
    esac
    if have mpiexec.$mpi && [ -f "${SOCCA_PLUGIN_PATH:-$libdir/socca/0}/$file" ]; then
      # shellcheck disable=SC2086
      ok "... runs on two ranks of $mpi" env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
        OMPI_MCA_rmaps_base_oversubscribe=1 mpiexec.$mpi -n 2 socca-run --output=$mpi.nc --checkpoint=$mpi.ckpt $fit
      ok "... to the same bits" [ "$(digest $mpi.nc)" = "$whole" ]
    else
      skip "$method on two ranks of $mpi" "not installed"
    fi
  done
}
plan() { echo "1..$n"; }
