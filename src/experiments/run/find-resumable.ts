import { CollabError, ExitCode } from '../../errors.js';
import { findOwnRun, ownRuns } from '../../logs/index.js';
import type { Workspace } from '../../workspace/index.js';

/**
 * The folder of the run to go on with.
 * @param wanted default: the newest one that is not complete
 * @param experiment name of an experiment: the newest run of it
 * @throws CollabError as `findOwnRun`, and `nothing-to-resume` if all runs are complete
 */
export async function findResumable(
  { logs }: Workspace,
  { wanted, experiment }: { wanted?: string | undefined; experiment?: string | undefined },
): Promise<string> {
  if (wanted !== undefined) return findOwnRun(logs, wanted, instead);
  if (experiment !== undefined) {
    for await (const { folder } of ownRuns(logs, experiment)) return folder;
    throw new CollabError('no-runs', {
      what: `There is no run of ${experiment} yet.`,
      next: `Make one: collab run ${experiment}`,
      exitCode: ExitCode.usage,
    });
  }
  let runs = 0;
  for await (const { folder, record } of ownRuns(logs)) {
    runs += 1;
    // One that cannot be read cannot be resumed, and is no reason not to find an older one.
    if (record !== null && record.state !== 'complete') return folder;
  }
  if (runs === 0) return findOwnRun(logs, undefined, instead);
  throw new CollabError('nothing-to-resume', {
    what: 'All runs are complete.',
    why: `${logs} holds ${runs}.`,
    next: 'List them: collab runs',
    exitCode: ExitCode.usage,
  });
}

const instead = (job: string) =>
  `A job goes on by itself. To let tasks that failed be tried again: collab job retry ${job} --failed`;
