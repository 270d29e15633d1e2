#!/bin/sh
# Starts what a device has: sshd, mDNS and a Docker Engine. Runs as root under tini, in a container with
# CAP_SYS_ADMIN and CAP_NET_ADMIN but not --privileged.
set -eu

# As a helper that limits the Lab's bridge, and is no device.
if [ "${1:-}" = shape ]; then
  shift
  exec sh /usr/local/sbin/shape-lab "$@"
fi

# A nested engine makes its cgroups below ours: their mounts must be writable (cgroup v1 has one per controller).
grep -E ' - cgroup2? ' /proc/self/mountinfo | awk '{ print $5 }' | while read -r mount; do
  mount -o remount,bind,rw "$mount"
done
mount -o remount,bind,rw /proc/sys 2>/dev/null || mount -o remount,rw /proc/sys 2>/dev/null || true
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  # cgroup v2: a cgroup with processes cannot hand controllers down, so ours move one step aside.
  mkdir -p /sys/fs/cgroup/init
  while read -r pid; do echo "$pid" >/sys/fs/cgroup/init/cgroup.procs 2>/dev/null || true; done </sys/fs/cgroup/cgroup.procs
  # shellcheck disable=SC2013  # its only line holds one word per controller
  for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
    echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null || true
  done
fi

printf '%s\n' "$COLLAB_AUTHORIZED_KEY" >/home/collab/.ssh/authorized_keys
chown collab:collab /home/collab/.ssh/authorized_keys
chmod 0600 /home/collab/.ssh/authorized_keys

# What this device sends; what it is sent is limited on the bridge.
if [ "${COLLAB_RATE_BITS:-0}" != 0 ]; then
  burst=$((COLLAB_RATE_BITS / 4000))
  [ "$burst" -gt 65536 ] || burst=65536
  tc qdisc replace dev eth0 root tbf rate "${COLLAB_RATE_BITS}bit" burst "$burst" latency 50ms
fi

mkdir -p /etc/docker
if [ "${COLLAB_STORE:-classic}" = containerd ]; then
  echo '{ "features": { "containerd-snapshotter": true } }' >/etc/docker/daemon.json
fi

mkdir -p /run/sshd
# One host key: sshd reads all that there are at each login, and an RSA key takes long to make and to read.
[ -e /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
/usr/sbin/sshd

rm -f /run/avahi-daemon/pid /var/run/docker.pid /var/run/docker/containerd/containerd.pid
avahi-daemon --daemonize --no-drop-root --no-rlimits --no-chroot || echo 'avahi-daemon did not start' >&2

# In a subshell, so that tini becomes its parent and reaps it: a device lives on when its engine dies.
(dockerd >/var/log/dockerd.log 2>&1 &)
exec sleep infinity
