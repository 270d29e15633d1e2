#!/bin/sh
# Limits the rate of a Lab's links. Runs as root; 0 means no limit.
#   shape.sh device <interface> <rate, bit/s>
#     limits what a device sends, in the device's network namespace.
#   shape.sh bridge <bridge> <uplink, bit/s> <rate, bit/s> <address>...
#     limits what this machine sends to the devices, on the Lab's bridge in the host's network namespace: uplink limits the
#     total to all devices, rate limits each device.
#
# HTB sends a packet when the link is free and then waits for as long as the packet takes; this is the link's rate for single
# packets too. It would pass up to 64 KiB at once, because the kernel merges the packets of a TCP stream (GSO): the tbf below
# each class splits them again, and limits nothing itself. The burst is 100 us of bytes, for a timer that comes late: less than
# two packets. Faster links than `exact` would need a timer more often than a small machine can keep up with: they pass 2 ms
# of bytes at once.
set -eu
exact=200000000

# Bytes that may pass at once at a rate.
burst() {
  if [ "$1" -le $exact ]; then
    echo $(($1 / 80000 > 1 ? $1 / 80000 : 1))
  else
    bytes=$(($1 / 4000 > 65536 ? $1 / 4000 : 65536))
    echo $((bytes < 1000000 ? bytes : 1000000))
  fi
}

# htb_class <interface> <parent> <class> <rate> [more]: a class whose burst fits its rate.
htb_class() {
  interface=$1 parent=$2 class=$3 rate=$4
  shift 4
  tc class add dev "$interface" parent "$parent" classid "$class" htb rate "${rate}bit" burst "$(burst "$rate")b" "$@"
}

# queue_of <interface> <class> <rate>: what waits in a class: 50 ms of bytes, and at least two merged packets.
queue_of() {
  [ "$3" -le $exact ] || return 0
  tc qdisc add dev "$1" parent "$2" tbf rate 30gbit burst 1600 limit $(($3 / 160 + 131072))
}

case $1 in
  device)
    interface=$2 rate=$3
    tc qdisc del dev "$interface" root 2>/dev/null || true
    [ "$rate" != 0 ] || exit 0
    tc qdisc add dev "$interface" root handle 1: htb default 10
    htb_class "$interface" 1: 1:10 "$rate" cburst "$(burst "$rate")b" quantum 1514
    queue_of "$interface" 1:10 "$rate"
    ;;
  bridge)
    bridge=$2 uplink=$3 rate=$4
    shift 4
    tc qdisc del dev "$bridge" root 2>/dev/null || true
    [ "$uplink$rate" != 00 ] || exit 0
    open=100000000000
    all=$uplink each=$rate
    [ "$all" != 0 ] || all=$open
    [ "$each" != 0 ] || each=$all
    [ "$each" -le "$all" ] || each=$all
    # The guaranteed rates must not add up to more than `all`; a device can borrow up to `each`.
    promised=$((each < all / $# ? each : all / $#))
    tc qdisc add dev "$bridge" root handle 1: htb default 0
    htb_class "$bridge" 1: 1:1 "$all" cburst "$(burst "$all")b" quantum 60000
    number=10
    for address in "$@"; do
      htb_class "$bridge" 1:1 "1:$number" "$promised" ceil "${each}bit" cburst "$(burst "$each")b" \
        quantum "$([ "$each" -le $exact ] && echo 1514 || echo 60000)"
      queue_of "$bridge" "1:$number" "$each"
      tc filter add dev "$bridge" parent 1: protocol ip prio 1 u32 match ip dst "$address/32" flowid "1:$number"
      number=$((number + 1))
    done
    ;;
esac
