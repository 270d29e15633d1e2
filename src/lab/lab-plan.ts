/** Settings of a Lab: number of virtual devices, and the limits of each. */
export interface LabSettings {
  name: string;
  devices: number;
  /** Cores of each device; may be a fraction. */
  cpus: number;
  memoryBytes: number;
  /** Link rate of a device in each direction, bits per second; null for no limit. */
  rateBitsPerS: number | null;
  /** Rate at which this machine sends to all devices together, bits per second; null for no limit. */
  uplinkBitsPerS: number | null;
  /** Image store of the devices' engines. */
  store: 'classic' | 'containerd';
}

export interface LabDevicePlan {
  /** Host name and mDNS name, e.g. `edge1`. */
  name: string;
  container: string;
  volume: string;
  address: string;
  /** Cores of this machine that the device sees and runs on, e.g. `0` or `0,1`. */
  cpuSet: string;
}

export const labLabel = 'collab.lab';

export const networkName = (lab: string) => `collab-${lab}`;

/** Candidate subnets for a Lab. */
const subnetPrefixes = ['172.31.77', '172.30.78', '10.213.79', '10.214.80', '192.168.213'];

/**
 * The free /24s among the candidates, the preferred one first.
 * @param networksHere addresses with the length of their network's prefix, e.g. `172.31.5.9/16`; IPv6 is ignored
 */
export function freeSubnets(networksHere: readonly string[]): string[] {
  const taken = networksHere.filter((network) => !network.includes(':')).map(prefixBits);
  return subnetPrefixes
    .map((prefix) => `${prefix}.0/24`)
    .filter((subnet) => !taken.some((bits) => overlap(bits, prefixBits(subnet))));
}

/** The bits of a network's prefix, as a text of 0 and 1. */
function prefixBits(network: string): string {
  const [address = '', length = '32'] = network.split('/');
  const octets = address.split('.').map((octet) => Number(octet).toString(2).padStart(8, '0'));
  return octets.join('').slice(0, Number(length));
}

/** One network is inside the other if its prefix starts with the other's. */
function overlap(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

/**
 * Names, addresses and cores of the devices. Cores are assigned round robin, so that two one-core devices on
 * a machine with two cores do not share one.
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

/** Parses a size in Docker's notation, powers of 1024: `512m`, `1g`. Null when invalid. */
export function parseMemory(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)([kmg])b?$/i.exec(text.trim());
  if (match === null) return null;
  const power = { k: 1, m: 2, g: 3 }[match[2]?.toLowerCase() ?? ''] ?? 0;
  return Math.round(Number(match[1]) * 1024 ** power);
}

/** Parses a rate in tc's notation into bits per second: `100mbit`, `1gbit`, `500kbit`. Null when invalid. */
export function parseRate(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?) ?([kmg])bit(?:\/s)?$/i.exec(text.trim());
  if (match === null) return null;
  const power = { k: 1, m: 2, g: 3 }[match[2]?.toLowerCase() ?? ''] ?? 0;
  const bits = Math.round(Number(match[1]) * 1000 ** power);
  return bits > 0 ? bits : null;
}

/** Formats a rate for `parseRate`; `-` for no limit. */
export function rateText(bitsPerS: number | null): string {
  if (bitsPerS === null) return '-';
  const power = bitsPerS % 1e9 === 0 ? 3 : bitsPerS % 1e6 === 0 ? 2 : 1;
  return `${bitsPerS / 1000 ** power}${['', 'k', 'm', 'g'][power] ?? ''}bit`;
}
