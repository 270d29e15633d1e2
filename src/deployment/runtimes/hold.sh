#!/bin/sh
# Lets the wrapper of a role wait: sh -c <this> <folder of the role> [<program> <argument>...]
# Holds the pipe `hold` in the folder open for as long as its own input is, then starts the program, if there is one, in the
# background; what that prints goes to wrapper.log. Prints its process id, or an empty line, once the pipe is held.
# After the word `go`, the file `go` lets the role begin. Without it, the end of the pipe tells the wrapper to end.
umask 077
mkfifo -- "$0/hold" && exec 3<>"$0/hold" || exit 1
if [ $# -gt 0 ]; then
  nohup "$@" </dev/null >"$0/wrapper.log" 2>&1 3>&- &
  echo $!
else
  echo
fi
read -r word && [ "$word" = go ] && : >"$0/go"
