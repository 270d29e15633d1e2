#!/bin/sh
# Ends what listens in a run's folders for a controller whose connection is gone: sh -c <this> sh <folder of the run>
# A device that is not told of the end of a connection keeps its session for minutes.
grep -lsF -- "$1/" /proc/[0-9]*/cmdline | while read -r file; do
  case "$(cat -- "$file" 2>/dev/null | tr '\0' ' ')" in
    "sh -c "*" sh $1/"*/told\ )
      process=${file%/cmdline}
      kill -TERM "${process#/proc/}" 2>/dev/null
      ;;
  esac
done
exit 0
