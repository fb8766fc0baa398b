#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Dependencies point one way, and other rules that a compiler does not check.
src=${SOCCA_SOURCE:-$(dirname "$0")/..}
cd "$src" || exit 1
n=0
check() { # title, offending lines
  n=$((n + 1))
  if [ -z "$2" ]; then echo "ok $n - $1"; else
    echo "not ok $n - $1"
    printf '%s\n' "$2" | head -20 | sed 's/^/# /'
  fi
}
# files including a header, less the allowed ones
inc() { grep -rlE "#[[:space:]]*include[[:space:]]*$1" $2 --include='*.c' --include='*.h' --include='*.cc' 2>/dev/null | grep -vE "$3"; }
echo 1..15
check "base sees no other room" "$(inc '["<](plugin|config|run)/' core/base '^$')"
check "plugin does not see config or run" "$(inc '["<](config|run)/' core/plugin '^$')"
check "config does not see plugin or run" "$(inc '["<](plugin|run)/' core/config '^$')"
check "core does not see tools or plugins" "$(inc '["<](tools|plugins|numeric|samplers|models|pools)/' core '^$')"
check "plugins do not see core" "$(inc '["<](base|plugin|config|run)/' plugins '^$')"
check "dlfcn.h and ltdl.h only in core/plugin/dl.c" "$(inc '<(dlfcn|ltdl)\.h>' 'core tools plugins' '^core/plugin/dl\.c$')"
check "mpi.h only in plugins/pools/mpi" "$(inc '<mpi\.h>' 'core tools plugins' '^plugins/pools/mpi/')"
check "FITS, WCS and FFTW only in plugins/models/image" "$(inc '<(fitsio|wcslib/.*|wcs|fftw3)\.h>' 'core tools plugins' '^plugins/models/image/')"
check "netCDF only in core/run/result_netcdf.c" "$(inc '<netcdf\.h>' 'core tools plugins' '^core/run/result_netcdf\.c$')"
check "yaml.h only in core/config" "$(inc '<yaml\.h>' 'core tools plugins' '^core/config/')"
check "no file over 600 lines" "$(find core plugins tools include tests bench examples -name '*.[ch]' 2>/dev/null | xargs wc -l | awk '$2 != "total" && $1 > 600')"
check "rooms of the core within the sizes of doc/design.md" "$(sed -n 's/^| \(core\/[a-z]*\) | \([0-9]*\) .*/\1 \2/p' doc/design.md |
  while read -r room most; do
    n=$(cat "$room"/*.[ch] | wc -l)
    [ "$n" -le "$most" ] || echo "$room: $n lines, at most $most"
  done)"
check "an SPDX line in every source" "$(find core plugins tools include tests bench examples -name '*.[ch]' -o -name '*.am' -o -name '*.sh' 2>/dev/null | xargs grep -L 'SPDX-License-Identifier')"
check "no unbounded or locale-bound input functions" "$(grep -rnE '\b(strtok|sprintf|vsprintf|atoi|atof|sscanf|gets|strncpy)[[:space:]]*\(' core plugins tools --include='*.[ch]')"
check "plugins do not exit or print" "$(grep -rnE '\b(exit|_exit|abort|printf|puts|putchar)[[:space:]]*\(' plugins --include='*.[ch]' | grep -vE 'plugins/(pools/|models/image/fits_guard\.c)')"
