import { batchOf } from './batches.js';
import type { AttemptEnd, JobRecord, TaskRecord } from './record.js';

/** How many attempts each task of a job has. */
export const attemptsOf = ({ definition, retries }: JobRecord): number =>
  definition.service === null ? definition.attempts * (retries + 1) : Infinity;

/**
 * How a task has ended, by its record `ended`; null if it is tried again.
 * @param record as it counts; null for one that cannot be read: then the task has failed, and can be retried
 */
export function outcomeOf(job: JobRecord, record: TaskRecord | null): 'done' | 'failed' | 'cancelled' | null {
  // A replica goes on for as long as its service does.
  if (job.definition.service !== null) return job.cancelled_at === null ? null : 'cancelled';
  if (record === null) return 'failed';
  if (record.ends.some(({ outcome }) => outcome === 'done')) return 'done';
  if (job.cancelled_at !== null && record.ends.at(-1)?.outcome !== 'failed') return 'cancelled';
  return record.ends.length >= attemptsOf(job) ? 'failed' : null;
}

/** Where attempts went wrong since the last retry: the task runs there again only if no other worker can have it. */
export function badMembers({ definition, retries }: JobRecord, ends: readonly AttemptEnd[]): string[] {
  // A replica may have to run where it ran before: others are on the other devices.
  if (definition.service !== null) return [];
  return ends
    .slice(definition.attempts * retries)
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'lost')
    .map(({ member }) => member);
}

/**
 * The record of a task as it counts. A leader that did not know yet that another one leads may have given out a batch after its size
 * was changed: what was done with other images than those of the task is lost, so that each image is in one batch.
 */
export function asItCounts(job: JobRecord, record: TaskRecord): TaskRecord;
export function asItCounts(job: JobRecord, record: TaskRecord | null): TaskRecord | null;
export function asItCounts(
  { definition: { tasks } }: JobRecord,
  record: TaskRecord | null,
): TaskRecord | null {
  if (tasks.kind !== 'batches' || record === null) return record;
  const { first, images } = batchOf(tasks, record.task);
  const isOther = ({ batch, outcome }: AttemptEnd) =>
    outcome === 'done' && batch !== undefined && (batch.first !== first || batch.images !== images);
  if (!record.ends.some(isOther)) return record;
  const reason = 'it worked on other images: the size of batches was changed by another leader';
  const ends = record.ends.map((end): AttemptEnd =>
    isOther(end) ? { ...end, outcome: 'lost', reason } : end,
  );
  return { ...record, ends };
}
