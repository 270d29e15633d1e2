import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { BlockList, isIPv4 } from 'node:net';
import { CollabError, ExitCode } from '../../errors.js';

/** A network interface of this machine with its IPv4 address. */
export interface NetworkInterface {
  name: string;
  address: string;
  /** Prefix length of its network. */
  prefix: number;
}

/** Interfaces of this machine with an IPv4 address. @param all default: the interfaces that the system reports */
export function listInterfaces(
  all: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): NetworkInterface[] {
  return Object.entries(all).flatMap(([name, infos]) => {
    const info = infos?.find(({ family }) => family === 'IPv4');
    return info?.cidr ? [{ name, address: info.address, prefix: Number(info.cidr.split('/')[1]) }] : [];
  });
}

/** Interfaces without a user's devices: bridges and virtual interfaces of engines and Labs, tunnels, loopback. */
const notForDevices =
  /^(lo\d*$|docker|veth|br-[0-9a-f]{12}$|collab-|ifb|virbr|vnet|tun|tap|wg|cni|flannel|cali|dummy|l4tbr|tailscale|zt)/;

/**
 * The named interfaces; without names, those that may lead to a user's devices. The system lists only interfaces that are
 * up.
 * @throws CollabError `unknown-interface`, `no-interface`
 */
export function chooseInterfaces(names: readonly string[], all = listInterfaces()): NetworkInterface[] {
  if (names.length > 0) return [...new Set(names)].map((name) => findInterface(name, all));
  const suitable = all.filter(({ name }) => !notForDevices.test(name));
  if (suitable.length > 0) return suitable;
  throw new CollabError('no-interface', {
    what: 'This machine has no network interface on which to search for devices.',
    why: `Interfaces that are up and have an IPv4 address: ${listed(all)}`,
    next: 'Connect it to the network of the devices, or choose an interface: collab discover --interface <name>',
    exitCode: ExitCode.usage,
  });
}

const listed = (all: readonly NetworkInterface[]) =>
  all.map((one) => `${one.name} (${one.address})`).join(', ') || 'none';

/** @throws CollabError `unknown-interface`, which lists the existing ones. */
export function findInterface(name: string, all = listInterfaces()): NetworkInterface {
  const found = all.find((one) => one.name === name);
  if (found) return found;
  throw new CollabError('unknown-interface', {
    what: `This machine has no network interface ${name} with an IPv4 address.`,
    why: `It has: ${listed(all)}`,
    next: 'Choose one of these with --interface.',
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
