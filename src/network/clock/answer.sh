#!/bin/sh
# Answers each input line with the device's time. Runs the Python program in $1 if python3 is installed; otherwise `date`
# gives both wall clock times, and the monotonic clock is unknown.
if command -v python3 >/dev/null 2>&1; then exec python3 -c "$1"; fi
while read -r _; do at=$(date +%s.%N); echo "$at $at -"; done
