import { plainText } from '../errors.js';
import {
  type AgentConfig,
  type BrokerSystem,
  memberOfServer,
  membersOfPeers,
  type Placement,
  type StreamState,
} from '../fleet/index.js';
import { type Disk, isFull } from './disks.js';
import { isGone } from './replace.js';

export interface Facts {
  /** Member id of the leader. */
  leader: string | null;
  servers: Awaited<ReturnType<BrokerSystem['servers']>>;
  /** Empty where a server is alone. */
  peers: Awaited<ReturnType<BrokerSystem['peers']>>;
  streams: readonly StreamState[];
  /** By member id. */
  disks: ReadonlyMap<string, Disk>;
  config: Pick<AgentConfig, 'keepers' | 'generation'>;
}

/** Where the replicas are, and how the servers are, as the store's clients read it. */
export function placementOf({ leader, servers, peers, streams, disks, config }: Facts): Placement {
  const members = membersOfPeers(
    peers.map(({ server }) => server),
    config.keepers.map(({ id }) => id),
    config.generation,
  );
  /** A server that is none of ours keeps its name. */
  const memberOf = (server: string) => members.get(server) ?? memberOfServer(server) ?? plainText(server);
  const gone = new Set(peers.filter(isGone).map(({ server }) => server));
  const alone = servers.map(({ name }) => ({
    server: name,
    isCurrent: true,
    isOffline: false,
    lastSeenMs: 0,
  }));
  return {
    leader,
    servers: (peers.length > 0 ? peers : alone).map((peer) => {
      const answer = servers.find(({ name }) => name === peer.server);
      const member = memberOf(peer.server);
      const disk = disks.get(member);
      return {
        member,
        name: plainText(peer.server),
        used_bytes: answer?.usedBytes ?? null,
        free_bytes: disk?.freeBytes ?? null,
        is_full: disk !== undefined && isFull(disk),
        is_current: peer.isCurrent,
        is_offline: isGone(peer),
        last_seen_ms: peer.lastSeenMs,
      };
    }),
    buckets: streams.map(({ name, target, replicas, messages, bytes }) => ({
      stream: name,
      target,
      messages,
      bytes,
      replicas: replicas.map(({ server, isLeader, isCurrent, isOffline, lag }) => ({
        member: memberOf(server),
        is_leader: isLeader,
        is_current: isCurrent,
        is_offline: isOffline || gone.has(server),
        lag,
      })),
    })),
  };
}
