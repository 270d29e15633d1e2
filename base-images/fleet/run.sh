#!/bin/sh
# run.sh <service>: becomes the program of a service, with the arguments in the service's file `args`, one per line.
set -eu
case $1 in
  member) program=/usr/local/bin/member ;;
  nats)
    program=/usr/sbin/nats-server
    # Keeps its peaks at 27 to 81 MB instead of 83 to 214 MB.
    export GOMEMLIMIT=64MiB
    ;;
  agent) program=/usr/bin/node ;;
  *) echo "there is no service $1" && exit 1 ;;
esac
set --
while IFS= read -r argument || [ -n "$argument" ]; do
  set -- "$@" "$argument"
done <args
exec "$program" "$@"
