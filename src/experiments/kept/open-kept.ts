import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import type { RunRecord } from '../../logs/index.js';
import type { Workspace } from '../../workspace/index.js';
import { type Experiment, loadExperiment } from '../definition/index.js';
import { keptFolder } from './keep-experiment.js';

/** The experiment of a run, from the files that were kept of it. */
export interface KeptExperiment {
  experiment: Experiment;
  /** Where the files are. */
  folder: string;
}

/**
 * Loads the experiment of a run as it was then. Relative paths of data are seen from the folder that it had.
 * @param toRun as of `loadExperiment`
 * @throws CollabError `experiment-not-kept`, `kept-experiment-changed`, and those of `loadExperiment`
 */
export async function openKept(
  workspace: Workspace,
  { run_id: runId, experiment: { id, name, folder: home } }: RunRecord,
  toRun?: 'here' | 'devices',
): Promise<KeptExperiment> {
  const folder = keptFolder(workspace, id);
  const found = id === '' ? null : await stat(folder).catch(() => null);
  if (found === null) throw notKept(runId, name);
  const dataFrom = home === undefined ? workspace.experimentFolder(name) : resolve(workspace.root, home);
  const experiment = await loadExperiment(workspace, folder, toRun, dataFrom);
  if (experiment.id !== id) throw changed(folder, runId);
  return { experiment, folder };
}

function notKept(runId: string, name: string): CollabError {
  return new CollabError('experiment-not-kept', {
    what: `The code of the run ${runId} is not here.`,
    why: 'An older collab made it, which kept only the hash of the code, or its code was removed from Logs/.',
    next: `Run the experiment as it is now: collab run ${name}`,
    exitCode: ExitCode.usage,
  });
}

function changed(folder: string, runId: string): CollabError {
  return new CollabError('kept-experiment-changed', {
    what: `The code that was kept of the run ${runId} is not what ran.`,
    why: `The content of ${folder} does not give the id ${basename(folder).slice(0, 12)} any more.`,
    next: `Put back what was changed there. To run it as it is now, copy it into TestCases/.`,
    exitCode: ExitCode.usage,
  });
}
