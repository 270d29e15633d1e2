import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { hostName } from './known-hosts-line.js';

/** Where to log in, and as which user. */
export interface Login {
  host: string;
  port: number;
  user: string;
  /** The only private key to use; default: the agent and the user's keys. */
  keyPath?: string | null;
  /** Private keys to try instead of the default ones in ~/.ssh. Missing files are skipped. */
  identities?: readonly string[];
  /** Try `identities` without the agent, unless one of them has a passphrase. */
  identitiesOnly?: boolean;
  /** The name of its host keys in known_hosts, instead of its address. */
  hostKeyAlias?: string | null;
  /** The jump hosts, starting from this machine; default: a direct connection. */
  via?: readonly Login[];
}

/** A jump host, as stored in a LAN file. */
export const hopRecord = z.object({
  address: z.string().min(1),
  port: z.number().int().min(1).max(65535),
  user: z.string().min(1),
  key_path: z.string().refine(isAbsolute, 'must be an absolute path').nullable(),
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
 * The host and port under which known_hosts lists a login. Behind a jump host, an address may be a different machine than
 * it is here, so the name includes the jump host: `10.0.0.5/gateway` is 10.0.0.5 as seen from the gateway.
 */
export function keyPlace({ host, port, hostKeyAlias, via = [] }: Place): { host: string; port: number } {
  if (hostKeyAlias) return { host: hostKeyAlias, port: 22 };
  const last = via.at(-1);
  if (last === undefined) return { host, port };
  const before = keyPlace({ ...last, via: via.slice(0, -1) });
  return { host: `${hostName(host, port)}/${hostName(before.host, before.port)}`, port: 22 };
}

/** The logins of all jump hosts and then the target, each with its own `via`. */
export function stationsOf(login: Login): Login[] {
  const via = login.via ?? [];
  return [...via.map((hop, index) => ({ ...hop, via: via.slice(0, index) })), login];
}
