#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# make install and make uninstall touch no plugin but socca's own.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
stage=$(mktemp -d) || exit 1
trap 'rm -rf "$stage"' EXIT
hook() { make -s -C "${SOCCA_BUILD:-.}" DESTDIR="$stage" "$@" >"$stage/log" 2>&1 || { sed 's/^/# /' "$stage/log"; false; }; }
# shellcheck disable=SC2016 # variables of make
hook --eval='folders:;@echo $(DESTDIR)$(plugindir) $(DESTDIR)$(privatedir) $(DESTDIR)$(completiondir)' folders
read -r plugins private completions <"$stage/log"
mkdir -p "$plugins" "$private" "$completions"
for f in nautilus pool_mp theirs; do touch "$plugins/$f.so" "$plugins/$f.la" "$plugins/$f.a"; done
n=0
ok() { # title, condition as a command
  n=$((n + 1))
  title=$1
  shift
  if "$@"; then echo "ok $n - $title"; else echo "not ok $n - $title"; fi
}
left() { # what is wanted in the folder of plugins
  got=$(cd "$plugins" && echo *)
  [ "$got" = "$1" ] || { echo "# '$got', not '$1'"; return 1; }
}
ok "install" hook install-data-hook
ok "removes what libtool left of its own" left 'nautilus.so pool_mp.so theirs.a theirs.la theirs.so'
ok "uninstall" hook uninstall-hook
ok "removes its own" left 'theirs.a theirs.la theirs.so'
echo "1..$n"
