#!/bin/sh
# Answers each line of its input with the device's time, by the Python program in $1 where there is a python3. Without it,
# `date` stands for both times, and the monotonic clock is unknown.
if command -v python3 >/dev/null 2>&1; then exec python3 -c "$1"; fi
while read -r _; do at=$(date +%s.%N); echo "$at $at -"; done
