#!/bin/sh
# Copies a folder to ~/collab/<name of the folder> on devices, sending only what differs. Plain shell: uses rsync over
# ssh if both ends have it, else tar over ssh. The result is the same as with `collab sync <folder>`.
#
#   scripts/sync_repos.sh <folder> <user@host>...
#
# SSH='ssh -p 2222 -i key' sets the ssh command. TO=folder sets another folder on the devices. DELETE=1 deletes files
# that exist only on the device. .git, .collab, node_modules and __pycache__ are skipped.
# shellcheck disable=SC2086,SC2016  # $ssh and $prune are split into words on purpose; the quoted scripts expand on the device
set -eu

usage() { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# -ge 2 ] || usage
folder=$(cd -- "$1" && pwd) || exit 2
shift
to=${TO:-collab/$(basename "$folder")}
ssh=${SSH:-ssh}
excludes='.git .collab node_modules __pycache__'
prune=''
for name in $excludes; do prune="$prune -name $name -prune -o"; done

# Quotes any text as one word for the device's shell.
quote() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; }

# Refuses links that point outside the folder: their targets do not exist on the device.
bad=$(cd -- "$folder" && find . $prune -type l -exec sh -c '
  top=$(pwd -P)
  for link; do
    target=$(readlink "$link")
    led=$(cd -- "$(dirname "$link")" && realpath -m -- "$target")
    case $target in /*) echo "$link -> $target"; continue ;; esac
    case $led/ in "$top"/*) ;; *) echo "$link -> $target" ;; esac
  done' sh {} +)
if [ -n "$bad" ]; then
  printf 'sync_repos: links lead out of %s. Nothing was sent.\n%s\n' "$folder" "$bad" >&2
  exit 2
fi

by_rsync() {
  host=$1
  set --
  [ -z "${DELETE:-}" ] || set -- --delete
  for name in $excludes; do set -- "$@" "--exclude=$name"; done
  rsync -rlptO --chmod=ug-s,a-t --protect-args --rsh="$ssh" "$@" "$folder/" "$host:$to/"
}

# One line per entry: kind, mode, time, and hash or target, then a tab and the name. Equal lines need no transfer.
list='find . '"$prune"' ! -name . -exec sh -c '"'"'
  for f; do
    if [ -h "$f" ]; then printf "link %s\t%s\n" "$(readlink "$f")" "$f"
    elif [ -d "$f" ]; then printf "folder %s\t%s\n" "$(stat -c %a "$f")" "$f"
    elif [ -f "$f" ]; then printf "file %s %s\t%s\n" "$(stat -c "%a %Y" "$f")" "$(sha256sum <"$f" | cut -c 1-64)" "$f"
    fi
  done'"'"' sh {} + | LC_ALL=C sort'

# Changes are unpacked into a staging folder and renamed from there, so a lost connection leaves no partial file.
receive='cd -- "$to" && stage=$PWD/.collab-sync.$$ && mkdir "$stage" && trap "rm -rf \"\$stage\"" EXIT \
  && tar -C "$stage" -xpf - && rm "$stage/.collab-whole" \
  && while read -r mode path; do mkdir -p "$path" || exit 1; done <"$stage/.collab-folders" \
  && (cd "$stage" && find . ! -type d ! -name .collab-folders \
    -exec sh -c '"'"'for f; do mv -fT "$f" "../$f" || exit 1; done'"'"' sh {} +) \
  && while read -r mode path; do chmod "$mode" "$path" || exit 1; done <"$stage/.collab-folders"'

remove='cd -- "$to" && while IFS= read -r f; do
  if [ -d "$f" ] && [ ! -h "$f" ]; then rmdir "$f"; else rm -f "$f"; fi
done'

# Only rsync supports names with a line break or a tab.
by_tar() {
  host=$1
  work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || return 1
  (cd -- "$folder" && eval "$list") >"$work/here" || return 1
  $ssh "$host" "cd -- $(quote "$to") && $list" </dev/null >"$work/there" || return 1
  LC_ALL=C comm -23 "$work/here" "$work/there" >"$work/differs"
  grep -v '^folder ' "$work/differs" | cut -f 2- >"$work/names"
  grep '^folder ' "$work/differs" | sed 's/^folder //' | tr '\t' ' ' | LC_ALL=C sort -k 2 >"$work/.collab-folders"
  : >"$work/.collab-whole"
  if [ -s "$work/differs" ]; then
    tar -C "$folder" --no-recursion --no-unquote --format=posix -cf - -T "$work/names" \
      -C "$work" .collab-folders .collab-whole | $ssh "$host" "to=$(quote "$to"); $receive" || return 1
  fi
  [ -n "${DELETE:-}" ] || return 0
  cut -f 2- "$work/here" | LC_ALL=C sort >"$work/ours"
  cut -f 2- "$work/there" | LC_ALL=C sort | LC_ALL=C comm -13 "$work/ours" - | LC_ALL=C sort -r >"$work/gone"
  $ssh "$host" "to=$(quote "$to"); $remove" <"$work/gone"
}

failed=''
for host; do
  case $host in -*) usage ;; esac
  if ! $ssh "$host" "mkdir -p $(quote "$to")" </dev/null; then
    failed="$failed $host"
    continue
  fi
  how=tar
  if command -v rsync >/dev/null && $ssh "$host" 'command -v rsync' </dev/null >/dev/null; then how=rsync; fi
  if ("by_$how" "$host"); then echo "$host:$to is up to date (by $how)"; else failed="$failed $host"; fi
done
[ -z "$failed" ] || { echo "sync_repos: failed on$failed" >&2; exit 4; }
