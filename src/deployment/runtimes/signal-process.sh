#!/bin/sh
# Sends a signal to a process: sh -c <this> sh <signal, e.g. -TERM or -0> <process id>
# Exits with 1 when the process has ended. One that has ended but was not reaped (state Z) has ended too.
kill "$1" "$2" 2>/dev/null || exit 1
case "$(cat "/proc/$2/stat" 2>/dev/null)" in
  *") Z "*) exit 1 ;;
esac
