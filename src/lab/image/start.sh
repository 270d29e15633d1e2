#!/bin/sh
# Starts the services of a device: sshd, mDNS and a Docker Engine. Runs as root under tini, in a container with
# CAP_SYS_ADMIN and CAP_NET_ADMIN but not --privileged.
set -eu

# Not a device, but the helper that limits the Lab's bridge.
if [ "${1:-}" = shape ]; then
  shift
  exec sh /usr/local/sbin/shape-lab "$@"
fi

# A nested engine creates its cgroups below ours, so their mounts must be writable (cgroup v1 has one per controller).
grep -E ' - cgroup2? ' /proc/self/mountinfo | awk '{ print $5 }' | while read -r mount; do
  mount -o remount,bind,rw "$mount"
done
mount -o remount,bind,rw /proc/sys 2>/dev/null || mount -o remount,rw /proc/sys 2>/dev/null || true
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  # cgroup v2: a cgroup that contains processes cannot delegate controllers, so move ours to a child cgroup.
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

# Limits what this device sends; the bridge limits what it receives.
[ "${COLLAB_RATE_BITS:-0}" = 0 ] || sh /usr/local/sbin/shape-lab device eth0 "$COLLAB_RATE_BITS"

mkdir -p /etc/docker
if [ "${COLLAB_STORE:-classic}" = containerd ]; then
  echo '{ "features": { "containerd-snapshotter": true } }' >/etc/docker/daemon.json
fi

mkdir -p /run/sshd
# Only one host key: sshd reads all of them at each login, and an RSA key is slow to generate and to read.
[ -e /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
/usr/sbin/sshd

rm -f /run/avahi-daemon/pid /var/run/docker.pid /var/run/docker/containerd/containerd.pid
avahi-daemon --daemonize --no-drop-root --no-rlimits --no-chroot || echo 'avahi-daemon did not start' >&2

# In a subshell, so that tini becomes its parent and reaps it: the device keeps running if its engine dies.
(dockerd >/var/log/dockerd.log 2>&1 &)
exec sleep infinity
