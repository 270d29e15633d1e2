import { CollabError, ExitCode, poolOf } from '../../../index.js';
import { type FleetOptions, withJobs } from '../../session/index.js';
import { poolText } from '../../text/index.js';

export interface PoolSetFlags extends FleetOptions {
  tag?: string[];
  member?: string[];
  arch?: string;
  cores?: number;
  gpu?: boolean;
}

/** `collab pool set <name>`: keeps a pool, in place of one of the same name. */
export async function poolSet(name: string, flags: PoolSetFlags): Promise<void> {
  const { tag = [], member = [], arch = null, cores = null, gpu = false } = flags;
  const pool = poolOf({ name, tags: tag, members: member, architecture: arch, cores, gpu });
  if (pool === null)
    throw new CollabError('pool-bad-name', {
      what: `${JSON.stringify(name)} cannot be the name of a pool.`,
      why: 'A name has letters, digits, _ and -, begins with a letter or digit, and has at most 63 characters.',
      next: 'Choose another name.',
      exitCode: ExitCode.usage,
    });
  await withJobs(flags, 'result', async ({ pools, memberName }, { signal, print }) => {
    const kept = await pools.set(pool, { signal });
    print(poolText(kept, memberName), kept);
  });
}
