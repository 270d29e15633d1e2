#!/bin/sh
# Starts what a device has: sshd, mDNS and a Docker Engine. Runs as root under tini, in a container with
# CAP_SYS_ADMIN and CAP_NET_ADMIN but not --privileged.
set -eu

# A nested engine makes its cgroups below ours: their mounts must be writable (cgroup v1 has one per controller).
grep -E ' - cgroup2? ' /proc/self/mountinfo | awk '{ print $5 }' | while read -r mount; do
  mount -o remount,bind,rw "$mount"
done
mount -o remount,bind,rw /proc/sys 2>/dev/null || mount -o remount,rw /proc/sys 2>/dev/null || true
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  # cgroup v2: a cgroup with processes cannot hand controllers down, so ours move one step aside.
  mkdir -p /sys/fs/cgroup/init
  while read -r pid; do echo "$pid" >/sys/fs/cgroup/init/cgroup.procs 2>/dev/null || true; done </sys/fs/cgroup/cgroup.procs
  for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
    echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null || true
  done
fi

printf '%s\n' "$COLLAB_AUTHORIZED_KEY" >/home/collab/.ssh/authorized_keys
chown collab:collab /home/collab/.ssh/authorized_keys
chmod 0600 /home/collab/.ssh/authorized_keys

mkdir -p /run/sshd
ssh-keygen -A >/dev/null
/usr/sbin/sshd

rm -f /run/avahi-daemon/pid /var/run/docker.pid /var/run/docker/containerd/containerd.pid
avahi-daemon --daemonize --no-drop-root --no-rlimits --no-chroot || echo 'avahi-daemon did not start' >&2

# In a subshell, so that tini becomes its parent and reaps it: a device lives on when its engine dies.
(dockerd >/var/log/dockerd.log 2>&1 &)
exec sleep infinity
