#!/bin/sh
# Passes on what is written into a FIFO, which is made if it is not there: sh -c <this> sh <FIFO>
# Prints an empty line once it listens: what happened before, it does not tell. Both ways, so that opening does not wait for a
# writer and reading does not end with one. Ends with its input, and so with the connection: a reader that stayed would take
# what the next one waits for.
[ -p "$1" ] || mkfifo -m 600 "$1" 2>/dev/null
[ -p "$1" ] || exit 1
exec 3<>"$1" || exit 1
cat <&3 &
trap 'kill $!; exit 0' TERM
echo
read -r _
kill $!
