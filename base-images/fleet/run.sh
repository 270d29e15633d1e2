#!/bin/sh
# run.sh <service>: becomes the program of a service, with the arguments in the service's file `args`, one per line.
set -eu
case $1 in
  member) program=/usr/local/bin/member ;;
  nats)
    program=/usr/sbin/nats-server
    # Keeps its peaks at 27 to 81 MB instead of 83 to 214 MB.
    export GOMEMLIMIT=64MiB
    # A server that was removed from the cluster must not show up there under its old name: the agent gives it a new one.
    arguments=/state/fleet/services/agent.args
    if [ -s "$arguments" ] && { IFS= read -r agent && IFS= read -r settings; } <"$arguments"; then
      timeout 15 /usr/bin/node "$agent" "$settings" before-server || true
    fi
    ;;
  agent) program=/usr/bin/node ;;
  *) echo "there is no service $1" && exit 1 ;;
esac
set --
while IFS= read -r argument || [ -n "$argument" ]; do
  set -- "$@" "$argument"
done <args
exec "$program" "$@"
