import type { CollabEvent, Emit } from '../../events.js';
import type { Device } from '../lan/index.js';
import { discover, isOnNetwork, listInterfaces, type NetworkInterface } from '../discovery/index.js';
import { readNeighbors } from '../facts/index.js';
import { planMoves, type Candidate, type Finding, type Sought } from './plan-moves.js';
import { type HostKey, showHostKey, Semaphore } from '../ssh/index.js';

export type FindAgainEvent = CollabEvent &
  (
    | { kind: 'network.searching'; devices: string[]; interfaces: string[] }
    | { kind: 'network.moved'; device: string; from: string; address: string }
  );

interface Place {
  address: string;
  port: number;
}

/** What is asked of the network in a search; another one in unit tests. */
export interface Surroundings {
  interfaces(): NetworkInterface[];
  /** Places where an ssh server announces itself. */
  announced(interfaces: readonly string[], signal?: AbortSignal): Promise<Place[]>;
  /** MAC by IPv4 address. */
  neighbors(): Promise<Map<string, string>>;
  showKey(place: Place, knownTypes: readonly string[], signal?: AbortSignal): Promise<HostKey>;
}

const searchMs = 3000;
const askedAtOnce = 8;

/** The network that this machine is on. */
export const surroundings: Surroundings = {
  interfaces: () => listInterfaces(),
  announced: (interfaces, signal) => discover({ interfaces, timeoutMs: searchMs, ...(signal && { signal }) }),
  neighbors: readNeighbors,
  showKey: ({ address, port }, knownTypes, signal) =>
    showHostKey({ host: address, port }, knownTypes, { timeoutMs: searchMs, signal }),
};

/**
 * Looks for devices that are not where they were: asks by mDNS on the interfaces whose network holds their saved
 * addresses, looks up their MACs in the neighbor table, and compares the host keys that are shown there and at the
 * saved addresses of all of them (they may have swapped). No login is tried.
 */
export async function findAgain(
  sought: readonly (Sought & { keys: readonly HostKey[] })[],
  { around, emit, signal }: { around: Surroundings; emit: Emit<FindAgainEvent>; signal?: AbortSignal },
): Promise<Finding[]> {
  const devices = sought.map(({ device }) => device);
  const networks = around
    .interfaces()
    .filter((network) => !network.address.startsWith('127.'))
    .filter((network) => devices.some(({ address }) => isOnNetwork(address, network)));
  const interfaces = networks.map(({ name }) => name);
  emit({ kind: 'network.searching', devices: devices.map(({ name }) => name), interfaces });
  const announced = interfaces.length > 0 ? await around.announced(interfaces, signal).catch(() => []) : [];
  signal?.throwIfAborted();
  const near = await around.neighbors();
  const places = [...devices, ...announced, ...byMac(devices, networks, near)];
  const unlike = new Map(places.map(({ address, port }) => [`${address} ${port}`, { address, port }]));
  const keyTypes = [...new Set(sought.flatMap(({ keys }) => keys.map(({ type }) => type)))];
  const semaphore = new Semaphore(askedAtOnce);
  const answers = await Promise.all(
    [...unlike.values()].map(async (place): Promise<Omit<Candidate, 'mac'>[]> => {
      const release = await semaphore.acquire(signal);
      try {
        return [{ ...place, key: await around.showKey(place, keyTypes, signal) }];
      } catch {
        return [];
      } finally {
        release();
      }
    }),
  );
  signal?.throwIfAborted();
  const macs = await around.neighbors();
  const candidates = answers.flat().map((one) => ({ ...one, mac: macs.get(one.address) ?? null }));
  return planMoves(sought, candidates);
}

/** Where the neighbor table has a MAC of a device. */
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
