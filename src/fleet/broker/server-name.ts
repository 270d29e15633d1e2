import { createHash } from 'node:crypto';

/**
 * Name of a keeper's server in its cluster.
 * @param count 1 at first. A server that comes back after it was removed needs a name that was never used: the agent takes the
 * time in seconds.
 */
export const serverName = (id: string, generation: number, count = 1): string =>
  `${id}-${generation}-${count}`;

/** Whether a server is that of this keeper, of this set of keepers. */
export const isServerOf = (name: string, id: string, generation: number): boolean =>
  name.startsWith(`${id}-${generation}-`);

/** Digits of ids of peers. */
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * The id under which the cluster knows a server also when it does not know its name: it forgets the names of those that are away
 * when all others are started again (nats-server's `getHash`).
 */
export const peerIdOf = (name: string): string =>
  [...createHash('sha256').update(name).digest().subarray(0, 8)]
    .map((byte) => digits[byte % digits.length])
    .join('');

/** Names of our servers are longer. */
export const isPeerId = (text: string): boolean => /^[0-9A-Za-z]{8}$/.test(text);

/**
 * The keepers that the peers of a cluster are, by the peer's name or id. A name says its member. Of ids, those are known that
 * servers have at first; and if one peer and one keeper are left over, they belong together.
 */
export function membersOfPeers(
  peers: readonly string[],
  keepers: readonly string[],
  generation: number,
): ReadonlyMap<string, string> {
  const first = new Map(keepers.map((id) => [peerIdOf(serverName(id, generation)), id]));
  const members = new Map<string, string>();
  for (const peer of peers) {
    const member = memberOfServer(peer) ?? first.get(peer);
    if (member !== undefined) members.set(peer, member);
  }
  const strangers = peers.filter((peer) => !members.has(peer));
  const missing = keepers.filter((id) => ![...members.values()].includes(id));
  const [stranger] = strangers;
  const [member] = missing;
  if (stranger !== undefined && member !== undefined && strangers.length === 1 && missing.length === 1)
    members.set(stranger, member);
  return members;
}

/** The member whose server has this name; null if it is none of ours. */
export const memberOfServer = (name: string): string | null =>
  /^([0-9a-f]{20})-\d+-\d+$/.exec(name)?.[1] ?? null;

/** Content of the file with the server's name, which its configuration includes. */
export const serverConfig = (name: string): string => `server_name: ${JSON.stringify(name)}\n`;

/** Files of a broker, below the state folder of its member. The agent there writes them too. */
export const brokerFiles = {
  /** The users of the fleet's account: see `brokerUsers`. A signal (SIGHUP) makes the broker read it again. */
  users: 'nats/users.conf',
  /** Its own name: see `serverConfig`. Install writes it only if it is not there. */
  server: (generation: number): string => `nats/server-${generation}.conf`,
  /** Its streams. */
  store: (generation: number): string => `nats/store-${generation}`,
  pid: 'nats/nats.pid',
} as const;

/** What we call a peer: its name; its id while the cluster does not know its name. */
export const peerName = ({ name, peer }: { name: string; peer: string }): string =>
  /^[\w-]+$/.test(name) ? name : peer;
