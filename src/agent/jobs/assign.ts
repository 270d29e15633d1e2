import {
  asItCounts,
  type Assignment,
  type AttemptEnd,
  commandOf,
  keptEnds,
  type LiveJob,
  parametersOf,
  readsInCommand,
  type TaskRecord,
} from '../../fleet/index.js';
import type { JobBook } from './job-book.js';
import { parseTask } from './parse-record.js';
import type { SlotKind } from './workers.js';

/** A task that was taken from its job for a worker. */
export interface Picked {
  job: string;
  task: number;
  kind: SlotKind;
}

/** What a task has behind it. */
interface Before {
  attempt: number;
  ends: readonly AttemptEnd[];
  restarts: number;
  /** Of the record that is replaced. */
  sequence: number;
}

/** Of so many attempts, a record has the last lines of their output; of earlier ones it has how they ended. */
const fullEnds = 5;
const reasonLength = 200;
/** An answer is not made longer than this by further tasks. */
const answerLength = 1_000_000;

/**
 * Writes down that a worker has these tasks, all at once. What cannot be written goes back to its job.
 * @returns those that it has now
 */
export async function assign(book: JobBook, member: string, picks: readonly Picked[]): Promise<Assignment[]> {
  const writing: Promise<Assignment | null>[] = [];
  let length = 0;
  for (const pick of picks) {
    const job = book.state.live(pick.job);
    const isRoom = length < answerLength;
    if (!isRoom || job === null) job?.putBack(pick.task);
    else {
      length += JSON.stringify(commandOf(job.record.definition, pick.task)).length;
      writing.push(assignOne(book, member, job, pick.task));
    }
  }
  const written = await Promise.allSettled(writing);
  const run = written.flatMap((one) => (one.status === 'fulfilled' ? (one.value ?? []) : []));
  const failed = written.find((one) => one.status === 'rejected');
  if (failed !== undefined && run.length === 0) throw failed.reason as Error;
  return run;
}

async function assignOne(
  book: JobBook,
  member: string,
  job: LiveJob,
  task: number,
): Promise<Assignment | null> {
  try {
    const before = await beforeOf(book, job, task);
    if (before === null) return null;
    const record: TaskRecord = {
      format: 1,
      job: job.record.id,
      task,
      state: 'assigned',
      attempt: before.attempt + 1,
      member,
      assigned_at: book.now(),
      restarts: before.restarts,
      ends: keptOf(job, before.ends),
    };
    const sequence = await book.writeTask(record, before.sequence);
    // Its batches may have been changed by another leader meanwhile.
    const now = book.state.live(record.job) ?? job;
    return sequence === null ? null : assignmentOf(now, record, sequence);
  } catch (error) {
    job.putBack(task);
    throw error;
  }
}

/** Null if somebody else has written the task, or a replica lags behind: then it is not ours to assign now. */
async function beforeOf(book: JobBook, job: LiveJob, task: number): Promise<Before | null> {
  const sequence = job.sequenceOf(task);
  if (sequence === 0) return { attempt: 0, ends: [], restarts: 0, sequence };
  const lost = job.lostOf(task);
  if (lost !== null) {
    const { attempt, ends, restarts } = lost.held.record;
    return { attempt, ends: [...ends, lost.end], restarts, sequence };
  }
  const { id } = job.record;
  const message = await book.taskMessage(id, task);
  if (message?.sequence === sequence) {
    const record = asItCounts(job.record, parseTask(message));
    const { attempt = 0, ends = [], restarts = 0 } = record ?? {};
    return { attempt, ends, restarts, sequence };
  }
  if (!(await book.readTask(id, task))) job.putBack(task);
  return null;
}

/** What a worker needs to know of an attempt. */
export function assignmentOf(job: LiveJob, record: TaskRecord, sequence: number): Assignment {
  const { id, owner, folder, definition } = job.record;
  return {
    job: id,
    task: record.task,
    attempt: record.attempt,
    sequence,
    assigned_at: record.assigned_at,
    owner,
    name: definition.name,
    folder,
    base: definition.base,
    requirements: definition.requirements,
    command: commandOf(definition, record.task),
    parameters: parametersOf(definition, record.task),
    reads_in_command: readsInCommand(definition),
    timeout_s: definition.timeout_s,
    service: definition.service,
    model: definition.model,
    restarts: record.restarts,
    ends: record.ends,
  };
}

/** A service has any number of ends: the next one is the last that is kept. */
function keptOf({ record }: LiveJob, ends: readonly AttemptEnd[]): AttemptEnd[] {
  if (record.definition.service !== null) return ends.slice(1 - keptEnds);
  return ends.map((end, at) => (at < ends.length - fullEnds ? shortened(end) : end));
}

const shortened = (end: AttemptEnd): AttemptEnd => ({
  ...end,
  reason: end.reason?.slice(0, reasonLength) ?? null,
  last_lines: '',
});
