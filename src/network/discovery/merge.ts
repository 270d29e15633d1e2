import type { FoundDevice, Sighting } from './discovery.js';

/** Merges two sightings of one address: the one with the higher weight, completed from the other. */
export function merge(one: Sighting, other: Sighting): Sighting {
  const [more, less] = other.weight > one.weight ? [other, one] : [one, other];
  const host = more.host === more.address ? less.host : more.host;
  return {
    ...more,
    host,
    service: more.service ?? less.service,
    user: more.user ?? less.user,
    mac: more.mac ?? less.mac,
  };
}

/** Converts sightings to devices, sorted by name, then by address in numeric order. `known` is not set yet. */
export function asDevices(sightings: Iterable<Sighting>, macs: ReadonlyMap<string, string>): FoundDevice[] {
  return [...sightings]
    .map(({ host, address, port, how, service, user, mac }) => ({
      host,
      address,
      port,
      how,
      service,
      user,
      // The kernel has communicated with that address; a record may be old or wrong.
      mac: macs.get(address) ?? mac,
      known: null,
    }))
    .map((device) => ({ device, key: sortKey(device) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ device }) => device);
}

/** Sorts numbers by value. `localeCompare` is not used: loading its tables takes longer than a device takes to answer. */
function sortKey({ host, address }: FoundDevice): string {
  return `${host} ${address}`.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, '0'));
}
