import type { Discovery, FindOptions, FoundDevice } from './discovery.js';
import { mdns } from './mdns.js';

/** All ways to find devices. */
const discoveries: readonly Discovery[] = [mdns];

export interface DiscoverOptions extends Omit<FindOptions, 'timeoutMs'> {
  /** Default 3,000. */
  timeoutMs?: number;
}

/**
 * Asks in all ways at once; returns when the time is over, or earlier when `expect` devices were found.
 * Sorted by name, then by address in numeric order.
 */
export async function discover(options: DiscoverOptions): Promise<FoundDevice[]> {
  const timeoutMs = options.timeoutMs ?? 3000;
  const found = await Promise.all(discoveries.map((one) => one.find({ ...options, timeoutMs })));
  const byPlace = new Map(found.flat().map((device) => [`${device.address} ${device.port}`, device]));
  const key = (device: FoundDevice) => `${device.host} ${device.address}`;
  return [...byPlace.values()].sort((a, b) => key(a).localeCompare(key(b), 'en', { numeric: true }));
}
