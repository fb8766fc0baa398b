# SPDX-License-Identifier: BSD-3-Clause
# Sourced. Static programs (--enable-static-programs) load no plugins from files.
programs_are_static() { # build folder
  grep -q '^BUILTIN_STATIC = -all-static' "$1/Makefile"
}
