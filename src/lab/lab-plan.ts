/** What a Lab is to be: so many virtual devices with these limits each. */
export interface LabSettings {
  name: string;
  devices: number;
  /** Cores of each device; may be a fraction. */
  cpus: number;
  memoryBytes: number;
}

export interface LabDevicePlan {
  /** Host name and mDNS name, e.g. `edge1`. */
  name: string;
  container: string;
  volume: string;
  address: string;
  /** Cores of this machine on which the device runs, e.g. `0` or `0,1`: what it sees as its own. */
  cpuSet: string;
}

export const labLabel = 'collab.lab';

export const networkName = (lab: string) => `collab-${lab}`;

/** Private subnets that a Lab may take, the first that nothing on this machine overlaps. */
const subnetPrefixes = ['172.31.77', '172.30.78', '10.213.79', '10.214.80', '192.168.213'];

/** Pure: a free /24, or null when each overlaps an address of this machine. */
export function chooseSubnet(addressesHere: readonly string[]): string | null {
  const prefix = subnetPrefixes.find(
    (candidate) => !addressesHere.some((address) => address.startsWith(`${candidate}.`)),
  );
  return prefix === undefined ? null : `${prefix}.0/24`;
}

/**
 * Pure: names, addresses and cores of the devices. Cores are dealt round robin, so that two devices of one core
 * on a machine of two do not share one.
 */
export function planLab(settings: LabSettings, subnet: string, coresHere: number): LabDevicePlan[] {
  const prefix = subnet.replace(/\.0\/24$/, '');
  const coresEach = Math.min(Math.ceil(settings.cpus), coresHere);
  return Array.from({ length: settings.devices }, (_, index) => {
    const name = `edge${index + 1}`;
    const cores = Array.from({ length: coresEach }, (__, core) => (index * coresEach + core) % coresHere);
    return {
      name,
      container: `${networkName(settings.name)}-${name}`,
      volume: `${networkName(settings.name)}-${name}`,
      address: `${prefix}.${index + 11}`,
      cpuSet: [...new Set(cores)].sort((a, b) => a - b).join(','),
    };
  });
}

/** Bytes of a size as engines write it, in powers of 1024: `512m`, `1g`; null when it is none. */
export function parseMemory(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)([kmg])b?$/i.exec(text.trim());
  if (match === null) return null;
  const power = { k: 1, m: 2, g: 3 }[match[2]?.toLowerCase() ?? ''] ?? 0;
  return Math.round(Number(match[1]) * 1024 ** power);
}
