#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# socca-plugin-new: every kind builds with plain make and passes its own check; nothing is overwritten.
. "${SOCCA_SOURCE:-.}/tests/install/tap.sh"
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
ok "in JSON" says '^{"kind":"pool","name":"spoken","folder":"spoken","files":\["pool_spoken.c","Makefile","check.sh"\]}$' \
  socca-plugin-new --json -q pool spoken
ok "in many words" says "from the templates in /" socca-plugin-new -v pool wordy
ok "builds without PKG_CONFIG_PATH" env -u PKG_CONFIG_PATH make -C wordy
ok "a name that the fit file needs" status 2 socca-plugin-new model output
ok "an unknown kind" status 2 socca-plugin-new smapler walk
ok "too many words" status 2 socca-plugin-new sampler a b
ok "no words" status 2 socca-plugin-new
ok "--help" says "^Usage: socca-plugin-new" socca-plugin-new --help
ok "--version" says "^socca-plugin-new (socca) [0-9]" socca-plugin-new --version
for word in template int linux; do
  ok "called $word" socca-plugin-new sampler $word
  ok "builds" make -C $word
done
plan
