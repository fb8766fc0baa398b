#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# man-from-help.sh VERSION COMMAND...: a manual page from what COMMAND --help prints, which comes from the table
# that parses the command line.
version=$1
shift
if ! help=$("$@" --help); then # built for another machine
  help="Usage: $(basename "$1") [OPTIONS]
See $(basename "$1") --help."
fi
printf '%s\n' "$help" | awk -v version="$version" '
function escape(s) {
  gsub(/\\/, "\\e", s); gsub(/-/, "\\-", s); gsub(/\047/, "\\(aq", s)
  return substr(s, 1, 1) == "." ? "\\&" s : s
}
function end() { if (option) print ".TP\n\\fB" escape(option) "\\fR\n" escape(text); option = text = "" }
NR == 1 { tool = $2; synopsis = substr($0, length("Usage: " tool) + 2); next }
NR == 2 {
  name = tolower(substr($0, 1, 1)) substr($0, 2)
  sub(/[.:].*/, "", name)
  printf ".TH %s 1 \"\" \"socca %s\" \"socca\"\n", toupper(tool), version
  print ".SH NAME\n" tool " \\- " escape(name) "\n.SH SYNOPSIS\n.B " tool "\n" escape(synopsis)
  print ".SH DESCRIPTION\n" escape($0)
  next
}
/^ +-/ {
  end()
  if (!options++) print ".SH OPTIONS"
  rest = $0; sub(/^ +/, "", rest)
  if (match(rest, /  +/)) { option = substr(rest, 1, RSTART - 1); text = substr(rest, RSTART + RLENGTH) }
  else option = rest
  next
}
/^   / && option { sub(/^ +/, ""); text = text (text == "" ? "" : " ") $0; next }
/./ && NR > 2 && !option { print escape($0) }
END { end() }'
cat <<'END'
.SH EXIT STATUS
.TP
.B 0
success
.TP
.B 1
the run failed; \fBsocca\-inspect \-\-check\fR and \fB\-\-probe\fR: faults found
.TP
.B 2
usage, fit file, or a checkpoint of another problem
.TP
.B 3
plugins that do not work with each other
.TP
.B 4
a plugin is missing, broken or incompatible
.TP
.B 128+n
ended by signal n after the checkpoint was saved
.SH ENVIRONMENT
.TP
.B SOCCA_POOL
the pool, where the command line gives none
.TP
.B SOCCA_PLUGIN_PATH
folders searched for plugins before the user's and the system's, separated by colons; absolute
.TP
.B SOCCA_PLUGIN_PATH_ONLY
1: neither the user's folder nor the system's is searched
.TP
.B SOCCA_DISABLE
plugins that are not to be used: KIND/NAME, separated by commas
.SH SEE ALSO
.BR socca\-run (1),
.BR socca\-model (1),
.BR socca\-result (1),
.BR socca\-inspect (1),
.BR socca\-plugin\-new (1)
END
