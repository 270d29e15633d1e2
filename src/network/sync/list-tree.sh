#!/bin/sh
# Lists a folder: sh -c <this> sh <folder> <names to exclude, separated by spaces> <root>...
# Prints, NUL-terminated: the folder, the home folder, rsync's version, and `absent`, or `present` and a record per entry;
# then `links`, and path and target of each link. For coreutils and busybox. Excluded names are listed but not descended
# into, so that the folder that contains them does not appear empty.
to=$1 prune=''
for name in $2; do prune="$prune${prune:+ -o }-name $name"; done
shift 2
case $to in /*) ;; *) to=$HOME/$to ;; esac
printf '%s\0%s\0%s\0' "$to" "$HOME" "$(rsync --version 2>/dev/null | head -n 1)"
if [ ! -e "$to" ] && [ ! -h "$to" ]; then printf 'absent\0'; exit 0; fi
cd -- "$to" || exit 4
printf 'present\0'
for root; do
  shift
  if [ -e "$root" ] || [ -h "$root" ]; then set -- "$@" "$root"; fi
done
[ $# -gt 0 ] || exit 0
# $prune contains arguments for find: `-name a -o -name b`.
# shellcheck disable=SC2086
if stat --printf '' . 2>/dev/null; then
  find "$@" -exec stat --printf '%f %s %.9Y %n\0' {} + \( $prune \) -prune || exit 5
else
  find "$@" -exec stat -c '%f %s %Y %n' {} + \( $prune \) -prune | tr '\n' '\0' || exit 5
fi
printf 'links\0'
# shellcheck disable=SC2016,SC2086
find "$@" \( $prune \) -prune -o -type l -exec sh -c 'for l; do printf "%s\0%s\0" "$l" "$(readlink "$l")"; done' sh {} + || exit 5
