#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The table of doc/parallelization.md is what `socca-run --matrix` computes; --print makes it.
printing=$1
. "${SOCCA_SOURCE:-.}/tests/cli/tap.sh"
cat >table.py <<'END'
import json, sys
m = json.load(open("out"))
own = {"template_sampler", "walks"}  # not installed
pools = [p for p in ("serial", "mp", "mpi") if p in m["pools"]]
print("| sampler | " + " | ".join(pools) + " |")
print("| --- |" + " --- |" * len(pools))
for s in m["samplers"]:
    if s not in own:
        print("| " + s + " | " + " | ".join(m["cells"][s][p]["use"] for p in pools) + " |")
END
ok "--matrix" run 0 socca-run --matrix --json
python3 table.py >computed
if [ "$printing" = --print ]; then
  cat computed
  exit
fi
sed -n '/^<!-- made by: sh tests.cli.matrix.sh/,/^<!-- end/p' "${SOCCA_SOURCE:-.}/doc/parallelization.md" | grep '^|' >printed
if grep -q '| mpi |' computed; then
  ok "the table of doc/parallelization.md" cmp computed printed
else
  n=$((n + 1))
  echo "ok $n - the table of doc/parallelization.md # SKIP built without MPI"
fi
plan
