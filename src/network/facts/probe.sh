#!/bin/sh
# Prints a device's facts, in sections that start with @@name. POSIX sh, for dash and busybox. A missing fact leaves its
# section empty. Sent to the standard input of sh -s, so that no command is built from names.
LC_ALL=C; PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"; export LC_ALL PATH
section() { printf '\n@@%s\n' "$1"; }
show() { for file in "$@"; do [ -r "$file" ] && cat "$file" 2>/dev/null && return; done; }
section hostname; cat /proc/sys/kernel/hostname 2>/dev/null || hostname
section machine; uname -m
section kernel; uname -r
section userland; dpkg --print-architecture 2>/dev/null
section long_bit; getconf LONG_BIT 2>/dev/null
section os; show /etc/os-release /usr/lib/os-release
section model; show /proc/device-tree/model /sys/devices/virtual/dmi/id/product_name | tr -d '\000'
section compatible; show /proc/device-tree/compatible | tr '\000' '\n'
section tegra; show /etc/nv_tegra_release
section packages; dpkg-query -W -f '${Package} ${Version}\n' nvidia-l4t-core nvidia-jetpack 2>/dev/null
section cores; nproc 2>/dev/null || grep -c '^processor' /proc/cpuinfo
section memory; grep '^MemTotal:' /proc/meminfo
section cgroup_memory; show /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes
section cgroup_cpu
if [ -r /sys/fs/cgroup/cpu.max ]; then cat /sys/fs/cgroup/cpu.max
else for folder in /sys/fs/cgroup/cpu /sys/fs/cgroup/cpu,cpuacct; do
  [ -r "$folder/cpu.cfs_quota_us" ] && cat "$folder/cpu.cfs_quota_us" "$folder/cpu.cfs_period_us" && break
done; fi
section cgroup_version
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then echo 2; elif [ -d /sys/fs/cgroup/memory ]; then echo 1; fi
if command -v docker >/dev/null 2>&1; then engine=$(docker info --format '{{json .}}' 2>&1); else engine='docker: not found'; fi
section disk
folder=$(printf '%s' "$engine" | sed -n 's/.*"DockerRootDir":"\([^"\\]*\)".*/\1/p')
[ -d "${folder:=/var/lib/docker}" ] || folder="$HOME"
df -Pk "$folder" 2>/dev/null | tail -n 1
section interfaces
for folder in /sys/class/net/*; do
  [ -d "$folder/bridge" ] && continue
  [ -r "$folder/address" ] && printf '%s %s\n' "${folder##*/}" "$(cat "$folder/address" 2>/dev/null)"
done
section gpu; command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L 2>/dev/null
section ntp
limit() { if command -v timeout >/dev/null 2>&1; then timeout 3 "$@"; else "$@"; fi; }
limit timedatectl show -p NTPSynchronized 2>/dev/null || limit timedatectl status 2>/dev/null ||
  limit chronyc -n tracking 2>/dev/null || limit ntpq -c rv 2>/dev/null || limit adjtimex 2>/dev/null
section init; if [ -d /run/systemd/system ]; then echo systemd; else echo other; fi
section power
sensor() { # kind, name, folder, file that is read
  if cat "$4" >/dev/null 2>&1; then printf '%s\t%s\t%s\tyes\n' "$1" "$2" "$3"; else printf '%s\t%s\t%s\tno\n' "$1" "$2" "$3"; fi
}
first() { for file in "$@"; do [ -e "$file" ] && printf '%s' "$file" && return; done; }
for folder in /sys/class/hwmon/hwmon* /sys/bus/i2c/drivers/ina3221x/*/iio:device* /sys/bus/iio/devices/iio:device*; do
  [ -r "$folder/name" ] || continue
  name=$(cat "$folder/name")
  case "$name" in ina*) ;; *) continue ;; esac
  sensor "$name" "$name" "$folder" "$(first "$folder"/power1_input "$folder"/curr1_input "$folder"/in_power0_input "$folder"/in_current0_input "$folder"/in_current0_raw "$folder"/name)"
done
for folder in /sys/class/powercap/intel-rapl:*; do
  case "$folder" in *:*:*) continue ;; esac
  [ -e "$folder/energy_uj" ] && sensor rapl "$(cat "$folder/name" 2>/dev/null)" "$folder" "$folder/energy_uj"
done
for folder in /sys/class/power_supply/*; do
  [ "$(cat "$folder/type" 2>/dev/null)" = Battery ] || continue
  file=$(first "$folder/power_now" "$folder/current_now")
  [ -n "$file" ] && sensor battery "${folder##*/}" "$folder" "$file"
done
command -v nvidia-smi >/dev/null 2>&1 && limit nvidia-smi --query-gpu=name,power.draw --format=csv,noheader 2>/dev/null |
  sed -n 's/^\(.*\), *[0-9.][0-9.]* W$/nvidia\t\1\t\tyes/p'
case "$(show /proc/device-tree/model | tr -d '\000')" in "Raspberry Pi 5"* | "Raspberry Pi Compute Module 5"*)
  if limit vcgencmd pmic_read_adc 2>/dev/null | grep -q '='; then printf 'pi5-pmic\tvcgencmd pmic_read_adc\t\tyes\n'
  else printf 'pi5-pmic\tvcgencmd pmic_read_adc\t\tno\n'; fi ;;
esac
section python; command -v python3 >/dev/null 2>&1 && python3 --version 2>&1
section user; id -un; id -u; id -g; printf '%s\n' "$HOME"
section engine; printf '%s\n' "$engine"
section end
