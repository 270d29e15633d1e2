import type { JobRecord, TaskRecord } from './record.js';

/** How many attempts each task of a job has. */
export const attemptsOf = ({ definition, retries }: JobRecord): number =>
  definition.service === null ? definition.attempts * (retries + 1) : Infinity;

/**
 * How a task has ended, by its record `ended`; null if it is tried again.
 * @param record null for one that cannot be read: then the task has failed, and can be retried
 */
export function outcomeOf(job: JobRecord, record: TaskRecord | null): 'done' | 'failed' | 'cancelled' | null {
  // A replica goes on for as long as its service does.
  if (job.definition.service !== null) return job.cancelled_at === null ? null : 'cancelled';
  if (record === null) return 'failed';
  if (record.ends.some(({ outcome }) => outcome === 'done')) return 'done';
  if (job.cancelled_at !== null && record.ends.at(-1)?.outcome !== 'failed') return 'cancelled';
  return record.ends.length >= attemptsOf(job) ? 'failed' : null;
}
