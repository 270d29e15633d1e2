#!/bin/sh
# The first process of test-fresh.sh's container: makes writable what a Docker Engine inside needs, then waits.
# src/lab/image/start.sh begins with the same steps, for the engine of a virtual device.
set -eu

# cgroup v1 has one mount per controller.
grep -E ' - cgroup2? ' /proc/self/mountinfo | awk '{ print $5 }' | while read -r mount; do
  mount -o remount,bind,rw "$mount"
done
mount -o remount,bind,rw /proc/sys 2>/dev/null || mount -o remount,rw /proc/sys 2>/dev/null || true
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  # cgroup v2: a cgroup that contains processes cannot delegate controllers, so move ours to a child cgroup.
  mkdir -p /sys/fs/cgroup/init
  while read -r pid; do echo "$pid" >/sys/fs/cgroup/init/cgroup.procs 2>/dev/null || true; done </sys/fs/cgroup/cgroup.procs
  for controller in $(tr ' ' '\n' </sys/fs/cgroup/cgroup.controllers); do
    echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null || true
  done
fi

# bash reaps orphaned processes as process 1; sleep would not.
exec bash -c 'trap "exit 0" TERM; while :; do sleep 3600 & wait $!; done'
