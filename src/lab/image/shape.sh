#!/bin/sh
# Limits what this machine sends to the devices of a Lab, on the Lab's bridge. Runs as root in the host's network namespace.
#   shape.sh <bridge> <uplink, bit/s> <rate, bit/s> <address>...
# uplink limits the total to all devices; rate limits each device. 0 means no limit.
set -eu
bridge=$1 uplink=$2 rate=$3
shift 3
tc qdisc del dev "$bridge" root 2>/dev/null || true
[ "$uplink$rate" != 00 ] || exit 0
open=100000000000
all=$uplink each=$rate
[ "$all" != 0 ] || all=$open
[ "$each" != 0 ] || each=$all
[ "$each" -le "$all" ] || each=$all
# The guaranteed rates must not add up to more than `all`; a device can borrow up to `each`.
promised=$((each < all / $# ? each : all / $#))
# About 2 ms of bytes, and at least one packet before segmentation.
burst() { if [ $(($1 / 4000)) -gt 65536 ]; then echo $(($1 / 4000 > 1000000 ? 1000000 : $1 / 4000)); else echo 65536; fi; }
tc qdisc add dev "$bridge" root handle 1: htb default 0
tc class add dev "$bridge" parent 1: classid 1:1 htb rate "${all}bit" burst "$(burst "$all")" cburst "$(burst "$all")"
class=10
for address in "$@"; do
  tc class add dev "$bridge" parent 1:1 classid "1:$class" htb rate "${promised}bit" ceil "${each}bit" \
    burst "$(burst "$each")" cburst "$(burst "$each")" quantum 60000
  tc filter add dev "$bridge" parent 1: protocol ip prio 1 u32 match ip dst "$address/32" flowid "1:$class"
  class=$((class + 1))
done
