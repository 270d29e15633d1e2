#!/bin/sh
# Makes the folders of the services for s6, and becomes s6-svscan, PID 1 of the container.
#
# The controller writes which services run, and with which arguments: /state/fleet/services/<name>.args, with one argument
# per line, which no shell parses. Without that file, or with an empty one, a service does not run. follow.sh follows them.
set -eu
cd /run/service
rm -rf ./* .s6-svscan

# supervised <name> <command>: a service, which is down until it is told otherwise, and what prefixes its lines.
supervised() {
  mkdir -p "$1/log"
  touch "$1/down"
  echo 5000 >"$1/timeout-kill" # ms from SIGTERM to SIGKILL
  printf '#!/bin/sh\nexec 2>&1\nexec %s\n' "$2" >"$1/run"
  printf '#!/bin/sh\nexec s6-log "p[%s]" 1\n' "$1" >"$1/log/run"
  chmod 0755 "$1/run" "$1/log/run"
}
for service in member nats agent; do
  supervised "$service" "/usr/local/lib/collab/run.sh $service"
done
supervised services /usr/local/lib/collab/follow.sh
rm services/down

mkdir .s6-svscan
ln -s /usr/local/lib/collab/stop.sh .s6-svscan/SIGTERM
printf '#!/bin/sh\nexit 0\n' >.s6-svscan/finish
chmod 0755 .s6-svscan/finish
exec s6-svscan /run/service
