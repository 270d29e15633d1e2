import { showHostKey } from './client.js';
import type { HostKey } from './host-key.js';
import { hostName } from './known-hosts-line.js';
import type { KnownHosts } from './known-hosts.js';
import { keyPlace, stationsOf, type Login } from './login.js';
import { Semaphore } from './semaphore.js';

/** A server whose host key no line speaks of, and the key that it shows. */
export interface Stranger {
  /** As known_hosts will name it. */
  place: string;
  key: HostKey;
}

/** Asked for all strangers that can be seen at once; false ends it. */
export type MayTrust = (strangers: readonly Stranger[]) => Promise<boolean>;

const askedAtOnce = 8;

/**
 * Shows the host keys that are new on the way to the logins, before anything is proved or sent to their servers, and
 * records them once they are trusted. What lies behind other hosts is seen when those are known: it is asked in rounds.
 * A server that does not answer is passed over; the login will say why.
 * @returns false when one was not trusted; nothing of that round is recorded then
 */
export async function introduce(
  logins: readonly Login[],
  {
    knownHosts,
    mayTrust,
    ownKeyPath,
    signal,
  }: { knownHosts: KnownHosts; mayTrust: MayTrust; ownKeyPath?: string; signal?: AbortSignal },
): Promise<boolean> {
  const semaphore = new Semaphore(askedAtOnce);
  const options = { knownHosts, ...(ownKeyPath !== undefined && { ownKeyPath }), ...(signal && { signal }) };
  const unanswered = new Set<string>();
  for (;;) {
    const stations = await Promise.all(logins.map((login) => firstUnknown(login, knownHosts)));
    const unlike = new Map<string, Login>();
    for (const station of stations) {
      if (station && !unanswered.has(nameOf(station))) unlike.set(nameOf(station), station);
    }
    if (unlike.size === 0) return true;
    const shown = await Promise.all(
      [...unlike].map(async ([place, station]) => {
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
    const strangers = shown.flat();
    if (strangers.length > 0 && !(await mayTrust(strangers.map(({ place, key }) => ({ place, key })))))
      return false;
    for (const { station, key } of strangers) {
      const { host, port } = keyPlace(station);
      await knownHosts.append(host, port, key);
    }
  }
}

function nameOf(station: Login): string {
  const { host, port } = keyPlace(station);
  return hostName(host, port);
}

/** The first one on the way, the device itself last, that the known hosts do not speak of. */
async function firstUnknown(login: Login, knownHosts: KnownHosts): Promise<Login | null> {
  for (const station of stationsOf(login)) {
    const { host, port } = keyPlace(station);
    if ((await knownHosts.find(host, port)).length === 0) return station;
  }
  return null;
}
