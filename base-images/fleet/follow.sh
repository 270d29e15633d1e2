#!/bin/sh
# Follows the files of the services: starts those that have one, stops those that have none, and restarts those with other
# arguments; the others keep running. It looks once a second and waits until nothing has changed for two looks, because a
# file is not written at once. Only the shell's own commands are used for a look, so that it costs a small device nothing.
set -eu
folder=/state/fleet/services
services='member nats agent'

# Sets `seen` to the content of all files.
look() {
  seen=
  for service in $services; do
    seen="$seen$service:
"
    [ -f "$folder/$service.args" ] || continue
    while IFS= read -r line || [ -n "$line" ]; do
      seen="$seen $line
"
    done <"$folder/$service.args"
  done
}

# Applies the file of one service. Each command may be given again, in case this script ended in the middle.
apply() {
  args=$folder/$1.args own=/run/service/$1/args
  if [ ! -s "$args" ]; then
    [ ! -e "$own" ] || echo "stopping $1"
    rm -f "$own"
    s6-svc -d "/run/service/$1"
  elif [ ! -e "$own" ] || cmp -s "$args" "$own"; then
    [ -e "$own" ] || echo "starting $1"
    cp "$args" "$own"
    s6-svc -u "/run/service/$1"
  else
    echo "restarting $1 with other arguments"
    cp "$args" "$own"
    s6-svc -r -u "/run/service/$1"
  fi
}

applied=none
look
while :; do
  before=$seen
  look
  if [ "$seen" = "$before" ] && [ "$seen" != "$applied" ]; then
    for service in $services; do apply "$service"; done
    applied=$seen
  fi
  sleep 1
done
