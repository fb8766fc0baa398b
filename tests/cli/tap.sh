# SPDX-License-Identifier: BSD-3-Clause
# Sourced by the tests of the command-line tools: a scratch folder as current directory, the plugins of the build
# tree, TAP output, and short checks of what a command printed.
. "${SOCCA_SOURCE:-.}/tests/static.sh"
build=$(cd "${SOCCA_BUILD:-.}" && pwd)
unset SOCCA_POOL SOCCA_DISABLE SOCCA_ISA
unset OMPI_COMM_WORLD_SIZE OMPI_COMM_WORLD_RANK PMI_SIZE PMI_RANK PMIX_RANK PALS_RANKID SLURM_STEP_NUM_TASKS SLURM_PROCID
SOCCA_PLUGIN_PATH=$build/.libs
SOCCA_PRIVATE_PATH=$build/.libs
SOCCA_PLUGIN_PATH_ONLY=1 # whatever is installed on this machine
export SOCCA_PLUGIN_PATH SOCCA_PRIVATE_PATH SOCCA_PLUGIN_PATH_ONLY
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
n=0
ok() { # title, condition as a command
  n=$((n + 1))
  title=$1
  shift
  if "$@"; then echo "ok $n - $title"; else
    echo "not ok $n - $title"
    sed 's/^/# /' out err | head -40
  fi
}
run() { # wanted status, tool, arguments
  want=$1
  tool=$2
  shift 2
  "$build/$tool" "$@" >out 2>err
  got=$?
  [ $got -eq "$want" ] || { echo "# status $got, not $want: $tool $*"; return 1; }
}
fails() { # title, wanted status, pattern on standard error, tool, arguments
  what=$1
  status=$2
  pattern=$3
  shift 3
  ok "$what" run "$status" "$@"
  ok "... says so" err "$pattern"
  ok "... and nothing else" [ ! -s out ]
}
out() { grep -q -e "$1" out; }
err() { grep -q -e "$1" err; }
json() { python3 -c "import json,math
d=json.load(open('out'))
assert $1, d"; }
digest() { # of a result
  "$build/socca-result" --digest "$1"
}
loads() { # do these programs load this plugin of the build tree from a file?
  [ -f "$build/$1" ] && ! programs_are_static "$build"
}
plan() { echo "1..$n"; }
