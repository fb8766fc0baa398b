#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# make installcheck: runs the scripts given, which speak TAP, and tells whether all went well.
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
failed=0
for script in "$@"; do
  echo "# $(basename "$script")"
  sh "$script" >"$log" 2>&1
  code=$?
  cat "$log"
  if [ $code -ne 0 ] || ! grep -q '^1\.\.[0-9]' "$log" || grep -q '^not ok' "$log"; then failed=1; fi
done
[ $failed = 0 ] && echo "# installcheck: all passed" || echo "# installcheck: FAILED"
exit $failed
