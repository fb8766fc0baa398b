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
rooms='base|maths|document|store|plugin|config|run|result|fit|tools|plugins|numeric|samplers|models|pools'
sees() { # folder, rooms it may include: doc/design.md draws them
  check "$1 sees nothing but: ${2:-the public headers}" \
    "$(grep -rnE "#[[:space:]]*include[[:space:]]*[\"<]($rooms)/" "$1" --include='*.[ch]' --include='*.cc' | grep -vE "include <(${2:-none})/")"
}
ours='lib core result fit tools plugins'
echo 1..22
sees lib/base 'base'
sees lib/maths 'base|maths'
sees lib/document 'base|maths|document'
sees lib/store 'base|store'
sees core/plugin 'base|plugin'
sees core/config 'base|maths|document|config'
sees core/run 'base|maths|document|store|plugin|config|run'
sees result 'base|maths|store|plugin|config|result'
sees fit 'base|maths|document|store|plugin|config|run|result|fit'
sees plugins 'numeric|samplers|models|pools'
check "what is private to a room is seen there alone" "$(for h in lib/*/*_private.h core/*/*_private.h fit/*_private.h result/*_private.h; do
  grep -rlE "[\"</]$(basename "$h")[\">]" $ours --include='*.[ch]' | grep -v "^$(dirname "$h")/"
done)"
check "dlfcn.h and ltdl.h only in core/plugin/dl.c" "$(inc '<(dlfcn|ltdl)\.h>' "$ours" '^core/plugin/dl\.c$')"
check "mpi.h only in plugins/pools/mpi" "$(inc '<mpi\.h>' "$ours" '^plugins/pools/mpi/')"
check "FITS, WCS and FFTW only in plugins/models/image" "$(inc '<(fitsio|wcslib/.*|wcs|fftw3)\.h>' "$ours" '^plugins/models/image/')"
check "netCDF only in result/result_netcdf.c" "$(inc '<netcdf\.h>' "$ours" '^result/result_netcdf\.c$')"
check "yaml.h only in lib/document" "$(inc '<yaml\.h>' "$ours" '^lib/document/')"
check "no file over 600 lines" "$(find $ours include tests bench examples -name '*.[ch]' 2>/dev/null | xargs wc -l | awk '$2 != "total" && $1 > 600')"
check "rooms within the sizes of doc/design.md" "$(sed -n 's/^| \([a-z]*\/*[a-z]*\) | \([0-9]*\) .*/\1 \2/p' doc/design.md |
  while read -r room most; do
    n=$(cat "$room"/*.[ch] | wc -l)
    [ "$n" -le "$most" ] || echo "$room: $n lines, at most $most"
  done)"
check "the core has at most 5,000 lines" "$(n=$(cat core/*/*.[ch] | wc -l)
  [ "$n" -le 5000 ] || echo "$n lines")"
check "an SPDX line in every source" "$(find $ours include tests bench examples -name '*.[ch]' -o -name '*.am' -o -name '*.sh' 2>/dev/null | xargs grep -L 'SPDX-License-Identifier')"
check "no unbounded or locale-bound input functions" "$(grep -rnE '\b(strtok|sprintf|vsprintf|atoi|atof|sscanf|gets|strncpy)[[:space:]]*\(' $ours --include='*.[ch]')"
check "plugins do not exit or print" "$(grep -rnE '\b(exit|_exit|abort|printf|puts|putchar)[[:space:]]*\(' plugins --include='*.[ch]' | grep -vE 'plugins/(pools/|models/image/fits_guard\.c)')"
