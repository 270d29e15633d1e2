import { userInfo } from 'node:os';
import type { Emit } from '../../events.js';
import { LocalShell } from '../shell/index.js';
import { hasOpenSsh, type Login, resolvePlace, type TypedPlace } from '../ssh/index.js';

/** What ssh_config makes of the places that a user typed. */
export type ResolveEvent =
  | { kind: 'network.resolved'; typed: string; address: string; port: number; user: string; via: string[] }
  | { kind: 'network.ssh-config-left'; reason: string };

/**
 * Resolves the hosts that the user typed with OpenSSH's configuration. If its client is not installed, they are used as
 * typed, and an event reports this.
 * @throws CollabError the errors of `resolvePlace`
 */
export async function resolveTargets(
  places: readonly TypedPlace[],
  options: { configPath?: string | null; emit: Emit<ResolveEvent>; signal?: AbortSignal },
): Promise<Login[]> {
  if (places.length === 0) return [];
  const { emit } = options;
  const shell = new LocalShell();
  if (!(await hasOpenSsh(shell))) {
    emit({ kind: 'network.ssh-config-left', reason: "OpenSSH's client is not installed here" });
    return places.map(({ host, user, port }) => ({
      host,
      port: port ?? 22,
      user: user ?? userInfo().username,
    }));
  }
  return Promise.all(
    places.map(async (place) => {
      const login = await resolvePlace(place, { ...options, shell });
      const { host: address, port, user, via = [] } = login;
      if (address !== place.host || via.length > 0) {
        const names = via.map(({ host }) => host);
        emit({ kind: 'network.resolved', typed: place.host, address, port, user, via: names });
      }
      return login;
    }),
  );
}
