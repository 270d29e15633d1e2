import { isIP } from 'node:net';
import type { ConnectedDevice } from '../../network/index.js';
import type { HostName } from '../engine/index.js';

/**
 * The hosts file of a role in the network of its device. Programs there look up the device's own host name to find the
 * address that they tell their peers, so it means the address at which the peers reach it, not 127.0.1.1 as on Debian. The
 * engine leaves out the device's own file where there are other names; its lines come last.
 * @param names the names of the run, which count first
 */
export async function hostsOfDevice(
  { device: { facts, address }, shell }: Pick<ConnectedDevice, 'device' | 'shell'>,
  names: readonly HostName[],
): Promise<HostName[]> {
  const file = await shell.read('/etc/hosts').catch(() => null);
  const all = [...names, { name: facts.hostname, address }, ...linesOf(file?.toString() ?? '')];
  const taken = new Set(['localhost']);
  return all.filter((line) => {
    const name = line.name.toLowerCase();
    if (taken.has(name) || isIP(line.address) === 0) return false;
    taken.add(name);
    return true;
  });
}

/** hosts(5): an address, then its names; # starts a comment. */
function linesOf(text: string): HostName[] {
  return text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    return names.map((name) => ({ name, address }));
  });
}
