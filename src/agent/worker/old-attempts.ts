import { type Assignment, type FileStore, keptEnds } from '../../fleet/index.js';
import { attemptName } from '../../logs/index.js';

/** Below the job's folder in the store, what an attempt at a task left. */
export const resultsName = ({ folder, task, attempt }: Assignment): string =>
  `${folder}/trials/${attemptName({ trial: task + 1, attempt })}/task-0`;

/** Removes what earlier attempts at a replica left, so that the store has the last ones only. */
export async function removeOldAttempts(
  { folder, task, attempt }: Assignment,
  openStore: () => Promise<FileStore>,
): Promise<void> {
  const trials = `${folder}/trials`;
  const store = await openStore();
  for await (const { name } of store.list(trials)) {
    const [, trial, which = '1'] = /^(\d+)(?:\.(\d+))?\//.exec(name.slice(trials.length + 1)) ?? [];
    if (Number(trial) === task + 1 && Number(which) <= attempt - keptEnds) await store.remove(name);
  }
}
