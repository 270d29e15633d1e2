#!/bin/bash
# Ends the node that fleet_start.sh started with the same state folder, and nothing else. The member says that it leaves;
# what it remembers stays in the folder. Running it twice is no error.
#
#   scripts/fleet_end.sh --state DIR [--wait-s SECONDS]
#
#   --state DIR        state folder of the node
#   --wait-s SECONDS   how long a program may take to end before it is killed (default 10)
#   --help             this text
#
# Exit codes: 0 nothing runs any more, 1 a program cannot be ended, 2 wrong arguments.
set -euo pipefail

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p}' "$0"; }
wrong() { echo "fleet_end: $*" >&2; echo "fleet_end: see $0 --help" >&2; exit 2; }

state='' wait_s=10
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --state | --wait-s)
      [ $# -ge 2 ] || wrong "$1 needs a value"
      variable=${1#--}
      printf -v "${variable//-/_}" '%s' "$2"
      shift 2 ;;
    *) wrong "unknown argument '$1'" ;;
  esac
done
[ -n "$state" ] || wrong '--state is missing'
case $wait_s in '' | *[!0-9]* | ?????*) wrong "'$wait_s' is not a number of seconds" ;; esac

start_of() {
  local text fields
  { text=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  read -r -a fields <<<"${text##*) }"
  # A zombie has ended, and only waits for its parent.
  [ "${fields[0]}" != Z ] || return 1
  echo "${fields[19]}"
}
boot=$(</proc/sys/kernel/random/boot_id)

code=0
# The server ends first, so that it can still hand over to the others while the member is there.
for what in nats member; do
  file=$state/$what.pid
  [ -f "$file" ] || continue
  read -r pid started booted <"$file" || true
  case ${pid:-} in '' | *[!0-9]*) pid=0 ;; esac
  same() { [ "$pid" -gt 1 ] && [ "${booted:-}" = "$boot" ] && [ "$(start_of "$pid")" = "${started:-}" ]; }
  if ! same; then
    rm -f -- "$file"
    echo "$what was not running"
    continue
  fi
  kill -TERM "$pid" 2>/dev/null || true
  for _ in $(seq $((wait_s * 10))); do
    same || break
    sleep 0.1
  done
  how=ended
  if same; then
    kill -KILL "$pid" 2>/dev/null || true
    how=killed
    sleep 0.5
  fi
  if same; then
    echo "fleet_end: $what (process $pid) cannot be ended; is it another user's?" >&2
    code=1
  else
    rm -f -- "$file"
    echo "$what $how"
  fi
done
exit $code
