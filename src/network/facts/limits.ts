/** cgroup v1 reports "no limit" as the largest multiple of the page size. No device has a pebibyte of memory. */
const noLimitBytes = 2 ** 50;

/** @param limit memory.max of cgroup v2 (`max` without a limit) or memory.limit_in_bytes of v1 */
export function usableMemoryBytes(totalBytes: number, limit: string): number {
  const limitBytes = /^\d+$/.test(limit) ? Number(limit) : Infinity;
  return limitBytes > 0 && limitBytes < noLimitBytes ? Math.min(totalBytes, limitBytes) : totalBytes;
}

/** @param quota cpu.max of cgroup v2 (`100000 100000`, `max 100000`), or quota and period of v1 (-1 without a limit) */
export function usableCores(count: number, quota: string): number {
  const [quotaUs, periodUs] = quota.trim().split(/\s+/).map(Number);
  if (!quotaUs || !periodUs || quotaUs <= 0 || periodUs <= 0) return count;
  return Math.min(count, Math.ceil(quotaUs / periodUs));
}

/** Docker's architecture name for a machine type and the word size of its userland. */
export function architectureOf(machine: string, userland: string, longBit: string): string {
  if (machine === 'x86_64' || machine === 'amd64' || machine === 'x64') return 'amd64';
  if (/^(aarch64|arm64)/.test(machine))
    return /^arm(hf|el)$/.test(userland) || longBit === '32' ? 'arm' : 'arm64';
  if (machine.startsWith('arm')) return 'arm';
  if (/^i[3-6]86$/.test(machine)) return '386';
  return machine;
}

/** The architecture for which this process was built. */
export const ownArchitecture = architectureOf(process.arch, '', '');

const virtualInterface =
  /^(lo|docker|veth|br-|br\d|collab|ifb|virbr|vnet|tun|tap|wg|cni|flannel|cali|dummy|l4tbr|tailscale|zt)/;

/** Whether an interface is physical, by its name: not a bridge, tunnel or container interface. */
export function isPhysicalInterface(name: string, mac: string): boolean {
  return (
    !virtualInterface.test(name) && /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac) && mac !== '00:00:00:00:00:00'
  );
}
