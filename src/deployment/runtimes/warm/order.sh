#!/bin/sh
# Gives a process that stays for the run its next order, the input: sh -c <this> sh <folder>
# The file is replaced in one step, and then a byte wakes the wrapper. Opened both ways, so that a wrapper that is gone
# blocks nobody.
umask 077
cat >"$1/order.json.part" && mv -f "$1/order.json.part" "$1/order.json" || exit 1
[ -p "$1/wake" ] || exit 0
printf x 1<>"$1/wake"
