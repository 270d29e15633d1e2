import { CollabError } from '../../errors.js';
import { attemptName, roleFiles } from '../../logs/index.js';
import type { FileStore, OpenFile } from '../files/index.js';
import type { PrintedStream } from './printed.js';
import type { TaskStatus } from './questions.js';

/** What a task has printed. */
export interface TaskLog {
  task: TaskStatus;
  /** The attempt that it is of; where it is followed, the first one. */
  attempt: number;
  /** Whether the attempt runs: then there may be more. */
  isRunning: boolean;
  /** Nothing if the attempt left none, as one that was lost. @throws CollabError `job-output-unread` of one that runs */
  content: () => AsyncIterable<Uint8Array>;
}

export const hasEnded = ({ state }: TaskStatus): boolean => state !== 'queued' && state !== 'running';

/** A task with an attempt under way; it may wait for a slot on its worker. */
export type RunningTask = TaskStatus & { attempt: number; member: string };
export const isRunning = (task: TaskStatus): task is RunningTask =>
  task.state === 'running' && task.attempt !== null && task.member !== null;

/**
 * The attempt whose output counts: the one that is done, or else the last one. Null of a task that has not ended, or never began.
 * @param isReplica of a service, whose last attempt that has ended counts though others follow
 */
export function attemptOf(task: TaskStatus, isReplica = false): number | null {
  if (!hasEnded(task) && !isReplica) return null;
  const end = task.ends.findLast(({ outcome }) => outcome === 'done') ?? task.ends.at(-1);
  return end?.attempt ?? null;
}

/** What an attempt that has ended left of what it printed; null if it left nothing. @param folder of the job in the store */
export async function storedOutput(
  store: FileStore,
  folder: string,
  { task, attempt, stream }: { task: number; attempt: number; stream: PrintedStream },
  signal?: AbortSignal,
): Promise<OpenFile | null> {
  // Trials are numbered from 1, as those of a run are.
  const name = `${folder}/trials/${attemptName({ trial: task + 1, attempt })}/task-0/${roleFiles[stream]}`;
  try {
    return await store.open(name, undefined, signal);
  } catch (error) {
    if (error instanceof CollabError && error.name === 'store-no-file') return null;
    throw error;
  }
}
