import { setMaxListeners } from 'node:events';
import type { Emit } from '../../events.js';
import { readNeighbors } from '../facts/index.js';
import { interrupted } from '../shell/index.js';
import type { Discovery, DiscoveryEvent, FoundDevice, Sighting } from './discovery.js';
import { chooseInterfaces } from './interfaces.js';
import { mdns } from './mdns.js';
import { asDevices, merge } from './merge.js';
import { scan } from './scan.js';

/** All discovery methods. */
const allMethods: readonly Discovery[] = [mdns, scan];

/** Limits memory on a hostile network. */
const maxDevices = 4096;

export interface DiscoverOptions {
  /** Names of the interfaces to search; default or empty: all suitable ones. */
  interfaces?: readonly string[];
  /** How long to wait for mDNS answers; default 5,000, which allows for all repeated questions. */
  timeoutMs?: number;
  /** Stop as soon as this many devices are found. */
  expect?: number;
  /** Also probe the neighbors and every address of the local subnets. */
  scan?: boolean;
  emit?: Emit<DiscoveryEvent>;
  signal?: AbortSignal;
}

/**
 * Searches with all methods at once. Returns after the timeout, or as soon as `expect` devices are found. Sorted by name,
 * then by address in numeric order.
 * @throws CollabError `unknown-interface`, `no-interface`; `discovery-failed` if a method failed and nothing was found
 */
export async function discover(
  options: DiscoverOptions,
  discoveries: readonly Discovery[] = allMethods,
): Promise<FoundDevice[]> {
  const { interfaces = [], timeoutMs = 5000, expect = Infinity, emit = () => undefined, signal } = options;
  const networks = chooseInterfaces(interfaces);
  const found = new Map<string, Sighting>();
  const over = new AbortController();
  const end = () => over.abort();
  const see = (sighting: Sighting) => {
    const { host, address, port, how } = sighting;
    const before = found.get(address);
    if (before === undefined && found.size >= maxDevices) return;
    found.set(address, before ? merge(before, sighting) : sighting);
    if (before === undefined) emit({ kind: 'network.found', host, address, port, how });
    if (found.size >= expect) end();
  };
  emit({
    kind: 'network.looking',
    interfaces: networks.map(({ name }) => name),
    seconds: timeoutMs / 1000,
  });
  // Every probe of a scan adds a listener; Node warns about a leak above ten.
  setMaxListeners(0, over.signal);
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  const find = { networks, timeoutMs, scan: options.scan === true, emit, signal: over.signal };
  const outcomes = await Promise.allSettled(discoveries.map((method) => method.find(find, see)));
  signal?.removeEventListener('abort', end);
  if (signal?.aborted) throw interrupted(signal);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (found.size === 0 && failed) throw failed.reason;
  return asDevices(found.values(), await readNeighbors());
}
