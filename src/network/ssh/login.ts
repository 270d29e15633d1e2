import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { hostName } from './known-hosts-line.js';

/** Where and as whom to log in. */
export interface Login {
  host: string;
  port: number;
  user: string;
  /** The private key to use, and no other; without it the agent and the user's own keys are tried. */
  keyPath?: string | null;
  /** Private keys to try in place of the usual ones of ~/.ssh; those that are not there are passed over. */
  identities?: readonly string[];
  /** Whether `identities` are tried without the agent, unless one of them has a passphrase. */
  identitiesOnly?: boolean;
  /** The name under which its host keys are known, instead of its address. */
  hostKeyAlias?: string | null;
  /** The hosts to go through, from this machine on; each must let us in. Without any it is reached directly. */
  via?: readonly Login[];
}

/** A host on the way to a device, as a LAN file holds it. */
export const hopRecord = z.object({
  address: z.string().min(1),
  port: z.number().int().min(1).max(65535),
  user: z.string().min(1),
  key_path: z.string().refine(isAbsolute, 'a key is named by its whole path').nullable(),
  host_key_alias: z.string().min(1).nullable(),
});
export type HopRecord = z.infer<typeof hopRecord>;

export function hopOf({ address, key_path, host_key_alias, ...rest }: HopRecord): Login {
  return { ...rest, host: address, keyPath: key_path, hostKeyAlias: host_key_alias };
}

export function recordOf({ host, port, user, keyPath, hostKeyAlias }: Login): HopRecord {
  return {
    address: host,
    port,
    user,
    key_path: keyPath ?? null,
    host_key_alias: hostKeyAlias ?? null,
  };
}

type Place = Pick<Login, 'host' | 'port' | 'hostKeyAlias' | 'via'>;

/**
 * Under which host and port the known hosts speak of a login. Behind other hosts an address means another machine than
 * it does here: `10.0.0.5/gateway` is 10.0.0.5 as the gateway sees it.
 */
export function keyPlace({ host, port, hostKeyAlias, via = [] }: Place): { host: string; port: number } {
  if (hostKeyAlias) return { host: hostKeyAlias, port: 22 };
  const last = via.at(-1);
  if (last === undefined) return { host, port };
  const before = keyPlace({ ...last, via: via.slice(0, -1) });
  return { host: `${hostName(host, port)}/${hostName(before.host, before.port)}`, port: 22 };
}

/** Every login on the way to a place, itself last, each with the hosts that lead to it. */
export function stationsOf(login: Login): Login[] {
  const via = login.via ?? [];
  return [...via.map((hop, index) => ({ ...hop, via: via.slice(0, index) })), login];
}
