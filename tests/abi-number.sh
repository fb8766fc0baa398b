#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The number of the plugin interface, and that of libsocca.so, are written down in many places: the same everywhere.
cd "${SOCCA_SOURCE:-.}" || exit 1
found=$(mktemp) || exit 1
trap 'rm -f "$found"' EXIT
value() { sed -n "s/^#define SOCCA_ABI_$1 //p" include/socca/status.h; }
major=$(value MAJOR) minor=$(value MINOR)
soname=$(sed -n 's/.*-version-info \([0-9]*\):[0-9]*:0 .*/\1/p' core/core.am) # current - age: age is 0 so far
n=0
ok() { # title, condition as a command
  n=$((n + 1))
  title=$1
  shift
  if "$@"; then echo "ok $n - $title"; else echo "not ok $n - $title"; fi
}
all() { # pattern with a number at its end, the number, files that hold it at least
  pattern=$1 number=$2
  shift 2
  grep -rnoE --exclude=abi-number.sh --exclude='*~' "$pattern" configure.ac core doc include m4 packaging plugins tests tools >"$found"
  for file in "$@"; do
    grep -q "^$file:" "$found" || { echo "# $file: no $pattern"; return 1; }
  done
  if grep -v "[^0-9]$number\$" "$found" | sed 's/^/# /' | grep .; then return 1; fi
}
ok "numbers" [ -n "$major" -a -n "$minor" -a -n "$soname" ]
# shellcheck disable=SC2046 # names of files
ok "folders of plugins" all 'socca/[0-9]+' "$major" configure.ac core/socca-plugin.pc.in plugins/template/Makefile.new \
  packaging/build-deb tests/install/tap.sh doc/plugins.md $(grep -l 'socca/[^*]*\.so' packaging/debian/socca*.install)
ok "the number for pkg-config" all 'abi_major=[0-9]+' "$major" core/socca-plugin.pc.in
ok "the virtual package" all 'socca-plugin-abi-[0-9]+' "$major" packaging/debian/control doc/packaging.md
ok "and its version" all 'socca-plugin-abi-[0-9]+ \(= [0-9.]+' "$major.$minor" packaging/debian/control
ok "folders of private modules" all 'socca/private-[0-9]+' "$soname" configure.ac packaging/debian/libsocca0.install \
  tests/install/tap.sh doc/plugins.md
ok "libsocca.so" all 'libsocca\.so\.[0-9]+' "$soname" packaging/debian/libsocca0.install
ok "its package" all 'libsocca[0-9]+' "$soname" packaging/debian/control packaging/test-packages doc/packaging.md
echo "1..$n"
