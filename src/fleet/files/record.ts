import { z } from 'zod';

/** A part is at most this long; its chunks are single messages. */
export const partBytes = 32 * 1024 * 1024;
export const chunkBytes = 1024 * 1024;
/** Versions that are kept of a name unless the fleet's settings say otherwise. */
export const defaultKeep = 5;
/** A record must fit into one message of a broker (`max_payload`). */
export const maxRecordBytes = 4_000_000;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The manifest of one version. */
export const versionRecord = z.object({
  n: z.int().positive(),
  /** Names the version's chunks in the streams. */
  id: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  kind: z.enum(['file', 'link', 'folder']),
  size_bytes: z.int().nonnegative(),
  /** Null for links and folders. */
  sha256: sha256.nullable(),
  mode: z.int().min(0).max(0o7777),
  owner: z.string().max(200),
  /** ISO 8601, UTC, of the client that put it. */
  put_at: z.iso.datetime(),
  target: z.string().max(4096).nullable(),
  /** SHA-256 of each part. */
  parts: z.array(sha256),
});
export type VersionRecord = z.output<typeof versionRecord>;

/**
 * All that is kept of a name: one message, replaced by compare-and-set, so that a put is seen whole or not at all and of two
 * at once both become versions. Without versions, the file was removed.
 */
export const fileRecord = z.object({
  format: z.literal(1),
  name: z.string(),
  /** The number of the next version; numbers are not used twice. */
  next: z.int().positive(),
  /** The newest first. */
  versions: z.array(versionRecord),
});
export type FileRecord = z.output<typeof fileRecord>;

/** The record that says that there is a store. Only `fleet up` makes it; a read never does. */
export const storeRecord = z.object({
  format: z.literal(1),
  fleet: z.string(),
  /** `filling`: being copied from earlier keepers; not to be used yet. */
  state: z.enum(['filling', 'ready']),
  keep: z.int().positive(),
  replace_after_s: z.number().positive(),
  /** Replicas that each stream should have. */
  replicas: z.int().positive(),
});
export type StoreRecord = z.output<typeof storeRecord>;

/** Keepers with too little space left; the leader's agent keeps it up to date. */
export const fullRecord = z.object({
  format: z.literal(1),
  keepers: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      free_bytes: z.number().nonnegative(),
      /** What is to stay free. */
      reserve_bytes: z.number().nonnegative(),
    }),
  ),
});
export type FullRecord = z.output<typeof fullRecord>;

/** The bucket of a part: parts of one version lie in different ones. `id` is random. */
export function bucketOf(id: string, part: number, buckets: number): number {
  let sum = 0;
  for (const one of id) sum = (sum * 31 + one.charCodeAt(0)) % 1_000_003;
  return (sum + part) % buckets;
}
