import type { RoleDefinition } from '../definition/index.js';
import { pinOf, type Pin } from './pins.js';
import { addOwn, spread } from './spread.js';

/** A role instance, and the index of the device that plays it. */
interface Chosen {
  role: RoleDefinition;
  rank: number;
  device: number;
}

/**
 * A device for every role instance, in the order of roles and ranks.
 * @param fitting the devices that may play an instance of a role, of a pinned one its pin's
 * @returns null if there are too few devices for roles that want theirs alone
 */
export function chooseDevices(
  roles: readonly RoleDefinition[],
  pins: readonly Pin[],
  fitting: (role: string, pin: Pin | null) => readonly number[],
  deviceCount: number,
): Chosen[] | null {
  const instances = roles.flatMap((role) =>
    Array.from({ length: leastOf(role, pins) }, (_, rank) => ({ role, rank })),
  );
  const wishes = instances.map(({ role, rank }) => ({
    fits: fitting(role.name, pinOf(pins, role.name, rank)),
    alone: !role.share,
  }));
  const first = spread(wishes, deviceCount);
  if (first === null) return null;
  const more = roles.map((role) => ({
    fits: fitting(role.name, pins.find((pin) => pin.role === role.name && pin.rank === null) ?? null),
    most: Math.max(0, (role.most ?? 0) - leastOf(role, pins)),
  }));
  const { chosen, added } = addOwn(wishes, first, more, deviceCount);
  const all = instances.map((instance, index) => ({ ...instance, device: chosen[index] ?? -1 }));
  return roles.flatMap((role, index) => {
    const least = all.filter((one) => one.role === role);
    const further = (added[index] ?? []).map((device, at) => ({ role, rank: least.length + at, device }));
    return [...least, ...further];
  });
}

/** How many instances a role has at least: also the one that a pin names. */
function leastOf({ name, count }: RoleDefinition, pins: readonly Pin[]): number {
  const pinned = pins.filter(({ role }) => role === name).map(({ rank }) => (rank ?? -1) + 1);
  return Math.max(count, ...pinned);
}
