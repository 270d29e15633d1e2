#!/bin/sh
# Lists what runs left on a device, apart from containers: sh -c <this> sh <folder of the runs>
# Prints a line for each folder of a run (folder, its name, last change in s since 1970, size in KiB) and for each process of
# a wrapper, or that listens to one (process, its id, the name of its run), with tabs in between.
runs=$1
for folder in "$runs"/*; do
  [ -d "$folder" ] || continue
  size=$(du -sk -- "$folder" 2>/dev/null)
  printf 'folder\t%s\t%s\t%s\n' "${folder##*/}" "$(stat -c %Y -- "$folder")" "${size%%[!0-9]*}"
done
grep -lsF -- "$runs/" /proc/[0-9]*/cmdline | while read -r file; do
  line=$(cat -- "$file" 2>/dev/null | tr '\0' ' ')
  process=${file%/cmdline}
  case $line in
    *python*" "*/wrapper.py*" $runs/"*) run=${line#*/wrapper.py*" $runs/"} ;;
    "sh -c "*" sh $runs/"*/told\ ) run=${line##*" sh $runs/"} ;;
    *) continue ;;
  esac
  printf 'process\t%s\t%s\n' "${process#/proc/}" "${run%%/*}"
done
