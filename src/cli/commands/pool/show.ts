import { type FleetOptions, withJobs } from '../../session/index.js';
import { poolText } from '../../text/index.js';

/** `collab pool show <name>`: what a pool asks for, and which workers are in it. */
export async function poolShow(name: string, flags: FleetOptions): Promise<void> {
  await withJobs(flags, 'result', async ({ pools, memberName }, { signal, print }) => {
    const pool = await pools.show(name, { signal });
    const devices = pool.workers.map((id) => ({ id, name: memberName(id) }));
    print(poolText(pool, memberName), { ...pool, devices });
  });
}
