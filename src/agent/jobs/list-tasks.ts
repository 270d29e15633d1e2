import {
  asItCounts,
  type AttemptEnd,
  type BrokerMessage,
  type JobRecord,
  type JobsAnswer,
  outcomeOf,
  parametersOf,
  taskCount,
  type TaskStatus,
} from '../../fleet/index.js';
import { knownJob } from './change-job.js';
import type { JobBook } from './job-book.js';
import { parseTask } from './parse-record.js';

const readAtOnce = 64;
/** An answer is not longer. */
const answerBytes = 900_000;
/** Last lines of each attempt, in characters: the first length with which all fits is taken. */
const lineLengths = [4000, 1000, 200, 0];

/** Tasks with their attempts; fewer than asked for if they do not fit into one answer. */
export async function listTasks(
  book: JobBook,
  { id, from, limit }: { id: string; from: number; limit: number },
): Promise<JobsAnswer> {
  const { tasks: total } = knownJob(book, id);
  const record = book.state.live(id)?.record ?? (await book.readJob(id));
  const numbers = Array.from({ length: Math.max(0, Math.min(limit, total - from)) }, (_, at) => from + at);
  const found: TaskStatus[] = [];
  if (record !== null)
    for (let at = 0; at < numbers.length; at += readAtOnce)
      found.push(
        ...(await Promise.all(
          numbers.slice(at, at + readAtOnce).map((task) => statusOf(book, record, task)),
        )),
      );
  return {
    kind: 'tasks',
    tasks: fitting(found),
    total: record === null ? total : taskCount(record.definition),
  };
}

async function statusOf(book: JobBook, job: JobRecord, task: number): Promise<TaskStatus> {
  const live = book.state.live(job.id);
  const isRead = live === null || live.sequenceOf(task) > 0;
  const message = isRead ? await book.taskMessage(job.id, task) : null;
  const record = message === null ? null : asItCounts(job, parseTask(message));
  const state = live?.stateOf(task) ?? endedState(job, message);
  const lost = live?.lostOf(task);
  const running = state === 'running' && record?.state === 'assigned' && !lost ? record : null;
  return {
    task,
    state,
    parameters: parametersOf(job.definition, task),
    attempt: running?.attempt ?? null,
    member: running?.member ?? null,
    assigned_at: running?.assigned_at ?? null,
    started_at: (running && live?.times.of(task)) ?? null,
    ends: lost ? [...lost.held.record.ends, lost.end] : (record?.ends ?? []),
  };
}

/** Of a task whose job has ended. */
const endedState = (job: JobRecord, message: BrokerMessage | null): TaskStatus['state'] => {
  const outcome = message === null ? null : outcomeOf(job, asItCounts(job, parseTask(message)));
  return outcome ?? (job.cancelled_at === null ? 'failed' : 'cancelled');
};

function fitting(tasks: readonly TaskStatus[]): TaskStatus[] {
  let shown: TaskStatus[] = [];
  for (const length of lineLengths) {
    shown = tasks.map((task) => ({ ...task, ends: task.ends.map((end) => withLines(end, length)) }));
    if (bytesOf(shown) <= answerBytes) return shown;
  }
  let left = answerBytes;
  return shown.filter((task, at) => (left -= bytesOf(task)) >= 0 || at === 0);
}

/** The end of the lines is what says why. */
const withLines = (end: AttemptEnd, length: number): AttemptEnd => ({
  ...end,
  last_lines: length === 0 ? '' : end.last_lines.slice(-length),
});

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
