#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Tries the pool '@NAME@': the file conforms, loads, and a run on it gives the serial pool's bits.
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
  socca-run --plugin-path="$here" --output="$name.nc" --checkpoint="$name.ckpt" "$@" fit.yaml
}
digest() { socca-result --digest "$1.nc"; }
same() { [ -n "$(digest serial)" ] && [ "$(digest "$1")" = "$(digest serial)" ]; }
cat >fit.yaml <<'END'
model: problems
problem: {name: gaussian, ndim: 2}
sampler: {method: nautilus, n_live: 200, n_eff: 500}
END

try "conforms" socca-inspect --check "$here/@FILE@.so"
try "loads" socca-inspect --probe "$here/@FILE@.so"
try "the serial pool" fit serial --pool=serial
try "this one" fit mine --pool=@NAME@
try "... gives the same bits" same mine
try "stops after some calls" fit parts --pool=@NAME@ --max-calls=400
try "goes on" fit parts --pool=@NAME@
try "... to the same bits" same parts
exit $failed
