import { join, relative } from 'node:path';
import { mapLimit } from '../../deployment/index.js';
import { CollabError } from '../../errors.js';
import { type FoundRun, ownRuns } from '../../logs/index.js';
import type { Workspace } from '../../workspace/index.js';
import { loadExperiment, nameIn, validateExperiment } from '../definition/index.js';
import { type Changes, changesSinceRun } from './changes-since-run.js';

/** An experiment of a workspace, its newest run, and what has changed since. */
export interface ListedExperiment {
  /** As its experiment.yaml has it; the name of its folder if that says none. */
  name: string;
  /** Relative to the workspace. */
  folder: string;
  /** Null if it is invalid. */
  id: string | null;
  /** How many faults it has. */
  faults: number;
  lastRun: FoundRun | null;
  /** Since the last run; null without one, and for an invalid experiment. */
  changes: Changes | null;
}

/** Experiments that are checked at once: each check of syntax starts a python3. */
const atOnce = 4;

/** All experiments of `TestCases/`, by the names of their folders. */
export async function listExperiments(workspace: Workspace): Promise<ListedExperiment[]> {
  const names = await workspace.experiments();
  const listed = new Map<string, ListedExperiment>();
  await mapLimit(names, atOnce, async (name) => {
    listed.set(name, await look(workspace, name));
  });
  return names.flatMap((name) => listed.get(name) ?? []);
}

async function look(workspace: Workspace, folderName: string): Promise<ListedExperiment> {
  const folder = join(workspace.testCases, folderName);
  const name = (await nameIn(folder)) ?? folderName;
  const about = { name, folder: relative(workspace.root, folder) };
  const last = await newestRun(workspace, name);
  const lastRun = last && { runId: last.runId, experiment: last.experiment, folder: last.folder };
  const faults = await faultsOf(workspace, folderName);
  if (faults > 0) return { ...about, id: null, faults, lastRun, changes: null };
  const experiment = await loadExperiment(workspace, folderName);
  const { id } = experiment;
  if (last === null) return { ...about, id, faults, lastRun, changes: null };
  const changes: Changes =
    last.record === null
      ? { known: false, why: 'its last run cannot be read' }
      : await changesSinceRun(workspace, experiment, last.record.experiment.id);
  return { ...about, id, faults, lastRun, changes };
}

async function newestRun({ logs }: Workspace, experiment: string) {
  for await (const run of ownRuns(logs, experiment)) return run;
  return null;
}

/** An experiment.yaml that cannot even be read is one fault. */
async function faultsOf(workspace: Workspace, name: string): Promise<number> {
  try {
    return (await validateExperiment(workspace, name)).faults.length;
  } catch (error) {
    if (error instanceof CollabError) return 1;
    throw error;
  }
}
