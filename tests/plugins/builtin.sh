#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Built-in modules are really part of the program (--with-builtin-plugins).
build=${SOCCA_BUILD:-.}
program=$build/socca-inspect
unset SOCCA_PLUGIN_PATH SOCCA_DISABLE
if grep -q '^socca_builtin = no$' "$build/Makefile"; then
  echo "1..0 # SKIP configured without built-in plugins"
  exit 0
fi
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0
ok() {
  n=$((n + 1))
  if [ "$1" = 0 ]; then echo "ok $n - $2"; else
    echo "not ok $n - $2"
    [ -s "$dir/why" ] && sed 's/^/# /' "$dir/why" | head -40
  fi
  : >"$dir/why"
}
names() { # kind/name of the plugins in a listing whose path is $1
  python3 -c "import json,sys
for p in json.load(sys.stdin)['plugins']:
    if p['path'] == '$1': print(p['kind'] + '/' + p['name'], p['version'])" | sort
}
"$program" --json | names built-in >"$dir/listed"
"$program" --json "$program" | names "$program" >"$dir/notes"
[ -s "$dir/listed" ]
ok $? "there are built-in plugins"
diff "$dir/listed" "$dir/notes" >"$dir/why"
ok $? "the table of preloaded modules and the notes in the program agree"
for so in "$build"/.libs/*.so; do
  case $so in */lib*) continue ;; esac
  ! ldd "$program" | grep -q "$(basename "$so")"
  ok $? "$(basename "$so") is no library of the program"
done
! ldd "$program" | grep libsocca >"$dir/why"
ok $? "libsocca is linked in"
. "${SOCCA_SOURCE:-.}/tests/static.sh"
if programs_are_static "$build"; then
  for tool in socca-run socca-model socca-result socca-inspect; do
    ldd "$build/$tool" >"$dir/why" 2>&1
    grep -q 'not a dynamic executable\|statically linked' "$dir/why"
    ok $? "$tool needs no shared library"
  done
  SOCCA_PLUGIN_PATH=$build/.libs "$build/socca-run" --list >"$dir/list" 2>&1
  grep -q '/model_image\.so: broken: this program is static.*\[E_STATIC\]' "$dir/list"
  ok $? "a file is no plugin for it"
  grep -q '^sampler  *nautilus .* usable  *built-in' "$dir/list"
  ok $? "what is built in goes before files"
  "$program" --probe "$build/.libs/pool_mp.so" >"$dir/why" 2>&1
  [ $? = 4 ] && grep -q '\[E_STATIC\]' "$dir/why"
  ok $? "no probe of a file"
fi
# Plugins in one program share one name space: a function that two of them define differently is an error.
for a in "$build"/.libs/*.a; do
  case $a in */lib* | */pool_mpi*) continue ;; esac # MPI is never built in
  mkdir "$dir/x" && (cd "$dir/x" && ar x "$a" && for o in *.o; do
    sum=$(cksum <"$o")
    nm -g --defined-only "$o" | awk -v s="$sum" 'NF == 3 {print $3, s}'
  done)
  rm -rf "$dir/x"
done | sort -u | awk '{print $1}' | uniq -d >"$dir/why"
[ ! -s "$dir/why" ]
ok $? "no name means two things"
echo "1..$n"
