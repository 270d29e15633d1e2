#!/bin/sh
# Lists the folders below a folder: sh -c <this> sh <folder>
# Prints a line per folder: its size in blocks of 1024 bytes, and its name. Prints nothing without such a folder.
cd "$1" 2>/dev/null || exit 0
for one in */; do
  [ -d "$one" ] && du -sk -- "$one"
done
true
