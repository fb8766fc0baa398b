#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What socca-run makes of plugins: listings, refusals, and the status that tells which.
. "${SOCCA_SOURCE:-.}/tests/needs.sh"
build=${SOCCA_BUILD:-.}
plugins=$build/tests/plugins/.libs
unset SOCCA_PLUGIN_PATH SOCCA_DISABLE SOCCA_POOL
private=$(cd "$build" && pwd)/.libs
SOCCA_PRIVATE_PATH=$private
export SOCCA_PRIVATE_PATH
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/p"
for f in declares_nautilus declares_dynesty declares_numpyro_nuts declares_optimizer declares_pools abi_old \
  undefined_symbol ctor_segfault; do cp "$plugins/$f.so" "$dir/p"; done
cp "$build/.libs/model_problems.so" "$dir/p"
cat >"$dir/fit.yaml" <<'END'
model: problems
problem: {name: gaussian, ndim: 2}
END
cd "$dir" || exit 1
n=0
ok() {
  n=$((n + 1))
  title=$1
  shift
  if "$@"; then echo "ok $n - $title"; else
    echo "not ok $n - $title"
    sed 's/^/# /' "$dir/out" "$dir/err" | head -20
  fi
}
run() { # wanted status, arguments
  want=$1
  shift
  "$build/socca-run" --plugin-path="$dir/p" "$@" >"$dir/out" 2>"$dir/err"
  got=$?
  [ $got -eq "$want" ] || { echo "# status $got, not $want: $*"; return 1; }
}
out() { grep -q -e "$1" "$dir/out"; }
err() { grep -q -e "$1" "$dir/err"; }
ok "--list" run 0 --list
ok "shows the core's pool" out 'pool  *serial .* usable  *core'
ok "and broken plugins" out 'abi_old  .* broken'
ok "--matrix" run 0 --matrix
ok "row of dynesty" out '^dynesty  *yes  *yes  *advice$'
ok "row of nautilus" out '^nautilus  *yes  *yes  *yes$'
ok "row of numpyro_nuts" out '^numpyro_nuts  *yes  *yes  *no$'
ok "row of optimizer" out '^optimizer  *yes  *no  *no$'
ok "--why of a yes" run 0 --why nautilus mpi
ok "--why of an advice" run 0 --why dynesty mpi
ok "names the alternative" out 'Consider using --method=nautilus for MPI runs'
ok "--why of a no" run 3 --why nuts mpi
ok "names the bit" out 'does not support MPI parallelization (denies pool RANKS'
ok "--why of an unknown sampler" run 4 --why nautlus mp
ok "suggests" err "unknown sampler 'nautlus'; did you mean 'nautilus'?"
ok "a refused combination" run 3 --method=optimizer --pool=mp:2 fit.yaml
ok "says why" err 'the optimizer runs in a single process'
ok "a broken plugin by name" run 4 --method=abi_old fit.yaml
ok "says why it is broken" err "sampler 'abi_old' cannot be used: .*ABI 99\..*\[E_ABI_MAJOR\]"
ok "one that does not load" run 4 --method=undefined_symbol fit.yaml
ok "in the linker's words" err 'undefined symbol: socca_not_there'
ok "one by path" run 4 --method=./p/abi_old.so fit.yaml
ok "of a file that is missing" run 4 --method=./none.so fit.yaml
ok "an unknown method" run 4 --method=quantum fit.yaml
ok "shows what there is" err 'there are: ctor_segfault, dynesty, nautilus'
export SOCCA_DISABLE='sampler/nautilus,pool/*'
ok "disabled" run 4 --method=nautilus fit.yaml
ok "by whom" err 'disabled by SOCCA_DISABLE \[E_DISABLED\]'
ok "listed so" run 0 --list
ok "all but the core's own" out 'pool  *serial .* usable'
SOCCA_DISABLE=sampler/naut run 0 --list
ok "an element that matches nothing" err "SOCCA_DISABLE: 'sampler/naut' matches no plugin"
unset SOCCA_DISABLE
# file names that a shell would run
mkdir "$dir/evil" && : >"$dir/evil/\$(id>ran) a b usable.so" && cp "$plugins/good.so" "$dir/evil"
complete() { # words: what completion offers for the last one
  SOCCA_PLUGIN_PATH="$dir/evil" SOCCA_PLUGIN_PATH_ONLY=1 PATH="$build:$PATH" \
    bash -c '. "$1"; shift; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); compopt() { :; }; _socca
      echo "${COMPREPLY[*]}"' - "${SOCCA_SOURCE:-.}/tools/complete/socca.bash" "$@" >"$dir/out" 2>"$dir/err"
}
if command -v bash >/dev/null; then
  ok "completion" complete socca-run --method ""
  ok "offers plugins" out '^good'
  ok "of all kinds" complete socca-inspect seri
  ok "the core's among them" out '^serial$'
  [ ! -e ran ]
  ok "and runs no file name" [ $? -eq 0 ]
else
  n=$((n + 1))
  echo "ok $n - completion # SKIP no bash"
fi
export SOCCA_PLUGIN_PATH=relative
ok "a relative search path" run 2 --list
ok "is refused" err "SOCCA_PLUGIN_PATH: 'relative' is not absolute"
unset SOCCA_PLUGIN_PATH
# what a run does when the sampler says no, or dies: each by the signal that it got, and nothing is left behind
cp "$plugins/create_fails.so" "$plugins/create_aborts.so" "$plugins/create_crashes.so" "$plugins/create_exits.so" "$dir/p"
# what writes results is looked for before a run, not after it
if [ -e "$private/socca_netcdf.so" ]; then
  mkdir "$dir/private" && : >"$dir/private/socca_netcdf.so" && chmod 666 "$dir/private/socca_netcdf.so"
  SOCCA_PRIVATE_PATH=$dir/private
  ok "a writer of results that cannot be trusted" run 4 --method=create_fails fit.yaml
  ok "is no surprise at the end" err "private/socca_netcdf.so cannot be used: .*writable by everybody"
  SOCCA_PRIVATE_PATH=$private
fi
crash=139
nm -D "$plugins/good.so" | grep -q ' U __asan_' && crash=1 # the sanitizer's own end
ok "a sampler that says no" run 2 --method=create_fails fit.yaml
ok "in its own words" err '^socca-run: it never starts$'
ok "one that aborts" run 134 --method=create_aborts fit.yaml
ok "one that leaves by exit(0)" run 4 --method=create_exits fit.yaml
ok "which is not taken for success" err '^socca-run: a plugin ended the process by exit()'
ok "one that crashes" run $crash --method=create_crashes fit.yaml
[ ! -e fit.ckpt ] && [ ! -e fit.nc ]
ok "nothing was written" [ $? -eq 0 ]
echo "1..$n"
