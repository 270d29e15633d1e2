#!/bin/sh
# Lets devices reach the internet through this PC: sets up NAT between two interfaces and enables IP forwarding.
# Plain shell, run as root; needs nft or iptables, and `ip`. Sets the same rules as `collab gateway on`, but no routes:
# on each device, run `ip route replace default via <address of this PC on the inner interface>`.
#
#   scripts/open_gateway.sh on|off|status <inner interface> <outer interface>
#
# The state is kept in /run/collab_gateway, or in COLLAB_GATEWAY_STATE. DRY_RUN=1 only prints the commands.
set -eu

usage() { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
fail() { echo "open_gateway: $*" >&2; exit 1; }

[ $# -eq 3 ] || usage
act=$1 inner=$2 outer=$3
for name in "$inner" "$outer"; do
  case $name in '' | *[!A-Za-z0-9._:@-]* | -*) fail "'$name' is not a valid interface name" ;; esac
done
[ "$inner" != "$outer" ] || fail "the two interfaces are the same"
state=${COLLAB_GATEWAY_STATE:-/run/collab_gateway}
table=collab_gateway
forward=/proc/sys/net/ipv4/ip_forward

run() { if [ -n "${DRY_RUN:-}" ]; then echo "$*"; else "$@"; fi; }
need_root() { [ -n "${DRY_RUN:-}" ] || [ "$(id -u)" = 0 ] || fail "run it as root: sudo $0 $act $inner $outer"; }
has_nft() { nft list tables >/dev/null 2>&1; }
rules_there() {
  nft list table ip $table >/dev/null 2>&1 || iptables -w -t nat -S POSTROUTING 2>/dev/null | grep -q $table
}

# The networks of the inner interface, for example 10.0.0.0/24.
networks() {
  ip -o -4 route show dev "$inner" proto kernel scope link | awk '{ print $1 }'
}

# Inserts one iptables rule at the top of its chain (-I), or deletes it (-D).
rule() {
  how=$1 of=$2 chain=$3
  shift 3
  run iptables -w -t "$of" "$how" "$chain" "$@"
}
filter_rules() {
  how=$1
  if [ "$tool" = iptables ]; then
    for net in $nets; do
      rule "$how" nat POSTROUTING -s "$net" -o "$outer" -m comment --comment $table -j MASQUERADE || return 1
    done
    rule "$how" filter FORWARD -i "$outer" -o "$inner" -m conntrack --ctstate NEW -m comment --comment $table -j DROP \
      || return 1
  fi
  if [ "$dropped" = yes ]; then
    rule "$how" filter FORWARD -i "$inner" -o "$outer" -m comment --comment $table -j ACCEPT || return 1
    rule "$how" filter FORWARD -i "$outer" -o "$inner" -m conntrack --ctstate RELATED,ESTABLISHED \
      -m comment --comment $table -j ACCEPT || return 1
  fi
}

nft_rules() {
  run nft add table ip $table || return 1
  run nft add chain ip $table postrouting '{ type nat hook postrouting priority 100 ; }' || return 1
  for net in $nets; do
    run nft add rule ip $table postrouting ip saddr "$net" oifname "\"$outer\"" masquerade || return 1
  done
  run nft add chain ip $table forward '{ type filter hook forward priority 0 ; }' || return 1
  run nft add rule ip $table forward iifname "\"$outer\"" oifname "\"$inner\"" ct state new drop || return 1
}

undo() {
  if [ "$tool" = nft ]; then run nft delete table ip $table 2>/dev/null || true; fi
  filter_rules -D 2>/dev/null || true
  [ "$was" = 1 ] || run sh -c "echo 0 >$forward"
}

on() {
  need_root
  [ ! -e "$state" ] || fail "the gateway is already on; to turn it off: $0 off $(cat "$state/interfaces")"
  rules_there && fail "rules named $table already exist; run collab gateway off in the workspace that created them"
  for name in "$inner" "$outer"; do
    [ -e "/proc/sys/net/ipv4/conf/$name" ] || fail "this machine has no interface $name"
  done
  nets=$(networks)
  [ -n "$nets" ] || fail "$inner has no IPv4 network"
  if has_nft; then tool=nft; else tool=iptables; fi
  [ $tool = nft ] || iptables -w -S FORWARD >/dev/null || fail "neither nft nor iptables works; install one: apt-get install nftables"
  if iptables -w -S FORWARD 2>/dev/null | grep -qx -- '-P FORWARD DROP'; then dropped=yes; else dropped=no; fi
  was=$(cat $forward)
  if [ -z "${DRY_RUN:-}" ]; then
    mkdir -m 0700 "$state"
    echo "$inner $outer" >"$state/interfaces"
    for word in tool dropped was nets; do eval "printf '%s\n' \"\$$word\"" >"$state/$word"; done
  fi
  if { [ $tool != nft ] || nft_rules; } && filter_rules -I && { [ "$was" = 1 ] || run sh -c "echo 1 >$forward"; }; then
    echo "on: $inner -> $outer by $tool"
  else
    undo
    rm -rf "$state"
    fail "the rules could not be set; all changes were undone"
  fi
}

off() {
  need_root
  if [ ! -e "$state" ]; then echo "already off"; return; fi
  [ "$(cat "$state/interfaces")" = "$inner $outer" ] || fail "the gateway is on for other interfaces: $(cat "$state/interfaces")"
  tool=$(cat "$state/tool") dropped=$(cat "$state/dropped") was=$(cat "$state/was") nets=$(cat "$state/nets")
  undo
  [ -n "${DRY_RUN:-}" ] || rm -rf "$state"
  echo "off"
}

status() {
  if [ -e "$state" ]; then echo "on: $(cat "$state/interfaces")"; else echo "off"; fi
  echo "ip_forward: $(cat $forward)"
  if [ "$(id -u)" = 0 ]; then if rules_there; then echo "rules: present"; else echo "rules: none"; fi; fi
}

case $act in
  on) on ;;
  off) off ;;
  status) status ;;
  *) usage ;;
esac
