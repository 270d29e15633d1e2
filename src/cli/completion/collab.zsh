#compdef collab
# Completion of collab for zsh.

_collab() {
  local -a answer plain open
  local line value note files=0
  answer=("${(@f)$(command collab completion zsh -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  for line in "${answer[@]}"; do
    case $line in
      (:files) files=1; continue ;;
      (:*|'') continue ;;
    esac
    value=${line%%$'\t'*}
    note=${line#*$'\t'}
    value=${value//:/\\:}
    [[ -z $note ]] || value+=":$note"
    if [[ ${line%%$'\t'*} == *= ]]; then open+=("$value"); else plain+=("$value"); fi
  done
  if (( ${#plain} + ${#open} > 0 )); then
    (( ${#plain} == 0 )) || _describe -V 'collab' plain
    (( ${#open} == 0 )) || _describe -V 'collab' open -S ''
  elif (( files )); then
    _files
  fi
}

# As a file of $fpath, this is the body of the function; from source or eval, it is registered.
if [[ ${funcstack[1]} == _collab ]]; then
  _collab "$@"
elif (( $+functions[compdef] )); then
  compdef _collab collab
fi
