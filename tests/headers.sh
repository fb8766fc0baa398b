#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every public header compiles alone, as C11 and as C++17, without a warning.
src=${SOCCA_SOURCE:-$(dirname "$0")/..}
headers=$(cd "$src/include/socca" && echo ./*.h)
echo "1..$(($(echo "$headers" | wc -w) * 2))"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0
try() { # title, file, compiler...
  title=$1 file=$2
  shift 2
  n=$((n + 1))
  if "$@" -Wall -Wextra -Wconversion -Wshadow -pedantic -Werror -I"$src/include" -fsyntax-only "$file" 2>"$work/log"; then
    echo "ok $n - $title"
  else
    echo "not ok $n - $title"
    sed 's/^/# /' "$work/log"
  fi
}
for h in $headers; do
  h=${h#./}
  echo "#include <socca/$h>" >"$work/t.c"
  cp "$work/t.c" "$work/t.cc"
  # shellcheck disable=SC2086 # CC may carry options
  try "$h as C11" "$work/t.c" ${CC:-cc} -std=c11
  # shellcheck disable=SC2086
  try "$h as C++17" "$work/t.cc" ${CXX:-c++} -std=c++17
done
