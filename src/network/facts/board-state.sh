#!/bin/sh
# Prints the settings that limit the device's speed, in sections that start with @@name. POSIX sh. A missing value leaves its
# section empty. Sources: Documentation/admin-guide/pm/cpufreq.rst of the kernel, nvpmodel -q of L4T, vcgencmd
# get_throttled of Raspberry Pi OS.
LC_ALL=C; PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"; export LC_ALL PATH
limit() { if command -v timeout >/dev/null 2>&1; then timeout 3 "$@"; else "$@"; fi; }
printf '@@policies\n'
for folder in /sys/devices/system/cpu/cpufreq/policy*; do
  [ -d "$folder" ] || continue
  printf '%s' "${folder##*/}"
  for file in scaling_governor scaling_min_freq scaling_max_freq cpuinfo_min_freq cpuinfo_max_freq; do
    printf '\t%s' "$(cat "$folder/$file" 2>/dev/null)"
  done
  printf '\n'
done
printf '@@boost\n'; cat /sys/devices/system/cpu/cpufreq/boost 2>/dev/null
printf '@@no_turbo\n'; cat /sys/devices/system/cpu/intel_pstate/no_turbo 2>/dev/null
printf '@@profile\n'; cat /sys/firmware/acpi/platform_profile 2>/dev/null
printf '@@nvpmodel\n'; command -v nvpmodel >/dev/null 2>&1 && { limit nvpmodel -q || limit sudo -n nvpmodel -q; } 2>/dev/null
printf '@@throttled\n'
cat /sys/devices/platform/soc/soc:firmware/get_throttled 2>/dev/null || limit vcgencmd get_throttled 2>/dev/null
printf '@@supply\n'
for folder in /sys/class/power_supply/*; do
  [ "$(cat "$folder/type" 2>/dev/null)" = Mains ] && cat "$folder/online" 2>/dev/null
done
printf '@@thermal\n'
for folder in /sys/class/thermal/thermal_zone*; do
  [ -r "$folder/temp" ] && printf '%s\t%s\n' "$(cat "$folder/type" 2>/dev/null)" "$(cat "$folder/temp" 2>/dev/null)"
done
printf '@@load\n'; cat /proc/loadavg 2>/dev/null
printf '@@end\n'
