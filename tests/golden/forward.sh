#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The reference cases of the forward model: log-likelihood and maps of each at its own tolerance, and
# with `compat: socca` the original's values where the case says that it gives them.
#   $1...: names of cases (default: all)
needs='model image'
. "${SOCCA_SOURCE:-.}/tests/needs.sh"
if [ -z "$SOCCA_DATA" ]; then
  echo "1..1"
  echo "ok 1 # SKIP SOCCA_DATA not set"
  exit 0
fi
build=${SOCCA_BUILD:-.}
SOCCA_PLUGIN_PATH=$build/.libs
export SOCCA_PLUGIN_PATH
compare=$build/tests/golden/forward_compare
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT INT TERM
n=0
failed=0

run() { # title, fit file, which values
  title=$1
  n=$((n + 1))
  rm -f "$work"/map_*.fits
  value=$("$build/socca-model" -q --loglike --maps="$work/map" "$2" 2>"$work/log")
  if [ $? -ne 0 ]; then
    if grep -q 'is not supported yet' "$work/log"; then
      echo "ok $n - $title # SKIP $(sed -n 's/.*: \(.* is not supported yet\).*/\1/p' "$work/log" | head -1)"
    else
      echo "not ok $n - $title"
      sed 's/^/# /' "$work/log"
      failed=$((failed + 1))
    fi
    return
  fi
  if told=$("$compare" "$folder" "$case" "$work/map" "$value" $3); then
    echo "ok $n - $title"
  else
    echo "not ok $n - $title"
    printf '%s\n' "$told" | head -8 | sed 's/^/#/'
    sed 's/^/# /' "$work/log" | head -4
    failed=$((failed + 1))
  fi
}

cases=$*
[ -n "$cases" ] || cases=$(cd "$SOCCA_DATA/refs/forward" && ls -d */ | tr -d /)
for case in $cases; do
  folder=$SOCCA_DATA/refs/forward/$case
  run "$case" "$folder/$case.yaml" ""
  grep -q '"compat_socca_gives_upstream": true' "$folder/$case.json" || continue
  rm -rf "$work/case"
  mkdir "$work/case"
  for f in "$folder"/*; do ln -s "$f" "$work/case/"; done
  rm -f "$work/case/$case.yaml"
  sed 's/^image:$/image:\n  compat: socca/' "$folder/$case.yaml" >"$work/case/$case.yaml"
  run "$case, as the original" "$work/case/$case.yaml" upstream
done
echo "1..$n"
[ "$failed" -eq 0 ]
