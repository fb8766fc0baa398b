#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Tries the sampler '@NAME@': the file conforms, loads, runs, and gives the same bits however it is run.
PATH=$(${PKG_CONFIG:-pkg-config} --variable=exec_prefix socca-plugin)/bin:$PATH
here=$PWD
rm -rf check.tmp
mkdir check.tmp && cd check.tmp || exit 1
failed=0
try() { # title, command...
  title=$1
  shift
  if "$@" >log 2>&1; then echo "ok - $title"; else
    echo "not ok - $title: $*"
    sed 's/^/# /' log
    failed=1
  fi
}
fit() { # name of the run, options
  name=$1
  shift
  socca-run --plugin-path="$here" --method=@NAME@ --output="$name.nc" --checkpoint="$name.ckpt" "$@" fit.yaml
}
digest() { socca-result --digest "$1.nc"; }
same() { [ -n "$(digest whole)" ] && [ "$(digest "$1")" = "$(digest whole)" ]; }
cat >fit.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 2}
END

try "conforms" socca-inspect --check "$here/@FILE@.so"
try "loads" socca-inspect --probe "$here/@FILE@.so"
try "runs" fit whole
try "stops after some calls" fit parts --max-calls=150
try "goes on" fit parts
try "... to the same bits" same parts
if fit mp --pool=mp:2 --dry-run >log 2>&1; then
  try "runs on two processes" fit mp --pool=mp:2
  try "... to the same bits" same mp
else
  echo "skipped - two processes: $(tail -1 log)"
fi
exit $failed
