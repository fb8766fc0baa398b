# SPDX-License-Identifier: BSD-3-Clause
# Sourced first by tests of plugins in files, which static programs do not load (--enable-static-programs). With
# needs='model image', say: the test will do where that one is built in.
. "${SOCCA_SOURCE:-.}/tests/static.sh"
if programs_are_static "${SOCCA_BUILD:-.}" &&
  ! { [ "$needs" ] && "${SOCCA_BUILD:-.}/socca-run" --list | grep -q "^${needs%% *}  *${needs#* } .* usable"; }; then
  echo "1..0 # SKIP static programs load no plugins from files"
  exit 0
fi
