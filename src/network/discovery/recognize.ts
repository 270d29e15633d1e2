import type { Device } from '../lan/index.js';
import { type HostKey, showHostKey, Semaphore } from '../ssh/index.js';
import type { FoundDevice } from './discovery.js';

const askedAtOnce = 8;
const keyTimeoutMs = 2000;

/** What is asked to tell who a found device is; another one in unit tests. */
export type ShowKey = (place: FoundDevice, signal?: AbortSignal) => Promise<HostKey>;

/**
 * Looks up who the found devices are: each is asked for its host key, without a login, and held against the devices
 * of a LAN. One that shows no key in 2 s is told by its MAC, then by its address.
 */
export async function recognize(
  found: readonly FoundDevice[],
  devices: readonly Device[],
  signal?: AbortSignal,
  showKey: ShowKey = askKey,
): Promise<FoundDevice[]> {
  if (devices.length === 0) return [...found];
  const semaphore = new Semaphore(askedAtOnce);
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
 * The name of a found device in a LAN, or null. Its host key decides when it shows one that is known; then its
 * MAC. An address says only who was there: it decides when nothing else was to be had.
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

/** Ed25519 first: by that key most devices were saved. */
const askKey: ShowKey = ({ address, port }, signal) =>
  showHostKey({ host: address, port }, ['ssh-ed25519'], { timeoutMs: keyTimeoutMs, signal });
