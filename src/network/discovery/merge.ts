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
  const key = ({ host, address }: FoundDevice) => `${host} ${address}`;
  return [...sightings]
    .map(({ host, address, port, how, service, user, mac }) => ({
      ...{ host, address, port, how, service, user },
      // The kernel has spoken with that address; what a record says may be old, or wrong.
      mac: macs.get(address) ?? mac,
      known: null,
    }))
    .sort((a, b) => key(a).localeCompare(key(b), 'en', { numeric: true }));
}
