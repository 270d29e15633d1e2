import { type Engine, keepOwnFolderOutOfGit, stopLeftBehind } from '../../deployment/index.js';
import type { Clock } from '../../events.js';
import { isAbandonedRun } from '../../logs/index.js';
import { type ConnectedDevice, LeaseSet } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';

/**
 * Leases devices for a run, and stops there what other runs have left that nobody follows any more; what those logged stays.
 * What an earlier controller of the same run left stays too: who has the run's lock takes it over.
 * @throws CollabError `device-busy`
 */
export async function takeDevices(
  runId: string,
  used: readonly { connected: ConnectedDevice; engine: Engine }[],
  { clock, workspace }: { clock: Clock; workspace: Workspace },
): Promise<LeaseSet> {
  const isAbandoned = (run: string) => isAbandonedRun(workspace.logs, run);
  const isFree = async (run: string) => run === runId || (await isAbandoned(run));
  const isOther = async (run: string) => run !== runId && (await isAbandoned(run));
  const connections = used.map(({ connected }) => connected);
  const leases = await LeaseSet.take(connections, runId, clock, undefined, isFree);
  try {
    // Also those of a run whose lease has expired.
    await Promise.all(used.map(({ engine }) => stopLeftBehind(engine, isOther)));
  } catch (error) {
    await leases[Symbol.asyncDispose]();
    throw error;
  }
  await Promise.all(connections.map(keepOwnFolderOutOfGit));
  return leases;
}
