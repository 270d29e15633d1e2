import { z } from 'zod';

/** What a device is, as far as its agent knows. */
export const capabilities = z.object({
  /** As Docker names it, e.g. `arm64`. */
  architecture: z.string(),
  cores: z.int().nonnegative(),
  memory_bytes: z.number().nonnegative(),
  gpu: z.boolean(),
});
export type Capabilities = z.output<typeof capabilities>;

export const poolName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/);

/** Members of equal function, under a name that jobs use. A member is in it if it meets all that is said. */
export const pool = z.strictObject({
  name: poolName,
  /** It has all of these. */
  tags: z.array(z.string().min(1).max(200)).max(100),
  /** It is one of these, by name or id; empty: any. */
  members: z.array(z.string().min(1).max(200)).max(1000),
  architecture: z.string().max(50).nullable(),
  /** At least so many. */
  cores: z.int().positive().nullable(),
  /** Whether it needs a GPU. */
  gpu: z.boolean(),
});
export type Pool = z.output<typeof pool>;

/** `j.fleet.pool.<name>` of the stream JOBS, which also has `format: 1`. Only the leader writes it, by compare-and-set. */
export const poolRecord = z.object(pool.shape);

/** Null if it cannot have this name. */
export function poolOf(written: Pool): Pool | null {
  return poolName.safeParse(written.name).success ? written : null;
}

/** A worker, as pools see it. */
export interface PoolCandidate {
  /** Its id. */
  member: string;
  /** Null of an agent of an earlier version. */
  name: string | null;
  tags: readonly string[];
  capabilities: Capabilities | null;
}

/** One that does not say what it is has none of the capabilities. */
export function isInPool(
  { tags, members, architecture, cores, gpu }: Pool,
  { member, name, tags: own, capabilities: has }: PoolCandidate,
): boolean {
  return (
    tags.every((tag) => own.includes(tag)) &&
    (members.length === 0 || members.includes(member) || (name !== null && members.includes(name))) &&
    (architecture === null || has?.architecture === architecture) &&
    (cores === null || (has?.cores ?? 0) >= cores) &&
    (!gpu || has?.gpu === true)
  );
}

/**
 * What a job's `pool` may name of a worker: the kept pools that it is in, and its tags. The name of a kept pool always means the
 * pool, and not the tag.
 */
export function poolWords(worker: PoolCandidate, pools: readonly Pool[]): string[] {
  const kept = new Set(pools.map(({ name }) => name));
  const own = pools.filter((one) => isInPool(one, worker)).map(({ name }) => name);
  return own.concat(worker.tags.filter((tag) => !kept.has(tag)));
}
