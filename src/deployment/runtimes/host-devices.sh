#!/bin/sh
# Prints a line for each of the paths that exists, and for each device file below those that are folders: the path that
# was asked for, its kind, `mode uid gid`, and whether this login may open it, separated by tabs. POSIX sh, with find and
# stat of coreutils or busybox.
LC_ALL=C; export LC_ALL
describe() { # path that was asked for, file
  kind=other
  if [ -c "$2" ]; then kind=character; elif [ -b "$2" ]; then kind=block; elif [ -d "$2" ]; then kind=folder; fi
  may=no
  if [ -r "$2" ] && { [ "$kind" = block ] || [ -w "$2" ]; }; then may=yes; fi
  printf '%s\t%s\t%s\t%s\n' "$1" "$kind" "$(stat -L -c '%a %u %g' "$2" 2>/dev/null)" "$may"
}
for path in "$@"; do
  [ -e "$path" ] || continue
  describe "$path" "$path"
  [ -d "$path" ] || continue
  find "$path/" '(' -type c -o -type b ')' 2>/dev/null | while IFS= read -r file; do describe "$path" "$file"; done
done
