#!/bin/bash
# Starts one node of a fleet by hand on this machine, without a workspace: a member, and with --nats also a NATS server
# with JetStream. All of the set-up is in the arguments. End it with fleet_end.sh.
#
#   scripts/fleet_start.sh --id ID --name NAME --address IP --state DIR [options]
#
#   --id ID              20 hex digits, a different one for each node
#   --name NAME          name to show
#   --address IP         address of this machine on which the node listens. Other addresses than loopback need
#                        gossip.keys (see --key-file), and tls.pem with tls-key.pem in DIR
#   --state DIR          folder of the node: created if missing; also has logs and pid files
#   --member PATH        member program (default: member, from PATH)
#   --gossip-port PORT   7946 by default, UDP and TCP
#   --http-port PORT     7947 by default
#   --members LIST       members to join through: ip:port,ip:port
#   --key-file FILE      gossip keys of the fleet, copied to DIR/gossip.keys
#   --nats PATH          nats-server program; it has no access control here, so use it on loopback or on a closed network
#   --nats-port PORT     4222 by default; servers of a cluster use this port + 2000 among themselves
#   --store DIR          folder for JetStream (default: store in the state folder)
#   --cluster-name NAME  name of the NATS cluster
#   --routes LIST        other servers of the cluster: ip:port,ip:port, with their cluster ports
#   --help               this text
#
# Exit codes: 0 started (or already running), 1 a program does not start, 2 wrong arguments.
set -euo pipefail

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p}' "$0"; }
fail() { echo "fleet_start: $*" >&2; exit 1; }
wrong() { echo "fleet_start: $*" >&2; echo "fleet_start: see $0 --help" >&2; exit 2; }

id='' name='' address='' state='' member=member gossip_port=7946 http_port=7947 members='' key_file=''
nats='' nats_port=4222 store='' cluster_name='' routes=''
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --id | --name | --address | --state | --member | --gossip-port | --http-port | --members | --key-file | --nats | \
      --nats-port | --store | --cluster-name | --routes)
      [ $# -ge 2 ] || wrong "$1 needs a value"
      variable=${1#--}
      printf -v "${variable//-/_}" '%s' "$2"
      shift 2 ;;
    *) wrong "unknown argument '$1'" ;;
  esac
done
[ -n "$id" ] || wrong '--id is missing'
[ -n "$name" ] || wrong '--name is missing'
[ -n "$address" ] || wrong '--address is missing'
[ -n "$state" ] || wrong '--state is missing'
for port in "$gossip_port" "$http_port" "$nats_port"; do
  case $port in '' | *[!0-9]* | ??????*) wrong "'$port' is not a port" ;; esac
done
[ -z "$routes" ] || [ -n "$cluster_name" ] || wrong '--routes needs --cluster-name'
command -v -- "$member" >/dev/null || wrong "there is no program '$member'; give its path with --member"
[ -z "$nats" ] || command -v -- "$nats" >/dev/null || wrong "there is no program '$nats'"

(umask 077 && mkdir -p -- "$state") || fail "$state cannot be created"
state=$(cd -- "$state" && pwd)
if [ -n "$key_file" ]; then
  rm -f -- "$state/gossip.keys"
  (umask 077 && cp -- "$key_file" "$state/gossip.keys") || fail "$key_file cannot be copied to $state"
fi

# When a process was started, in clock ticks since boot: field 22 of its stat. The name before it may contain spaces.
start_of() {
  local text fields
  { text=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  read -r -a fields <<<"${text##*) }"
  echo "${fields[19]}"
}
boot=$(</proc/sys/kernel/random/boot_id)

# Tells whether the process of a pid file still runs. A pid may have been given to another process since.
runs() {
  local pid started booted
  [ -f "$state/$1.pid" ] && read -r pid started booted <"$state/$1.pid" || return 1
  [ "$booted" = "$boot" ] && [ "$(start_of "$pid")" = "$started" ]
}

launch() {
  local what=$1 pid started
  shift
  setsid -- "$@" >>"$state/$what.log" 2>&1 </dev/null &
  pid=$!
  started=$(start_of "$pid") || started=0
  echo "$pid $started $boot" >"$state/$what.pid"
}

# The member answers to /healthz; with TLS, and for NATS, an open port is enough.
member_answers() {
  local answer
  exec 3<>"/dev/tcp/$address/$http_port" || return 1
  if [ ! -e "$state/tls.pem" ]; then
    printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3
    IFS= read -r -t 2 -d '' -u 3 answer || true # up to the end of the answer
  fi
  exec 3<&-
  [ -e "$state/tls.pem" ] || [[ $answer == *ok ]]
}
nats_answers() { exec 3<>"/dev/tcp/$address/$nats_port" && exec 3<&-; }

wait_for() {
  local what=$1
  for _ in {1..100}; do
    if ! runs "$what"; then break; fi
    if ("${what}_answers") 2>/dev/null; then return 0; fi
    sleep 0.1
  done
  tail -n 3 "$state/$what.log" >&2
  "$(dirname -- "$0")/fleet_end.sh" --state "$state" >&2 || true
  fail "$what does not answer; its log is $state/$what.log"
}

if runs member; then
  echo "member is already running: $(cat "$state/member.pid")"
else
  arguments=(--id "$id" --name "$name" --bind-address "$address" --bind-port "$gossip_port" --http-port "$http_port" --state "$state")
  # On loopback without users, everyone on this machine may read.
  if [[ $address == 127.* ]] && [ ! -e "$state/access.json" ]; then arguments+=(--public-read); fi
  launch member "$member" "${arguments[@]}" --members "$members"
  wait_for member
  scheme=http
  [ ! -e "$state/tls.pem" ] || scheme=https
  echo "member $name ($id): gossip on $address:$gossip_port, $scheme://$address:$http_port/members"
fi
if [ -n "$nats" ] && runs nats; then
  echo "nats is already running: $(cat "$state/nats.pid")"
elif [ -n "$nats" ]; then
  arguments=(--name "$id" -a "$address" -p "$nats_port" -js -sd "${store:-$state/store}")
  if [ -n "$cluster_name" ]; then
    cluster_port=$((nats_port + 2000))
    arguments+=(--cluster_name "$cluster_name" --cluster "nats://$address:$cluster_port")
    [ -z "$routes" ] || arguments+=(--routes "nats://${routes//,/,nats://}")
  fi
  launch nats "$nats" "${arguments[@]}"
  wait_for nats
  echo "nats: nats://$address:$nats_port, store in ${store:-$state/store}"
fi
echo "to end: $(dirname -- "$0")/fleet_end.sh --state $state"
