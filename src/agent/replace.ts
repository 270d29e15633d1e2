import { type BrokerSystem, membersOfPeers } from '../fleet/index.js';

type Peer = Awaited<ReturnType<BrokerSystem['peers']>>[number];

/** Above this, nats-server has not heard of the peer since it leads; it says hundreds of years. */
const unknownMs = 10 * 365 * 86_400_000;

/** Peers talk to each other each second. */
const silentMs = 10_000;

/** The cluster takes a peer that was killed for offline after minutes only; until then it just says nothing. */
export const isGone = ({ isOffline, isCurrent, lastSeenMs }: Peer): boolean =>
  isOffline || (!isCurrent && lastSeenMs > silentMs);

/** When each peer was first seen to be gone, by a monotonic clock. The server's own count begins anew with each of its leaders. */
export class OfflineSince {
  readonly #sinceMs = new Map<string, number>();

  update(peers: readonly Peer[], nowMs: number): void {
    for (const peer of peers)
      if (!isGone(peer)) this.#sinceMs.delete(peer.server);
      else if (!this.#sinceMs.has(peer.server)) this.#sinceMs.set(peer.server, nowMs);
    for (const server of this.#sinceMs.keys())
      if (!peers.some((one) => one.server === server)) this.#sinceMs.delete(server);
  }

  /** For how long a peer is away, in ms: what the cluster says if it knows, but never before we saw it ourselves. */
  forMs({ server, lastSeenMs }: Peer, nowMs: number): number {
    const since = this.#sinceMs.get(server);
    if (since === undefined) return 0;
    const seen = nowMs - since;
    return lastSeenMs < unknownMs && seen >= leastSeenMs ? Math.max(seen, lastSeenMs) : seen;
  }
}

/** A peer is gone for this long at least before it counts, because an election marks peers so for moments. */
const leastSeenMs = 15_000;

export type ReplacementPlan =
  | { kind: 'nothing' }
  /** Servers are gone, and there is none to take their replicas. */
  | { kind: 'degraded'; gone: readonly string[] }
  | { kind: 'remove'; server: string };

/**
 * Which server is to be removed from the cluster. One at a time, and only while enough others are there to hold all replicas.
 * @param replicas that each stream should have
 */
export function planReplacement(
  peers: readonly (Peer & { goneMs: number })[],
  { replicas, replaceAfterMs }: { replicas: number; replaceAfterMs: number },
): ReplacementPlan {
  const gone = peers.filter(isGone);
  if (gone.length === 0) return { kind: 'nothing' };
  if (!canSpare(peers, replicas)) return { kind: 'degraded', gone: gone.map(({ server }) => server) };
  const [due] = gone.filter(({ goneMs }) => goneMs >= replaceAfterMs).sort((a, b) => b.goneMs - a.goneMs);
  return due === undefined ? { kind: 'nothing' } : { kind: 'remove', server: due.server };
}

/** Whether those that are here can hold all replicas, and are a majority of all peers, which must agree to a removal. */
function canSpare(peers: readonly Peer[], replicas: number): boolean {
  const here = peers.filter((peer) => !isGone(peer)).length;
  return here >= replicas && here > peers.length / 2;
}

/** Why a keeper is not removed that an admin has named. */
export type NotReplaced = 'unknown' | 'alive' | 'no spare';

/**
 * The server of a keeper that an admin wants to be removed now.
 * @param keepers member ids, and the number of their set
 * @param replicas that each stream should have
 */
export function planNamed(
  peers: readonly Peer[],
  member: string,
  { keepers, generation, replicas }: { keepers: readonly string[]; generation: number; replicas: number },
): { server: string } | { refused: NotReplaced } {
  const names = peers.map(({ server }) => server);
  const members = membersOfPeers(names, keepers, generation);
  const own = peers.filter(({ server }) => members.get(server) === member);
  const [server] = own;
  if (server === undefined) return { refused: 'unknown' };
  if (!own.every(isGone)) return { refused: 'alive' };
  return canSpare(peers, replicas) ? { server: server.server } : { refused: 'no spare' };
}

/** Replicas that a stream has with this many keepers. */
export const replicasFor = (keepers: number): number => Math.min(3, keepers);
