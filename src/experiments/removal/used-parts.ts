import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type FoundRun,
  imageListIds,
  imageListName,
  listRuns,
  readSettledRun,
  RunLock,
  type RunRecord,
} from '../../logs/index.js';
import type { Workspace } from '../../workspace/index.js';
import { keptFolder } from '../kept/index.js';

/** Paths of what is kept beside the runs for this one: its code, and the lists of packages of its images. */
export function partsOfRun(workspace: Workspace, run: RunRecord): string[] {
  const { id } = run.experiment;
  const lists = imageListIds(run).flatMap((one) => imageListName(one) ?? []);
  return [
    // An id comes from a file that may be of others: it leads nowhere else.
    ...(/^[0-9a-f]+$/.test(id) ? [keptFolder(workspace, id)] : []),
    ...lists.map((name) => join(workspace.keptImages, name)),
  ];
}

/** What the runs of a workspace use of what is kept; null if that cannot be known, with the reason. */
export async function usedParts(
  workspace: Workspace,
  without: readonly FoundRun[] = [],
): Promise<{ paths: ReadonlySet<string> } | { paths: null; why: string }> {
  const paths = new Set<string>();
  const runs = await listRuns(workspace.logs);
  for (const { folder, runId } of runs) {
    if (without.some((one) => one.folder === folder)) continue;
    const record = await readSettledRun(folder).catch(() => null);
    if (record === null) return { paths: null, why: `the run ${runId} cannot be read` };
    for (const path of partsOfRun(workspace, record)) paths.add(path);
  }
  const starting = await startingRun(workspace, runs);
  return starting === null ? { paths } : { paths: null, why: `the run ${starting} is just being started` };
}

/** A run that has its lock, and no record yet: it may be about to use what is kept. */
async function startingRun({ logs }: Workspace, runs: readonly FoundRun[]): Promise<string | null> {
  const folders = new Set(runs.map(({ folder }) => folder));
  for (const experiment of await foldersIn(logs)) {
    for (const runId of await foldersIn(join(logs, experiment))) {
      const folder = join(logs, experiment, runId);
      if (!folders.has(folder) && !(await RunLock.isFree(folder))) return runId;
    }
  }
  return null;
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
}
