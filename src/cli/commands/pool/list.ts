import { type FleetOptions, withJobs } from '../../session/index.js';
import { poolsText } from '../../text/index.js';

/** `collab pool list`: the kept pools of the fleet. */
export async function poolList(flags: FleetOptions): Promise<void> {
  await withJobs(flags, 'result', async ({ pools }, { signal, print }) => {
    const all = await pools.list({ signal });
    print(poolsText(all), { pools: all });
  });
}
