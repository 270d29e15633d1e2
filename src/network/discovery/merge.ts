import type { FoundDevice, Sighting } from './discovery.js';

/** What is known of one address: the heaviest sighting, with what others say where it is silent. */
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

/** Sightings as devices: sorted by name, then by address in numeric order. Nobody has looked them up yet. */
export function asDevices(sightings: Iterable<Sighting>, macs: ReadonlyMap<string, string>): FoundDevice[] {
  return [...sightings]
    .map(({ host, address, port, how, service, user, mac }) => ({
      host,
      address,
      port,
      how,
      service,
      user,
      // The kernel has spoken with that address; what a record says may be old, or wrong.
      mac: macs.get(address) ?? mac,
      known: null,
    }))
    .map((device) => ({ device, key: sortKey(device) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ device }) => device);
}

/** Numbers count as numbers. Not `localeCompare`, whose tables take longer to load than a device to answer. */
function sortKey({ host, address }: FoundDevice): string {
  return `${host} ${address}`.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, '0'));
}
