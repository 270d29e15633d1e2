#!/bin/sh
# Ends the wrappers of a run whose roles are plain processes, and what they started:
#   sh -c <this> sh <folder of the run> <grace period in seconds> [<folder of the wrapper, if not that of the run>]
# Exits with 1 if some do not end.
run=$1
left=$(($2 * 5))
wrapper=${3:-$run/collab}/wrapper.py

wrappers() {
  grep -lsF -- "$run/" /proc/[0-9]*/cmdline | while read -r file; do
    process=${file%/cmdline}
    case "$(cat -- "$file" 2>/dev/null | tr '\0' ' ')" in
      *python*" "*/wrapper.py*" $run/"*) echo "${process#/proc/}" ;;
    esac
  done
}

for pid in $(wrappers); do kill -TERM "$pid" 2>/dev/null; done
while [ "$left" -gt 0 ] && [ -n "$(wrappers)" ]; do
  sleep 0.2
  left=$((left - 1))
done
for pid in $(wrappers); do kill -KILL "$pid" 2>/dev/null; done

# A wrapper that was killed could not end its role.
failed=0
for folder in "$run"/[0-9]*/*-[0-9]* "$run"/warm/*-[0-9]*; do
  [ -e "$folder/role.json" ] || continue
  [ ! -e "$folder/exit.json" ] || continue
  [ -e "$wrapper" ] || continue
  python3 -B "$wrapper" --end "$folder" || failed=1
done
exit "$failed"
