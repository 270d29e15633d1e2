import type { Placement } from './placement.js';

/** How a fleet's store is, at one look. */
export interface StoreHealth {
  /** Member that repairs and cleans up; null while there is none. */
  leader: string | null;
  keepers: number;
  answering: number;
  /** Whether most keepers answer, so that files can be put. */
  hasQuorum: boolean;
  /** Streams, of all, that lack a whole replica. */
  belowTarget: number;
  streams: number;
  /** A keeper is gone, and there is none that could take its replicas. */
  isDegraded: boolean;
  servers: readonly {
    member: string;
    isOffline: boolean;
    usedBytes: number | null;
    freeBytes: number | null;
    /** Its disk has so little left that nothing can be put. */
    isFull: boolean;
  }[];
}

export function healthOf({ leader, servers, buckets }: Placement): StoreHealth {
  const answering = servers.filter((one) => !one.is_offline).length;
  const target = Math.max(0, ...buckets.map((one) => one.target));
  return {
    leader,
    keepers: servers.length,
    answering,
    hasQuorum: answering > servers.length / 2,
    // A stream of which no leader answers says no target.
    belowTarget: buckets.filter((one) => wholeReplicas(one) < Math.max(one.target, 1)).length,
    streams: buckets.length,
    isDegraded: answering < servers.length && answering < target,
    servers: servers.map((one) => ({
      member: one.member,
      isOffline: one.is_offline,
      usedBytes: one.used_bytes,
      freeBytes: one.free_bytes,
      isFull: one.is_full,
    })),
  };
}

const wholeReplicas = ({ replicas }: Placement['buckets'][number]): number =>
  replicas.filter((one) => one.is_current && !one.is_offline).length;
