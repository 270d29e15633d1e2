/**
 * Prints what a device says of itself, in sections that begin with `@@name`. POSIX sh, fit for dash and busybox;
 * what is missing leaves its section empty. Sent as standard input of `sh -s`, so nothing is ever built from names.
 */
export const probeScript = `
LC_ALL=C; PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"; export LC_ALL PATH
section() { printf '\\n@@%s\\n' "$1"; }
show() { for file in "$@"; do [ -r "$file" ] && cat "$file" 2>/dev/null && return; done; }
section hostname; cat /proc/sys/kernel/hostname 2>/dev/null || hostname
section machine; uname -m
section kernel; uname -r
section userland; dpkg --print-architecture 2>/dev/null
section long_bit; getconf LONG_BIT 2>/dev/null
section os; show /etc/os-release /usr/lib/os-release
section model; show /proc/device-tree/model /sys/devices/virtual/dmi/id/product_name | tr -d '\\000'
section tegra; show /etc/nv_tegra_release
section cores; nproc 2>/dev/null || grep -c '^processor' /proc/cpuinfo
section memory; grep '^MemTotal:' /proc/meminfo
section cgroup_memory; show /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes
section cgroup_cpu
if [ -r /sys/fs/cgroup/cpu.max ]; then cat /sys/fs/cgroup/cpu.max
else for folder in /sys/fs/cgroup/cpu /sys/fs/cgroup/cpu,cpuacct; do
  [ -r "$folder/cpu.cfs_quota_us" ] && cat "$folder/cpu.cfs_quota_us" "$folder/cpu.cfs_period_us" && break
done; fi
section disk; folder=/var/lib/docker; [ -d "$folder" ] || folder="$HOME"; df -Pk "$folder" 2>/dev/null | tail -n 1
section interfaces
for folder in /sys/class/net/*; do
  [ -d "$folder/bridge" ] && continue
  [ -r "$folder/address" ] && printf '%s %s\\n' "\${folder##*/}" "$(cat "$folder/address" 2>/dev/null)"
done
section gpu; command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L 2>/dev/null
section python; command -v python3 >/dev/null 2>&1 && python3 --version 2>&1
section user; id -un; id -u; id -g; printf '%s\\n' "$HOME"
section engine
if command -v docker >/dev/null 2>&1; then docker info --format '{{json .}}' 2>&1; else echo 'docker: not found'; fi
section end
`;
