import type { Emit } from '../../events.js';
import type { FindAgainEvent } from '../../logs/index.js';
import type { Device } from '../lan/index.js';
import { discover, isOnNetwork, listInterfaces, type NetworkInterface } from '../discovery/index.js';
import { readNeighbors } from '../facts/index.js';
import { planMoves, type Candidate, type Finding, type MissingDevice } from './plan-moves.js';
import { type HostKey, showHostKey, Semaphore } from '../ssh/index.js';

export type { FindAgainEvent };

interface Place {
  address: string;
  port: number;
}

/** What a search reads from the network; replaced in unit tests. */
export interface NetworkView {
  interfaces(): NetworkInterface[];
  /** Places where an ssh server announces itself. */
  announced(interfaces: readonly string[], signal?: AbortSignal): Promise<Place[]>;
  /** MAC by IPv4 address. */
  neighbors(): Promise<Map<string, string>>;
  showKey(place: Place, knownTypes: readonly string[], signal?: AbortSignal): Promise<HostKey>;
}

const searchMs = 3000;
const requestsAtOnce = 8;

/** The network of this machine. */
export const localNetwork: NetworkView = {
  interfaces: () => listInterfaces(),
  announced: (interfaces, signal) => discover({ interfaces, timeoutMs: searchMs, ...(signal && { signal }) }),
  neighbors: readNeighbors,
  showKey: ({ address, port }, knownTypes, signal) =>
    showHostKey({ host: address, port }, knownTypes, { timeoutMs: searchMs, signal }),
};

/**
 * Searches for devices that are not at their saved addresses: by mDNS on the interfaces whose network contains these
 * addresses, and by their MACs in the neighbor table. Compares the host keys that are presented there and at the saved
 * addresses of all of them (they may have swapped). No login is tried.
 */
export async function findAgain(
  missing: readonly (MissingDevice & { keys: readonly HostKey[] })[],
  { view, emit, signal }: { view: NetworkView; emit: Emit<FindAgainEvent>; signal?: AbortSignal },
): Promise<Finding[]> {
  const devices = missing.map(({ device }) => device);
  const networks = view
    .interfaces()
    .filter((network) => !network.address.startsWith('127.'))
    .filter((network) => devices.some(({ address }) => isOnNetwork(address, network)));
  const interfaces = networks.map(({ name }) => name);
  emit({ kind: 'network.searching', devices: devices.map(({ name }) => name), interfaces });
  const announced = interfaces.length > 0 ? await view.announced(interfaces, signal).catch(() => []) : [];
  signal?.throwIfAborted();
  const near = await view.neighbors();
  const places = [...devices, ...announced, ...byMac(devices, networks, near)];
  const unique = new Map(places.map(({ address, port }) => [`${address} ${port}`, { address, port }]));
  const keyTypes = [...new Set(missing.flatMap(({ keys }) => keys.map(({ type }) => type)))];
  const semaphore = new Semaphore(requestsAtOnce);
  const answers = await Promise.all(
    [...unique.values()].map(async (place): Promise<Omit<Candidate, 'mac'>[]> => {
      const release = await semaphore.acquire(signal);
      try {
        return [{ ...place, key: await view.showKey(place, keyTypes, signal) }];
      } catch {
        return [];
      } finally {
        release();
      }
    }),
  );
  signal?.throwIfAborted();
  const macs = await view.neighbors();
  const candidates = answers.flat().map((one) => ({ ...one, mac: macs.get(one.address) ?? null }));
  return planMoves(missing, candidates);
}

/** The places where the neighbor table lists a MAC of a device. */
function byMac(
  devices: readonly Device[],
  networks: readonly NetworkInterface[],
  near: ReadonlyMap<string, string>,
): Place[] {
  return devices.flatMap(({ facts, port }) => {
    const own = facts.macs.map(({ mac }) => mac.toLowerCase());
    return [...near].flatMap(([address, mac]) =>
      own.includes(mac) && networks.some((network) => isOnNetwork(address, network))
        ? [{ address, port }]
        : [],
    );
  });
}
