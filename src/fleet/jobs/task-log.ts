import { CollabError } from '../../errors.js';
import { attemptName, roleFiles } from '../../logs/index.js';
import type { FileStore } from '../files/index.js';
import type { TaskStatus } from './questions.js';

/** The standard output of a task. */
export interface TaskLog {
  task: TaskStatus;
  /** The attempt that it is of. */
  attempt: number;
  /** Nothing if the attempt left none, as one that was lost. */
  content: () => AsyncIterable<Uint8Array>;
}

export const hasEnded = ({ state }: TaskStatus): boolean => state !== 'queued' && state !== 'running';

/**
 * The attempt whose output counts: the one that is done, or else the last one. Null of a task that has not ended, or never began.
 * @param isReplica of a service, whose last attempt that has ended counts though others follow
 */
export function attemptOf(task: TaskStatus, isReplica = false): number | null {
  if (!hasEnded(task) && !isReplica) return null;
  const end = task.ends.findLast(({ outcome }) => outcome === 'done') ?? task.ends.at(-1);
  return end?.attempt ?? null;
}

/** @param folder of the job in the store */
export function taskLog(
  store: FileStore,
  folder: string,
  task: TaskStatus,
  attempt: number,
  signal?: AbortSignal,
): TaskLog {
  // Trials are numbered from 1, as those of a run are.
  const trial = attemptName({ trial: task.task + 1, attempt });
  const name = `${folder}/trials/${trial}/task-0/${roleFiles.stdout}`;
  return { task, attempt, content: () => contentOf(store, name, signal) };
}

async function* contentOf(store: FileStore, name: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* (await store.open(name, undefined, signal)).content();
  } catch (error) {
    if (!(error instanceof CollabError) || error.name !== 'store-no-file') throw error;
  }
}
