#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Old plugins on this host, and plugins of a later minor version.
. "${SOCCA_SOURCE:-.}/tests/needs.sh"
source=$(cd "${SOCCA_SOURCE:-.}" && pwd)
. "$source/tests/cli/tap.sh"
compile() { # headers, file, options
  headers=$1 file=$2
  shift 2
  # shellcheck disable=SC2086 # CC may carry options
  ${CC:-cc} -std=c11 -Wall -Wextra -Werror -I"$headers" "$@" "$file" >out 2>err
}
plugin() { # headers, source, result, options
  headers=$1 file=$2 to=$3
  shift 3
  compile "$headers" "$file" "$@" -include "$dir/config.h" -I"$dir" -fPIC -fvisibility=hidden -o "$to" -shared \
    -Wl,-z,now -Wl,-z,nodelete -lm
}
headers() { cp -r "$source/include" "$1" && chmod -R u+w "$1"; } # distributed sources may be read-only
edit() { # file, options of sed: a change that changes nothing is a fault
  file=$1
  shift
  cp "$file" before && sed -i "$@" "$file" && ! cmp before "$file" >out 2>err
}
if [ "$(getconf LONG_BIT)" = 64 ]; then
  ok "the layout is that of version 0" compile "$source/include" "$source/tests/abi/abi_0.c" -fsyntax-only
  # shellcheck disable=SC2086
  ok "in C++ too" sh -c "${CXX:-c++} -std=c++17 -x c++ -fsyntax-only -I'$source/include' '$source/tests/abi/abi_0.c' >out 2>err"
  headers moved
  ok "a member moved" edit moved/socca/host.h 's/^\( *\)const char \*name, \*unit;/&\n\1int moved;/'
  ok "a moved member is noticed" sh -c "! ${CC:-cc} -Imoved -fsyntax-only '$source/tests/abi/abi_0.c' >out 2>err"
  ok "by name" err 'socca_free.lower'
else
  echo "# the layout is written down for 64-bit machines"
fi

echo '#define PACKAGE_VERSION "9"' >config.h
mkdir v0
cp "$build"/tests/abi/v0/.libs/*.so v0
export SOCCA_PLUGIN_PATH="$dir/v0:$build/.libs"
cat >fit.yaml <<'END'
model: frozen
frozen: {sigma: 0.1}
x: uniform(0, 1)
y: uniform(0, 1)
sampler: {method: frozen, n_eff: 2000}
END
for f in frozen pool_frozen model_frozen; do
  if nm -D "v0/$f.so" | grep -q ' U __[a-z]*san_'; then
    n=$((n + 1))
    echo "ok $n - the frozen $f conforms # SKIP sanitizers add constructors to every module"
  else ok "the frozen $f conforms" run 0 socca-inspect --check v0/$f.so; fi
done
ok "runs together" run 0 socca-run --pool=frozen --json
ok "log Z is 0" json "abs(d['logz']) < 5*d['logz_err'] < 0.5"
whole=$(digest fit.nc)
ok "to a result" [ -n "$whole" ]
ok "on the core's pool" run 0 socca-run -f --pool=serial
ok "the same" [ "$(digest fit.nc)" = "$whole" ]
ok "on several processes" run 0 socca-run -f --pool=mp:2
ok "the same" [ "$(digest fit.nc)" = "$whole" ]
ok "stops" run 0 socca-run -f --max-calls=1000
ok "and resumes" run 0 socca-run
ok "the same" [ "$(digest fit.nc)" = "$whole" ]

# what a later minor version may do: a function more in every table, a member more in the note, bits more
headers later
ok "later headers: the version" edit later/socca/status.h 's/\(SOCCA_ABI_MINOR\) [0-9]*/\1 7/'
ok "... the table of samplers" edit later/socca/sampler.h 's/^} socca_sampler_vtbl;/  void (*later)(void);\n&/'
ok "... the table of pools" edit later/socca/pool.h 's/^} socca_pool_vtbl;/  void (*later)(void);\n&/'
ok "... the table of models" edit later/socca/model.h 's/^} socca_model_vtbl;/  void (*later)(void);\n&/'
ok "... the note" edit later/socca/plugin.h 's/^} socca_meta;/  uint32_t later[2];\n&/'
ok "... its size" edit later/socca/plugin.h 's/sizeof(socca_meta) == 496/sizeof(socca_meta) == 504/'
ok "... the host" edit later/socca/host.h 's|^  /\* append only \*/|  void (*later)(void);\n&|'
t=$source/plugins/template
mkdir new needs
ok "the later sampler" plugin later "$t/template_sampler.c" new/template_sampler.so
cp "$t/template_sampler.c" later_sampler.c && chmod u+w later_sampler.c
ok "a later plugin: its note" edit later_sampler.c 's/\.provides = /.later = {7, 7}, .provides = 1u << 20 | /'
ok "... its name" edit later_sampler.c 's/\btemplate_sampler\b/later/g'
ok "that provides an unknown bit" plugin later later_sampler.c new/later.so
ok "the later pool" plugin later "$t/pool_template.c" new/pool_template.so
ok "the later model" plugin later "$t/model_template.c" new/model_template.so
cp later_sampler.c needs_sampler.c
ok "... one with a need" edit needs_sampler.c 's/\blater\b/needs/g; s/\.needs = {7, 7},/.model_needs = 1u << 20,/'
ok "one that needs an unknown bit" plugin later needs_sampler.c needs/needs.so
cp needs_sampler.c denies_sampler.c
ok "... one that denies" edit denies_sampler.c 's/\bneeds\b/denies/g; s/model_needs/pool_denies/'
ok "one that denies an unknown bit" plugin later denies_sampler.c needs/denies.so
export SOCCA_PLUGIN_PATH="$dir/new:$dir/needs:$build/.libs"
sed 's/frozen/template/' fit.yaml >later.yaml
ok "later plugins run" run 0 socca-run --method=later --pool=template later.yaml --json
ok "log Z is 0" json "abs(d['logz']) < 5*d['logz_err'] < 0.5"
ok "... listed as of that version" run 0 socca-run --list --json
ok "0.7" json "[p['abi'] for p in d['plugins'] if p['name'] == 'later'] == ['0.7']"
for f in needs denies; do
  ok "what it $f is not known" run 4 socca-run --method=$f later.yaml
  ok "says so" err "E_ABI_NEEDS_NEWER_HOST"
done
plan
