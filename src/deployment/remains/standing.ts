import { listRuns, readSettledRun } from '../../logs/index.js';
import type { Remains, Standing } from './remains.js';

/**
 * How a run stands that left something on a device.
 * @param logs the `Logs/` of all workspaces of this machine
 */
export async function standingOf(
  { runId, lease }: Pick<Remains, 'runId' | 'lease'>,
  logs: readonly string[],
): Promise<Standing> {
  const found = (await Promise.all(logs.map(listRuns))).flat().find((run) => run.runId === runId);
  if (found === undefined)
    return {
      is: 'unchecked',
      why:
        lease === null
          ? 'no workspace of this machine knows it, so its controller may be another machine'
          : `${lease.who} on ${lease.host} holds the device for it`,
    };
  try {
    const { state, unchecked } = await readSettledRun(found.folder);
    if (unchecked !== undefined) return { is: 'unchecked', why: unchecked.why };
    return state === 'running' ? { is: 'living' } : { is: 'over', folder: found.folder };
  } catch {
    return { is: 'unchecked', why: `its record in ${found.folder} cannot be read` };
  }
}
