import { type FleetOptions, withJobs } from '../../session/index.js';

/** `collab pool remove <name>`. */
export async function poolRemove(name: string, flags: FleetOptions): Promise<void> {
  await withJobs(flags, 'result', async ({ pools }, { signal, print }) => {
    const pool = await pools.remove(name, { signal });
    print(`The pool ${pool.name} is removed. Its members stay as they are.`, { removed: pool.name });
  });
}
