import { setMaxListeners } from 'node:events';
import type { Emit } from '../../events.js';
import { readNeighbors } from '../facts/index.js';
import { interrupted } from '../shell/index.js';
import type { Discovery, DiscoveryEvent, FoundDevice, Sighting } from './discovery.js';
import { chooseInterfaces } from './interfaces.js';
import { mdns } from './mdns.js';
import { asDevices, merge } from './merge.js';
import { scan } from './scan.js';

/** All ways to find devices. */
const discoveries: readonly Discovery[] = [mdns, scan];

/** A hostile network may not fill our memory. */
const mostDevices = 4096;

export interface DiscoverOptions {
  /** Names of the interfaces to ask on; empty or left out: every suitable one. */
  interfaces?: readonly string[];
  /** How long to wait for answers to mDNS; default 5,000, which is long enough for all its questions. */
  timeoutMs?: number;
  /** Stop as soon as this many devices were found. */
  expect?: number;
  /** Probe the neighbors and every address of the local subnets as well. */
  scan?: boolean;
  emit?: Emit<DiscoveryEvent>;
  signal?: AbortSignal;
}

/**
 * Asks in all ways at once; returns when the time is over, or earlier when `expect` devices were found. Sorted by
 * name, then by address in numeric order.
 * @throws CollabError `unknown-interface`, `no-interface`; `discovery-failed` when a way failed and nothing was found
 */
export async function discover(options: DiscoverOptions): Promise<FoundDevice[]> {
  const { interfaces = [], timeoutMs = 5000, expect = Infinity, emit = () => undefined, signal } = options;
  const networks = chooseInterfaces(interfaces);
  const found = new Map<string, Sighting>();
  const over = new AbortController();
  const end = () => over.abort();
  const see = (sighting: Sighting) => {
    const { host, address, port, how } = sighting;
    const before = found.get(address);
    if (before === undefined && found.size >= mostDevices) return;
    found.set(address, before ? merge(before, sighting) : sighting);
    if (before === undefined) emit({ kind: 'network.found', host, address, port, how });
    if (found.size >= expect) end();
  };
  emit({
    kind: 'network.looking',
    interfaces: networks.map(({ name }) => name),
    seconds: timeoutMs / 1000,
  });
  // Every probe of a scan listens; Node takes more than ten for a leak.
  setMaxListeners(0, over.signal);
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  const find = { networks, timeoutMs, scan: options.scan === true, emit, signal: over.signal };
  const ways = await Promise.allSettled(discoveries.map((one) => one.find(find, see)));
  signal?.removeEventListener('abort', end);
  if (signal?.aborted) throw interrupted(signal);
  const failed = ways.find((way) => way.status === 'rejected');
  if (found.size === 0 && failed) throw failed.reason;
  return asDevices(found.values(), await readNeighbors());
}
