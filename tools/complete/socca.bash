# SPDX-License-Identifier: BSD-3-Clause
# Completion of socca's commands in bash. Options come from --help and names from --list and --options, so that it
# knows what the installed version and its plugins know.

_socca_options() { "$1" --help 2>/dev/null | grep -oE '^ +(-[a-zA-Z], )?--[a-z-]+=?' | grep -oE -e '--[a-z-]+=?'; }
# Names only: compgen -W expands what it is given, and files may be called anything.
_socca_plugins() {
  socca-run --list 2>/dev/null |
    awk -v kind="$1" '(kind == "" || $1 == kind) && $2 ~ /^[a-z][a-z0-9_]*$/ && $5 == "usable" {print $2}'
}
_socca_keys() { socca-run --options="$1" 2>/dev/null | awk '/^$/ {exit} NR > 2 {print $1 "="}'; }

_socca() {
  local tool=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} method=nautilus i
  COMPREPLY=()
  # '=' is a word of its own unless COMP_WORDBREAKS says otherwise
  if [[ $word == "=" ]]; then word=; elif [[ $before == "=" && COMP_CWORD -ge 2 ]]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi
  if [[ $word == --*=* ]]; then before=${word%%=*} word=${word#*=}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == --method=* ]] && method=${COMP_WORDS[i]#*=}
    [[ ${COMP_WORDS[i]} == --method && ${COMP_WORDS[i + 1]} == "=" ]] && method=${COMP_WORDS[i + 2]}
  done
  case $before in
    --method | --options) mapfile -t COMPREPLY < <(compgen -W "$(_socca_plugins sampler)" -- "$word") ;;
    --pool) mapfile -t COMPREPLY < <(compgen -W "$(_socca_plugins pool)" -- "$word") ;;
    --progress) mapfile -t COMPREPLY < <(compgen -W "auto bar log none" -- "$word") ;;
    --export) mapfile -t COMPREPLY < <(compgen -W "csv getdist" -- "$word") ;;
    -o | --set) mapfile -t COMPREPLY < <(compgen -W "$(_socca_keys "$method")" -- "$word") ;;
    --plugin-path) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    *)
      if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_socca_options "$tool")" -- "$word")
      elif [[ $tool == *plugin-new ]]; then
        [[ $COMP_CWORD -eq 1 ]] && mapfile -t COMPREPLY < <(compgen -W "sampler pool model" -- "$word")
      else
        local want='*.y?(a)ml'
        [[ $tool == *result || $tool == *plot ]] && want='*.nc'
        [[ $tool == *inspect ]] && want='*.@(so|ckpt)'
        local glob
        glob=$(shopt -p extglob)
        shopt -s extglob
        mapfile -t COMPREPLY < <(compgen -d -- "$word"; compgen -f -X "!$want" -- "$word")
        [[ $tool == *inspect ]] && mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(
          compgen -W "$(_socca_plugins)" -- "$word")
        $glob
        compopt -o filenames 2>/dev/null
      fi
      ;;
  esac
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -F _socca socca-run socca-model socca-result socca-inspect socca-plugin-new
