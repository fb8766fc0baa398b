#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Tries the model '@NAME@': the file conforms, loads, reads its keys, and can be evaluated and fitted.
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
loglike() { # wanted value, options
  want=$1
  shift
  got=$(socca-model --plugin-path="$here" fit.yaml --loglike "$@") || return 1
  awk "BEGIN {exit !($got - $want < 1e-12 && $want - $got < 1e-12)}" || { echo "$got, not $want"; return 1; }
}
refuses() { # where and what, fit file
  socca-run --plugin-path="$here" --dry-run "$2" && return 1
  socca-run --plugin-path="$here" --dry-run "$2" 2>&1 | grep -e "$1"
}
cat >fit.yaml <<'END'
model: @NAME@
@NAME@: {sigma: 0.1}
x: uniform(0, 1)
y: uniform(0, 1)
END
sed 's/0.1/-1/' fit.yaml >wrong.yaml
sed 's/sigma/sgma/' fit.yaml >typo.yaml

try "conforms" socca-inspect --check "$here/@FILE@.so"
try "loads" socca-inspect --probe "$here/@FILE@.so"
try "has this log-likelihood" loglike 2.7672931195787458 --at x=0.5 --at y=0.5
try "and this one" loglike 2.2672931195787458 --at x=0.6 --at y=0.5
try "tells where a value is wrong" refuses "wrong.yaml:2:.*greater than 0" wrong.yaml
try "tells where a key is wrong" refuses "typo.yaml:2:.*did you mean 'sigma'" typo.yaml
try "can be fitted" socca-run --plugin-path="$here" -o n_live=200 -o n_eff=500 fit.yaml
exit $failed
