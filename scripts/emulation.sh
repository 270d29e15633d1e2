#!/usr/bin/env bash
# Lets this machine run programs for another architecture, and so build images for it: installs qemu-user-static (Debian)
# and registers it with the kernel if no service has. Usage, as root: scripts/emulation.sh [aarch64|arm|...]
set -euo pipefail
cpu=${1:-aarch64}
entry=/proc/sys/fs/binfmt_misc/qemu-$cpu
if [ -e "$entry" ] && grep -q '^flags: .*F' "$entry"; then exit 0; fi
[ "$(id -u)" = 0 ] || { echo "emulation.sh: run it as root" >&2; exit 1; }

. "$(dirname "$0")/prepare.sh"
need_programs "qemu-$cpu-static"
[ -e /proc/sys/fs/binfmt_misc/register ] || mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
if [ -e "$entry" ]; then exit 0; fi

# The first bytes of an ELF program for that processor, and a mask of the bits to compare (as in Debian's package).
case $cpu in
  aarch64) magic='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00' ;;
  arm) magic='\x7fELF\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x28\x00' ;;
  riscv64) magic='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xf3\x00' ;;
  *) echo "emulation.sh: unknown processor: $cpu" >&2; exit 1 ;;
esac
mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
# F: the kernel opens qemu now, so it also works inside containers.
printf '%s' ":qemu-$cpu:M::$magic:$mask:/usr/bin/qemu-$cpu-static:F" >/proc/sys/fs/binfmt_misc/register
