import type { Device } from '../lan/index.js';
import { type HostKey, showHostKey, Semaphore } from '../ssh/index.js';
import type { FoundDevice } from './discovery.js';

const requestsAtOnce = 8;
const keyTimeoutMs = 2000;

/** Reads the host key of a found device; replaced in unit tests. */
export type ShowKey = (place: FoundDevice, signal?: AbortSignal) => Promise<HostKey>;

/**
 * Identifies found devices: reads the host key of each, without a login, and compares it with the devices of a LAN. A device
 * without a host key after 2 s is identified by its MAC, then by its address.
 */
export async function recognize(
  found: readonly FoundDevice[],
  devices: readonly Device[],
  signal?: AbortSignal,
  showKey: ShowKey = askKey,
): Promise<FoundDevice[]> {
  if (devices.length === 0) return [...found];
  const semaphore = new Semaphore(requestsAtOnce);
  return Promise.all(
    found.map(async (one) => {
      const release = await semaphore.acquire(signal);
      const key = await showKey(one, signal)
        .catch(() => null)
        .finally(release);
      signal?.throwIfAborted();
      return { ...one, known: knownAs(one, key?.fingerprint ?? null, devices) };
    }),
  );
}

/**
 * The name of a found device in a LAN, or null. A known host key decides, then a known MAC. An address may belong to another
 * device by now, so it decides only if neither key nor MAC is available.
 */
export function knownAs(
  { address, port, mac }: FoundDevice,
  fingerprint: string | null,
  devices: readonly Device[],
): string | null {
  const byKey = devices.find(({ id }) => id === fingerprint);
  if (byKey) return byKey.name;
  const byMac = devices.find(({ facts }) => facts.macs.some((own) => own.mac.toLowerCase() === mac));
  if (byMac) return byMac.name;
  if (fingerprint !== null || mac !== null) return null;
  return (
    devices.find((one) => one.via.length === 0 && one.address === address && one.port === port)?.name ?? null
  );
}

/** Ed25519 first: most devices were saved with that key. */
const askKey: ShowKey = ({ address, port }, signal) =>
  showHostKey({ host: address, port }, ['ssh-ed25519'], { timeoutMs: keyTimeoutMs, signal });
