import { isIP } from 'node:net';
import { longestHostName } from '../../deployment/index.js';
import type { RoleInstance } from './peers.js';

/**
 * The names under which a role instance reaches the others and their devices: `<role>-<rank>`, names of devices, and the
 * name of a role with one instance. Where two are the same, the former counts. Its own name is among them
 * only in the network of its device (`network: host`): elsewhere the engine gives a container its name.
 * @param addressOf the address of a device; one that is a name itself, or an address of a link, has no line
 */
export function hostNames(
  instances: readonly Pick<RoleInstance, 'role' | 'rank' | 'device'>[],
  own: Pick<RoleInstance, 'role' | 'rank'>,
  addressOf: (device: string) => string,
): { name: string; address: string }[] {
  const ownName = `${own.role.name}-${own.rank}`;
  const shared = own.role.network === 'host';
  const all = [
    ...instances.map(({ role, rank, device }) => ({ name: `${role.name}-${rank}`, device })),
    ...instances.map(({ device }) => ({ name: device, device })),
    ...instances
      .filter(({ role }) => role.count === 1 && (shared || role.name !== own.role.name))
      .map(({ role, device }) => ({ name: role.name, device })),
  ];
  const taken = new Set(['localhost', ...(shared || ownName.length > longestHostName ? [] : [ownName])]);
  return all.flatMap(({ name, device }) => {
    const address = addressOf(device);
    if (taken.has(name.toLowerCase()) || isIP(address) === 0 || address.includes('%')) return [];
    taken.add(name.toLowerCase());
    return [{ name, address }];
  });
}
