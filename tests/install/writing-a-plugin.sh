#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Follows doc/writing-a-plugin.md literally: blocks marked "c FILE" are written, in pieces, and blocks marked "sh" are run.
. "${SOCCA_SOURCE:-.}/tests/install/tap.sh"
page=$source/doc/writing-a-plugin.md
awk '
  /^```/ && !inside { inside = 1; $0 = substr($0, 4); kind = $1; what = $2; count++; next }
  /^```/ { inside = 0; if (kind == "c") pieces[what] = 1; next }
  inside && kind == "sh" { block = sprintf("block-%02d.%s", count, what == "" ? "sh" : what); print > block }
  inside && kind == "c" { block = sprintf("block-%02d.c", count); if (!(block in seen)) print what > block
                          seen[block] = 1; print > block }' "$page"
start=$(date +%s)
for block in block-*; do
  case $block in
    *.c)
      file=$(head -1 "$block")
      case " $written " in *" $file "*) ;; *) : >"$file" ;; esac
      written="$written $file"
      sed 1d "$block" >>"$file"
      continue
      ;;
    *.mpi)
      if ! have mpiexec || ! socca-run --list | grep -q '^pool  *mpi .*usable'; then
        skip "$(head -1 "$block")" "no MPI"
        continue
      fi
      ;;
  esac
  ok "$(head -1 "$block") ..." env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
    OMPI_MCA_rmaps_base_oversubscribe=1 sh -e "./$block"
done
echo "# took $(($(date +%s) - start)) s"
lines=$(wc -l <walkers/walkers.c)
echo "# the sampler has $lines lines"
ok "the sampler has at most 120 lines" [ "$lines" -le 120 ]
ok "it is the one of the examples" cmp walkers/walkers.c "$source/examples/out-of-tree/walkers.c"
ok "it compiles without a warning" make -B -C walkers CFLAGS="-O2 -Wall -Wextra -Wconversion -Wshadow -pedantic -Werror"
runs_everywhere walkers walkers
plan
