import { BlockList, isIPv4 } from 'node:net';
import { z } from 'zod';
import { CollabError, ExitCode, plainText } from '../../errors.js';
import type { Shell } from '../shell/index.js';

/** An IPv4 network of an interface of this machine. */
export interface Network {
  /** The address of this machine in it. */
  address: string;
  prefix: number;
}

const answer = z.array(
  z.object({
    ifname: z.string(),
    addr_info: z.array(z.object({ family: z.string(), local: z.string(), prefixlen: z.number() })),
  }),
);

/** A name that is safe for nft, iptables and ip. The kernel allows 15 characters. */
const safeName = /^[A-Za-z0-9_][A-Za-z0-9._:@-]{0,14}$/;

/**
 * The IPv4 networks of the interface `from`, which leads to the devices.
 * @throws CollabError `no-interface` if one of the two does not exist or has no address, `one-interface`.
 */
export async function networksOf(shell: Shell, from: string, to: string): Promise<Network[]> {
  if (from === to) {
    throw new CollabError('one-interface', {
      what: `--from and --to are both ${from}.`,
      next: 'Give two different interfaces: --from leads to the devices, --to leads to the internet.',
      exitCode: ExitCode.usage,
    });
  }
  const { code, stdout, stderr } = await shell.exec(['ip', '-j', '-4', 'address', 'show']);
  const all = code === 0 ? answer.safeParse(JSON.parse(stdout)) : null;
  if (!all?.success) throw noIp(stderr);
  const links = await shell.exec(['ip', '-j', 'link', 'show']);
  const names = z.array(z.object({ ifname: z.string() })).parse(JSON.parse(links.stdout));
  for (const name of [from, to]) {
    if (safeName.test(name) && names.some(({ ifname }) => ifname === name)) continue;
    throw noInterface(
      `This machine has no network interface named ${name}.`,
      names.map(({ ifname }) => ifname),
    );
  }
  const networks = all.data
    .filter(({ ifname }) => ifname === from)
    .flatMap(({ addr_info }) => addr_info)
    .flatMap(({ family, local, prefixlen }) =>
      family === 'inet' ? [{ address: local, prefix: prefixlen }] : [],
    );
  if (networks.length > 0) return networks;
  throw noInterface(`The interface ${from} has no IPv4 address.`, []);
}

/** The address of this machine in the network of a device; null if the device is in none of them. */
export function addressFor(networks: readonly Network[], deviceAddress: string): string | null {
  if (!isIPv4(deviceAddress)) return null;
  for (const { address, prefix } of networks) {
    const subnet = new BlockList();
    subnet.addSubnet(address, prefix);
    if (subnet.check(deviceAddress) && deviceAddress !== address) return address;
  }
  return null;
}

/** The network address for nft and iptables: `10.0.0.0/24` for `10.0.0.7/24`. */
export function subnetOf({ address, prefix }: Network): string {
  const bits = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - prefix);
  const base = Math.floor(bits / size) * size;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.')}/${prefix}`;
}

function noInterface(what: string, names: readonly string[]): CollabError {
  return new CollabError('no-interface', {
    what,
    why: names.length > 0 ? `It has: ${names.join(', ')}` : undefined,
    next: 'List them with: ip address',
    exitCode: ExitCode.usage,
  });
}

function noIp(stderr: string): CollabError {
  return new CollabError('no-ip-command', {
    what: 'Could not read the network interfaces of this machine with `ip -j address`.',
    why: plainText(stderr.trim()),
    next: 'Install it: sudo apt-get install iproute2',
    exitCode: ExitCode.internal,
  });
}
