import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { BlockList, isIPv4 } from 'node:net';
import { CollabError, ExitCode } from '../../errors.js';

/** A network interface of this machine with its IPv4 address. */
export interface NetworkInterface {
  name: string;
  address: string;
  /** Number of leading bits that all addresses of its network share. */
  prefix: number;
}

/** Interfaces of this machine that have an IPv4 address. @param all default: what the system says */
export function listInterfaces(
  all: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): NetworkInterface[] {
  return Object.entries(all).flatMap(([name, infos]) => {
    const info = infos?.find(({ family }) => family === 'IPv4');
    return info?.cidr ? [{ name, address: info.address, prefix: Number(info.cidr.split('/')[1]) }] : [];
  });
}

/** @throws CollabError `unknown-interface`, which lists those there are. */
export function findInterface(name: string, all = listInterfaces()): NetworkInterface {
  const found = all.find((one) => one.name === name);
  if (found) return found;
  throw new CollabError('unknown-interface', {
    what: `This machine has no network interface ${name} with an IPv4 address.`,
    why: `It has: ${all.map((one) => `${one.name} (${one.address})`).join(', ') || 'none'}`,
    next: 'Choose one of them with --interface.',
    exitCode: ExitCode.usage,
  });
}

/** Whether an IPv4 address belongs to the network of an interface. */
export function isOnNetwork(address: string, { address: own, prefix }: NetworkInterface): boolean {
  if (!isIPv4(address)) return false;
  const network = new BlockList();
  network.addSubnet(own, prefix, 'ipv4');
  return network.check(address, 'ipv4');
}
