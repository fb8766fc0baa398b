#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# socca-plugin-new: every kind builds with plain make and passes its own check; nothing is overwritten.
. "${SOCCA_SOURCE:-.}/tests/install/tap.sh"
unset PKG_CONFIG_PATH # what it makes finds this socca under whatever prefix
printf 'model: problems\nproblem: {name: gaussian, ndim: 2}\n' >fit.yaml
first_run() { socca-plugin-new sampler first && make -C first && socca-run --plugin-path=first --method=first fit.yaml; }
start=$(date +%s%N)
ok "from nothing to the first run of a new sampler" first_run
echo "# took $((($(date +%s%N) - start) / 1000000)) ms; $(wc -l <first/first.c) lines"
for pair in sampler:walk_2 pool:queue model:blob; do
  kind=${pair%:*} name=${pair#*:}
  ok "a new $kind" socca-plugin-new "$kind" "$name"
  ok "builds without a warning" make -C "$name" CFLAGS="-O2 -Wall -Wextra -Wconversion -Wshadow -pedantic -Werror"
  ok "passes its check" make -C "$name" check
  ok "nothing of the template's name is left" sh -c "! grep -r template '$name' --include='*.[ch]' --include=Makefile --include='*.sh'"
  ok "is installed for its author" make -C "$name" install-user
  ok "and listed" says " $name .*usable" socca-run --list
  ok "is installed for all" make -C "$name" install DESTDIR="$dir/stage"
  ok "there" [ -n "$(find "$dir/stage" -name "*$name.so")" ]
done
ok "an existing folder" status 2 socca-plugin-new pool walk_2
ok "stays as it is" [ ! -e walk_2/pool_walk_2.c ]
ln -s nowhere dangling
ok "a link that leads nowhere too" status 2 socca-plugin-new pool dangling
for name in Walk 2walk walk-2 ../walk 'a b' "$(printf '%032d' 0 | tr 0 a)" "$(printf 'a\nb')" ä -x ''; do
  ok "no name: '$(printf %s "$name" | tr '\n' '|')'" status 2 socca-plugin-new sampler "$name"
done
ok "a name of 31 letters" socca-plugin-new -q sampler "$(printf '%031d' 0 | tr 0 a)"
ok "with a quiet mouth" [ ! -s log ]
ok "builds" make -C "$(printf '%031d' 0 | tr 0 a)"
ok "a name that the fit file needs" status 2 socca-plugin-new model output
ok "an unknown kind" status 2 socca-plugin-new smapler walk
ok "too many words" status 2 socca-plugin-new sampler a b
ok "no words" status 2 socca-plugin-new
ok "--help" says "^Usage: socca-plugin-new" socca-plugin-new --help
ok "--version" says "^socca-plugin-new (socca) [0-9]" socca-plugin-new --version
ok "-v" says "^made from .*/template" socca-plugin-new -v sampler talkative
ok "--json" sh -c 'socca-plugin-new --json pool data >data.json'
ok "prints one object" grep -qx '{"kind":"pool","name":"data","files":\["data/pool_data.c","data/Makefile","data/check.sh"\]}' data.json
ok "and tells the rest elsewhere" says "complete one" sh -c 'socca-plugin-new --json pool more 2>&1 >/dev/null'
ok "letters together, a name cut short" sh -c 'socca-plugin-new -qv --js pool short | grep -q "^{"'
for option in --jsn --ver --json=1 -x -qx --; do
  ok "no option: $option" status 2 socca-plugin-new $option sampler
done
ok "which two" complains 2 "'--ver' is ambiguous: --verbose, --version" socca-plugin-new --ver
ok "after --, words" complains 2 "'-q' is no name" socca-plugin-new -- sampler -q
ok "a full disk" sh -c 'socca-plugin-new --help >/dev/full; [ $? -eq 1 ]'
ok "Makefile: another socca by SOCCA_PKGCONFIG" complains 2 "socca-plugin.* was not found\|'socca-plugin'.*not found" \
  env LC_ALL=C PKG_CONFIG_LIBDIR=/nowhere make -B -C talkative SOCCA_PKGCONFIG=/nowhere
for word in template int linux; do
  ok "called $word" socca-plugin-new sampler $word
  ok "builds" make -C $word
done
plan
