import { CollabError, ExitCode } from '../../errors.js';
import { findRun, listRuns, readSettledRun } from '../../logs/index.js';
import type { Workspace } from '../../workspace/index.js';

/**
 * The folder of the run to go on with.
 * @param wanted default: the newest one that is not complete
 * @param experiment name of an experiment: the newest run of it
 * @throws CollabError as `findRun`, and `nothing-to-resume` if all runs are complete
 */
export async function findResumable(
  { logs }: Workspace,
  { wanted, experiment }: { wanted?: string | undefined; experiment?: string | undefined },
): Promise<string> {
  if (wanted !== undefined) return findRun(logs, wanted);
  const runs = (await listRuns(logs)).filter(
    (run) => experiment === undefined || run.experiment === experiment,
  );
  if (experiment !== undefined) {
    if (runs[0] !== undefined) return runs[0].folder;
    throw new CollabError('no-runs', {
      what: `There is no run of ${experiment} yet.`,
      next: `Make one: collab run ${experiment}`,
      exitCode: ExitCode.usage,
    });
  }
  for (const { folder } of runs) {
    // One that cannot be read cannot be resumed, and is no reason not to find an older one.
    const state = await readSettledRun(folder).then(
      (record) => record.state,
      () => 'complete',
    );
    if (state !== 'complete') return folder;
  }
  if (runs.length === 0) return findRun(logs);
  throw new CollabError('nothing-to-resume', {
    what: 'All runs are complete.',
    why: `${logs} holds ${runs.length}.`,
    next: 'List them: collab runs',
    exitCode: ExitCode.usage,
  });
}
