# Completion of collab for bash 4.4 or newer, with or without the package bash-completion.

_collab() {
  local words=() word rest=${COMP_LINE:0:COMP_POINT} i answer
  # Bash also splits words at = and :, so words without a space between them are put together again.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || word=${rest#"${rest%%[![:space:]]*}"}
    if ((i > 0)) && [[ $rest != [[:space:]]* ]]; then words[-1]+=$word; else words+=("$word"); fi
    rest=${rest#"${rest%%[![:space:]]*}"}
    rest=${rest#"$word"}
  done
  mapfile -t answer < <(command collab completion bash -- "${words[@]:1}" 2>/dev/null)
  ((${#answer[@]} > 0)) || return 0

  # Bash replaces only what follows the last = or : of the word.
  local current=${words[-1]} kept='' line value breaks=${COMP_WORDBREAKS//[^=:]/}
  [[ -z $breaks ]] || kept=${current%"${current##*["$breaks"]}"}
  COMPREPLY=()
  for line in "${answer[@]}"; do
    [[ $line != :* ]] || continue
    value=${line%%$'\t'*}
    COMPREPLY+=("${value#"$kept"}")
  done
  compopt -o nosort
  if ((${#COMPREPLY[@]} == 0)); then
    [[ ${answer[-1]} != :files ]] || compopt -o default
  elif [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
    compopt -o nospace
  fi
}

complete -F _collab collab
