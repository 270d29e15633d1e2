import { showHostKey } from './client.js';
import type { HostKey } from './host-key.js';
import { hostName } from './known-hosts-line.js';
import type { KnownHosts } from './known-hosts.js';
import { keyPlace, stationsOf, type Login } from './login.js';
import { Semaphore } from './semaphore.js';

/** A server without a known_hosts line, and the host key that it presents. */
export interface UnknownHost {
  /** Its name in known_hosts. */
  place: string;
  key: HostKey;
}

/** Asked once for all unknown servers that are visible at the time; false stops. */
export type ConfirmTrust = (newHosts: readonly UnknownHost[]) => Promise<boolean>;

const requestsAtOnce = 8;

/**
 * Asks the user to trust the new host keys of devices and their jump hosts, before any login, and records the trusted
 * ones. This takes several rounds, because servers behind a jump host are visible only after that host is known. A server
 * that does not answer is skipped; the login will report why.
 * @returns false if the user does not trust a key; nothing from that round is recorded then
 */
export async function trustNewHosts(
  logins: readonly Login[],
  {
    knownHosts,
    confirmTrust,
    ownKeyPath,
    signal,
  }: { knownHosts: KnownHosts; confirmTrust: ConfirmTrust; ownKeyPath?: string; signal?: AbortSignal },
): Promise<boolean> {
  const semaphore = new Semaphore(requestsAtOnce);
  const options = { knownHosts, ...(ownKeyPath !== undefined && { ownKeyPath }), ...(signal && { signal }) };
  const unanswered = new Set<string>();
  for (;;) {
    const firstUnknowns = await Promise.all(logins.map((login) => firstUnknown(login, knownHosts)));
    const unknown = new Map<string, Login>();
    for (const station of firstUnknowns) {
      if (station && !unanswered.has(placeOf(station))) unknown.set(placeOf(station), station);
    }
    if (unknown.size === 0) return true;
    const shown = await Promise.all(
      [...unknown].map(async ([place, station]) => {
        const release = await semaphore.acquire(signal);
        try {
          return [{ place, station, key: await showHostKey(station, [], options) }];
        } catch {
          unanswered.add(place);
          return [];
        } finally {
          release();
        }
      }),
    );
    signal?.throwIfAborted();
    const newHosts = shown.flat();
    if (newHosts.length > 0 && !(await confirmTrust(newHosts.map(({ place, key }) => ({ place, key })))))
      return false;
    for (const { station, key } of newHosts) {
      const { host, port } = keyPlace(station);
      await knownHosts.append(host, port, key);
    }
  }
}

function placeOf(station: Login): string {
  const { host, port } = keyPlace(station);
  return hostName(host, port);
}

/** The first host without a known_hosts line, in the order jump hosts, then the device. */
async function firstUnknown(login: Login, knownHosts: KnownHosts): Promise<Login | null> {
  for (const station of stationsOf(login)) {
    const { host, port } = keyPlace(station);
    if ((await knownHosts.find(host, port)).length === 0) return station;
  }
  return null;
}
