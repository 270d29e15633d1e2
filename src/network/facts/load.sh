#!/bin/sh
# Prints the counters of the device's processors and of every process that this login can see, in sections that start with
# @@name: proc(5). POSIX sh, for dash and busybox; only `date` and `cat` are started. The counters of the processors were read
# between the two times of each clock.
LC_ALL=C; PATH="$PATH:/usr/bin:/bin"; export LC_ALL PATH
printf '@@before\n'; date +%s.%N
read -r before rest </proc/uptime
read -r first </proc/stat
read -r after rest </proc/uptime
printf '@@after\n'; date +%s.%N
printf '@@processors\n%s\n%s\n%s\n' "$before" "$first" "$after"
printf '@@boot\n'; cat /proc/sys/kernel/random/boot_id 2>/dev/null
# The programs above this one: of the ssh session, up to the server that listens.
printf '@@above\n'
pid=$$
while [ "${pid:-0}" -gt 1 ] && read -r status <"/proc/$pid/stat"; do
  words=''
  case $status in *'(sshd'* | *'(dropbear'*) read -r words <"/proc/$pid/cmdline" || true ;; esac
  printf '%s %s\n' "$pid" "$words"
  # shellcheck disable=SC2086  # the fields after the name of the program are numbers
  set -- ${status##*) }
  pid=$2
done
printf '@@processes\n'; cat /proc/stat /proc/[0-9]*/stat 2>/dev/null
printf '@@end\n'
