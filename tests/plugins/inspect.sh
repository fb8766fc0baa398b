#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# socca-inspect: listings, one plugin, one file, conformance. Nothing here runs plugin code.
. "${SOCCA_SOURCE:-.}/tests/needs.sh"
build=${SOCCA_BUILD:-.}
plugins=$build/tests/plugins/.libs
inspect=$build/socca-inspect
unset SOCCA_PLUGIN_PATH SOCCA_DISABLE
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/p"
n=0
ok() { # title, condition as a command
  n=$((n + 1))
  title=$1
  shift
  if "$@"; then echo "ok $n - $title"; else
    echo "not ok $n - $title"
    sed 's/^/# /' "$dir/out" "$dir/err" | head -40
  fi
}
# Sanitizers add constructors to every module.
nm -D "$plugins/good.so" | grep -q ' U __[a-z]*san_' && sanitized=yes
conform() {
  if [ "$sanitized" ]; then
    n=$((n + 1))
    echo "ok $n - $1 # SKIP built with sanitizers"
  else ok "$@"; fi
}
run() { # wanted status, arguments
  want=$1
  shift
  "$inspect" "$@" >"$dir/out" 2>"$dir/err"
  got=$?
  [ $got -eq "$want" ] || { echo "# status $got, not $want: $*"; return 1; }
}
out() { grep -q -e "$1" "$dir/out"; }
err() { grep -q -e "$1" "$dir/err"; }
none() { [ ! -s "$1" ]; }
json() { python3 -c "import json,sys
d=json.load(open('$dir/out'))
assert $1, d"; }

cp "$plugins/good.so" "$plugins/ctor_segfault.so" "$plugins/abi_old.so" "$plugins/two_in_one.so" \
  "$plugins/declares_dynesty.so" "$plugins/declares_pools.so" "$dir/p"
ok "lists a folder" run 0 --plugin-path="$dir/p"
ok "a usable one" out 'sampler  good  *1\.2\.3  *0\.1  *usable'
ok "a broken one with its reason" out 'abi_old\.so: broken: .*99\..*\[E_ABI_MAJOR\]'
ok "a plugin that would crash on loading" out 'ctor_segfault  *-  *0\.1  *usable'
ok "nothing on standard error" none "$dir/err"
ok "-v tells broken ones at once" run 0 -v --plugin-path="$dir/p"
ok "on standard error" err 'abi_old\.so: built for plugin ABI 99\.'
ok "JSON" run 0 --json --plugin-path="$dir/p"
ok "one object" json "sum(p['path'].startswith('$dir') for p in d['plugins']) == 9"
ok "keys" json "all(set(('kind','name','aliases','version','abi','path','state','reason','provides','needs','denies','shuns','advice')) <= set(p) for p in d['plugins'])"
ok "values" json "[p for p in d['plugins'] if p['name']=='good'][0]['aliases'] == ['fine', 'sound']"
ok "masks" json "[p for p in d['plugins'] if p['name']=='dynesty'][0]['shuns'] == ['pool.RANKS']"
ok "one by alias" run 0 --plugin-path="$dir/p" sound
ok "in full" out 'nothing is wrong with it'
ok "one by kind and name" run 0 --plugin-path="$dir/p" pool/mp
ok "only that" out "^pool 'mp'"
ok "an unknown one" run 4 --plugin-path="$dir/p" nothing
ok "is named" err "no plugin is called 'nothing'"
ok "a file" run 0 "$dir/p/two_in_one.so"
ok "with all that it holds" out "^pool 'second'"
ok "a file that is none" run 4 "$0"
ok "says why" err 'not an ELF file \[E_NOT_ELF\]'
conform "a sound file conforms" run 0 --check "$plugins/good.so"
conform "two plugins in a file conform" run 0 --check "$plugins/two_in_one.so"
ok "visible functions do not" run 1 --check "$plugins/extra_symbol.so"
ok "named" out "it exports 'extra_symbol_helper'"
ok "late binding" out 'z,now'
ok "unmapping" out 'z,nodelete'
ok "host symbols do not" run 1 --check "$plugins/undefined_symbol.so"
ok "named too" out "socca_not_there"
ok "constructors do not" run 1 --check "$plugins/ctor_segfault.so"
conform "what runs at the end does not" run 1 --check "$plugins/at_end.so"
conform "nor" out 'it runs 1 destructor(s) of its own when the process ends'
conform "atexit()" out 'it calls atexit()'
conform "abort() does not" run 1 --check "$plugins/create_aborts.so"
conform "named" out 'it calls abort()'
ok "a run path does not" run 1 --check "$plugins/run_path.so"
ok "outside of the file's folder" out "libraries in '/opt/lib'"
ok "whatever it begins with" out "libraries in '\$ORIGINAL'"
ok "not beside it" [ "$(grep -c 'looks for libraries' "$dir/out")" = 2 ]
ok "a missing descriptor does not" run 1 --check "$plugins/no_descriptor.so"
ok "counted" out '1 note(s), but exports 0 descriptor(s)'
ok "no note" run 1 --check "$plugins/no_note.so"
ok "a future need" run 1 --check "$plugins/abi_new_needs.so"
ok "JSON of a check" run 1 --json --check "$plugins/extra_symbol.so"
ok "is one object" json "d['good'] is False and len(d['faults']) >= 3"
ok "probes a sound file" run 0 --probe "$plugins/good.so"
ok "one that says no" run 1 --probe "$plugins/create_fails.so"
ok "repeats what it says" out 'create() fails: it never starts'
ok "one that dies" run 1 --probe "$plugins/create_crashes.so"
ok "tells how and in which step" out 'ended .* in create()'
ok "one that aborts" run 1 --probe "$plugins/create_aborts.so"
ok "tells that too" out 'ended .* in create()'
ok "one that ends the process" run 1 --probe "$plugins/create_exits.so"
ok "as if all were well" out 'ended the process with status [0-9]* in create()'
ok "one that does so on loading" run 1 --probe "$plugins/ctor_exits.so"
ok "tells that as well" out 'ended the process with status [0-9]* in loading'
SOCCA_PROBE_SECONDS=0.3
export SOCCA_PROBE_SECONDS
ok "one that hangs" run 1 --probe "$plugins/create_hangs.so"
ok "is given up" out 'does not come back within 0.3 s in create()'
unset SOCCA_PROBE_SECONDS
ok "a model that is not steady" run 1 --probe "$plugins/model_unsteady.so"
ok "is compared with itself" out 'loglike_batch() gives the log-likelihood .*, loglike() -0.5'
ok "down to its last function" out 'ended .* in null_loglike()'
ok "one that dies on loading" run 1 --probe "$plugins/ctor_segfault.so"
ok "tells that too" out 'ended .* in loading'
ok "one that does not load" run 1 --probe "$plugins/undefined_symbol.so"
ok "with the linker's words" out 'undefined symbol: socca_not_there \[E_DLOPEN\]'
ok "a pool that loses results" run 1 --probe "$plugins/two_in_one.so"
ok "caught" out 'record 0 of a batch came back as 0'
cat >"$dir/fit.yaml" <<'END'
model: problems
problem: {name: gaussian, ndim: 2}
sampler: {method: template_sampler, n_eff: 100}
END
(cd "$dir" && "$build/socca-run" -q --plugin-path="$build/.libs" fit.yaml) >"$dir/out" 2>"$dir/err"
ok "a checkpoint" run 0 "$dir/fit.ckpt"
ok "its arrays and short values" out 'identity/sampler.method  *bytes  *16  template_sampler'
ok "as JSON" run 0 --json "$dir/fit.ckpt"
ok "is an object" json "[a for a in d['arrays'] if a['name'] == 'identity/problem.ndim'][0]['value'] == '2'"
head -c 200 "$dir/fit.ckpt" >"$dir/cut.ckpt"
ok "a damaged checkpoint" run 2 "$dir/cut.ckpt"
ok "no such file" run 2 --check "$dir/none.so"
ok "a folder that is none" run 2 --plugin-path="$dir/none"
ok "unknown option" run 2 --chek x
ok "suggests" err "did you mean '--check'"
ok "help" run 0 --help
ok "lists the options" out '--plugin-path=DIRS'
ok "version" run 0 --version
ok "full disk" sh -c "'$inspect' --help >/dev/full 2>'$dir/err'; [ \$? -eq 1 ]"
for f in "$build"/.libs/*.so; do
  case $f in
  */lib* | *netcdf*) ;;
  *) 
    [ -e "$f" ] || continue
    conform "$(basename "$f") conforms" run 0 --check "$f"
    ok "$(basename "$f") stands a probe" run 0 --probe "$f"
    ;;
  esac
done
echo "1..$n"
