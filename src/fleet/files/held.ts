import { bucketCount, bucketStream, indexStream } from '../broker/index.js';
import { bucketOf, type FileRecord, partBytes, type VersionRecord } from './record.js';
import type { Placement } from './placement.js';

/** A device that holds parts of a version. */
export interface Holder {
  /** Id of the member. */
  member: string;
  parts: number;
  bytes: number;
}

/** Where one version lies. */
export interface Holding {
  version: VersionRecord;
  /** Parts of it; what has no content counts as one, its record. */
  parts: number;
  holders: readonly Holder[];
  /** Replicas that are whole, of the part with the fewest. */
  replicas: number;
  /** Replicas that each part should have; null if no server says it. */
  target: number | null;
}

interface Part {
  stream: string;
  bytes: number;
}

/** The streams that a version's parts lie in. */
function partsOfVersion({ id, size_bytes: size, parts }: VersionRecord): Part[] {
  if (parts.length === 0) return [{ stream: indexStream, bytes: 0 }];
  return parts.map((_, part) => ({
    stream: bucketStream(bucketOf(id, part, bucketCount)),
    bytes: Math.min(partBytes, size - part * partBytes),
  }));
}

/** Which devices hold the versions of a file: those whose replica of each part's stream is whole and answers. */
export function holdingsOf(record: FileRecord, placement: Placement): Holding[] {
  // A stream of which no leader answers says 0, and all have the same.
  const most = Math.max(0, ...placement.buckets.map(({ target }) => target));
  const target = most === 0 ? null : most;
  return record.versions.map((version) => {
    const parts = partsOfVersion(version);
    const holders = new Map<string, Holder>();
    let replicas = Infinity;
    for (const { stream, bytes } of parts) {
      const members = membersWith(stream, placement);
      replicas = Math.min(replicas, members.length);
      for (const member of members) {
        const before = holders.get(member) ?? { member, parts: 0, bytes: 0 };
        holders.set(member, { member, parts: before.parts + 1, bytes: before.bytes + bytes });
      }
    }
    return { version, parts: parts.length, holders: [...holders.values()], replicas, target };
  });
}

function membersWith(stream: string, { buckets }: Placement): string[] {
  const replicas = buckets.find((one) => one.stream === stream)?.replicas ?? [];
  return replicas.filter((one) => one.is_current && !one.is_offline).map(({ member }) => member);
}
