#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every installed command has a manual page and completions.
. "${SOCCA_SOURCE:-.}/tests/install/tap.sh"
root=$DESTDIR_KEPT$prefix
for path in "$root"/bin/socca-*; do
  tool=$(basename "$path")
  page=$root/share/man/man1/$tool.1
  ok "$tool has a manual page" test -s "$page"
  if have man; then
    ok "without a fault" sh -c "! LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l '$page' 2>&1 >page | grep ."
    missing= known=0
    for option in $("$tool" --help | grep -oE '^ +(-[a-zA-Z], )?--[a-z-]+' | grep -oE -e '--[a-z-]+'); do
      known=$((known + 1))
      grep -q -e "$option" page || missing="$missing $option"
    done
    ok "with all $known options" [ -z "$missing" -a $known -ge 5 ]
  else
    skip "$tool: its page shown" "no man"
  fi
  ok "$tool has completions" test -r "$root/share/bash-completion/completions/$tool"
done
if have bash; then
  cat >complete.bash <<'END'
. "$1/share/bash-completion/completions/socca-run" || exit 1
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
compopt() { :; }
_socca
echo "${COMPREPLY[*]}"
END
  completes() { # what comes out, words
    want=$1
    shift
    got=$(bash complete.bash "$root" "$@")
    [ "$got" = "$want" ] || { echo "'$got', not '$want'"; return 1; }
  }
  touch fit.yaml fit.nc other.txt
  ok "an option" completes "--max-time= --max-calls=" socca-run --max
  ok "a value" completes nautilus socca-run --method = na
  ok "... of one word" completes nautilus socca-run --method=na
  ok "a pool" completes serial socca-run --pool = ser
  ok "a sampler's option" completes "n_live=" socca-run --method = nautilus -o n_liv
  ok "a fit file" completes fit.yaml socca-run fi
  ok "a result" completes fit.nc socca-result fi
  ok "a plugin" completes problems socca-inspect prob
  ok "a kind" completes "sampler" socca-plugin-new s
else
  skip "completions" "no bash"
fi
plan
