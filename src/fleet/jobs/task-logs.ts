import { CollabError } from '../../errors.js';
import type { Clock } from '../../events.js';
import type { FileStore } from '../files/index.js';
import type { AskOptions } from './ask-leader.js';
import { outputUnread, type PrintedPiece, type PrintedStream, type WorkersAsked } from './printed.js';
import type { JobStatus, TaskStatus } from './questions.js';
import type { AttemptEnd } from './record.js';
import { attemptOf, hasEnded, isRunning, type RunningTask, storedOutput, type TaskLog } from './task-log.js';

/** An answer of the leader has so many tasks at most. */
const pageSize = 1000;
/** While tasks are followed, most of a page would be read in vain. */
const followedPageSize = 100;
const pollMs = 500;

type LoggedJob = Pick<JobStatus, 'id' | 'tasks' | 'folder' | 'service'>;

export interface TaskLogsParts {
  workers: WorkersAsked;
  store: FileStore;
  clock: Clock;
  /** Tasks of a job from one on; the number of all tasks changes with the size of batches. */
  page: (
    id: string,
    from: number,
    limit: number,
    options?: AskOptions,
  ) => Promise<{ tasks: readonly TaskStatus[]; total: number }>;
  memberName: (id: string) => string;
}

export interface LogsWanted {
  /** Only of this one. */
  task?: number | undefined;
  /** Waits for each task to begin, and goes on until it ends, over all its attempts. */
  follow?: boolean | undefined;
  /** Only of tasks that have ended. */
  whole?: boolean | undefined;
}

export interface OutputWanted {
  task: number;
  stream: PrintedStream;
  /** Default: the one that runs, or else the one that counts. */
  attempt?: number | undefined;
  /** The first byte; negative: so many before the end. */
  from: number;
  /** So many bytes at most. */
  limit?: number | undefined;
}

/** A part of what an attempt has printed so far. */
export interface OutputPart {
  task: TaskStatus;
  attempt: number;
  /** Who runs it, or ran it. */
  member: string;
  /** How the attempt ended; `running` of one of which that is not known. */
  outcome: 'running' | AttemptEnd['outcome'];
  /** The number of the task's newest attempt. */
  newest: number;
  from: number;
  /** All that there is so far. */
  sizeBytes: number;
  content: () => AsyncIterable<Uint8Array>;
}

/** What tasks print: read from their workers while they run, and from the store afterwards. */
export class TaskLogs {
  constructor(private readonly parts: TaskLogsParts) {}

  /** The standard output of the tasks of a job, in their order. */
  async *all(
    job: LoggedJob,
    { task, follow = false, whole = false }: LogsWanted,
    options: AskOptions = {},
  ): AsyncGenerator<TaskLog> {
    let end = task === undefined ? job.tasks : task + 1;
    const limit = follow ? followedPageSize : pageSize;
    for (let next = task ?? 0; next < end;) {
      const { tasks: page, total } = await this.parts.page(
        job.id,
        next,
        Math.min(limit, end - next),
        options,
      );
      if (page.length === 0) return;
      if (task === undefined) end = total;
      for (const one of page) {
        const runs = !whole && isRunning(one);
        if (follow && !runs && !hasEnded(one)) break;
        next = one.task + 1;
        if (runs) {
          const content = () => (follow ? this.#followed(job, one, options) : this.#soFar(job, one, options));
          yield { task: one, attempt: one.attempt, isRunning: true, content };
          // What the page says of others is old.
          if (follow) break;
          continue;
        }
        const attempt = attemptOf(one, job.service !== null);
        if (attempt === null) continue;
        const content = () => this.#stored(job, { task: one.task, attempt, from: 0 }, options);
        yield { task: one, attempt, isRunning: false, content };
      }
      if (next <= (page.at(-1)?.task ?? next)) await this.#pause(options);
    }
  }

  /** @returns null if there is no such attempt, or none has begun. @throws CollabError `job-output-unread` */
  async part(job: LoggedJob, wanted: OutputWanted, options: AskOptions): Promise<OutputPart | null> {
    const { stream, limit = Infinity } = wanted;
    const task = await this.#task(job, wanted.task, options);
    if (task === null) return null;
    const running = isRunning(task) ? task : null;
    const newest = running?.attempt ?? task.ends.at(-1)?.attempt ?? null;
    const attempt = wanted.attempt ?? running?.attempt ?? attemptOf(task, job.service !== null);
    const end = task.ends.find((one) => one.attempt === attempt);
    const outcome: OutputPart['outcome'] = end?.outcome ?? 'running';
    if (attempt === null || newest === null) return null;
    if (outcome === 'running' && running?.attempt !== attempt) return null;
    const member = end?.member ?? running?.member ?? '';
    const about = { task, attempt, member, outcome, newest };
    if (running !== null && outcome === 'running') {
      const first = await this.#piece(job, running, { stream, from: wanted.from }, options);
      if (first !== null) {
        const end = Math.min(first.sizeBytes, first.from + limit);
        const content = () => this.#until(end, first, { job, task: running, stream }, options);
        return { ...about, from: first.from, sizeBytes: first.sizeBytes, content };
      }
    }
    const at = { task: task.task, attempt, stream };
    const opened = await storedOutput(this.parts.store, job.folder, at, options.signal);
    if (opened === null && outcome === 'running') throw this.#justEnded(running);
    const sizeBytes = opened?.file.sizeBytes ?? 0;
    const from = wanted.from < 0 ? Math.max(0, sizeBytes + wanted.from) : Math.min(wanted.from, sizeBytes);
    const content = () =>
      opened === null || from >= sizeBytes ? nothing() : firstOf(limit, opened.content(from));
    return { ...about, from, sizeBytes, content };
  }

  async *#soFar(job: LoggedJob, { task }: RunningTask, options: AskOptions): AsyncGenerator<Uint8Array> {
    const part = await this.part(job, { task, stream: 'stdout', from: 0 }, options);
    if (part !== null) yield* part.content();
  }

  /** From the piece on, until a byte. If the attempt ends meanwhile, the rest is in the store. */
  async *#until(
    end: number,
    first: PrintedPiece,
    { job, task, stream }: { job: LoggedJob; task: RunningTask; stream: PrintedStream },
    options: AskOptions,
  ): AsyncGenerator<Uint8Array> {
    let at = first.from;
    for (let piece: PrintedPiece = first; ;) {
      const content = piece.content.subarray(0, end - at);
      if (content.length > 0) yield content;
      at += content.length;
      // A task may cut its own output.
      if (at >= end || content.length === 0) return;
      const next = await this.#piece(job, task, { stream, from: at }, options);
      if (next === null) {
        const { attempt } = task;
        const rest = this.#stored(job, { task: task.task, attempt, stream, from: at }, options);
        yield* firstOf(end - at, rest);
        return;
      }
      piece = next;
    }
  }

  /** What a task prints until it ends, attempt after attempt. What is said of them is an event. */
  async *#followed(job: LoggedJob, first: RunningTask, options: AskOptions): AsyncGenerator<Uint8Array> {
    const { emit } = options;
    const { id } = job;
    let [attempt, from] = [first.attempt, 0];
    let [isRead, isUnread] = [false, false];
    for (
      let task: TaskStatus | null = first;
      task !== null;
      task = await this.#next(job, first.task, options)
    ) {
      const about = { id, task: task.task };
      if (isRunning(task) && task.attempt === attempt) {
        const running = task;
        isRead = false;
        for (let hasMore = true; hasMore;) {
          const read = this.#piece(job, running, { stream: 'stdout', from }, options);
          const piece: PrintedPiece | 'unread' | null = await read.catch((error: unknown) => {
            if (!(error instanceof CollabError) || error.name !== 'job-output-unread') throw error;
            const device = this.parts.memberName(running.member);
            if (!isUnread) emit?.({ kind: 'job.output-unread', ...about, device, reason: error.why ?? '' });
            return 'unread';
          });
          isUnread = piece === 'unread';
          if (piece === null || piece === 'unread') break;
          if (piece.content.length > 0) yield piece.content;
          from = piece.from + piece.content.length;
          hasMore = piece.content.length > 0 && from < piece.sizeBytes;
        }
        continue;
      }
      const { ends } = task;
      const end = ends.find((one) => one.attempt === attempt);
      const counts = attemptOf(task);
      if (end !== undefined && !isRead) {
        isRead = true;
        yield* this.#stored(job, { task: task.task, attempt, from }, options);
        const device = this.parts.memberName(end.member);
        const { outcome, reason } = end;
        if (counts !== attempt)
          emit?.({ kind: 'job.attempt-ended', ...about, attempt, device, outcome, reason });
      }
      if (hasEnded(task) && (counts === null || counts === attempt)) return;
      const next: number | null = isRunning(task) ? task.attempt : counts;
      if (next === null) continue;
      const member = isRunning(task) ? task.member : (ends.find((one) => one.attempt === next)?.member ?? '');
      emit?.({ kind: 'job.attempt-began', ...about, attempt: next, device: this.parts.memberName(member) });
      [attempt, from, isRead] = [next, 0, false];
    }
  }

  async *#stored(
    job: LoggedJob,
    at: { task: number; attempt: number; stream?: PrintedStream; from: number },
    { signal }: AskOptions,
  ): AsyncGenerator<Uint8Array> {
    const opened = await storedOutput(this.parts.store, job.folder, { stream: 'stdout', ...at }, signal);
    if (opened !== null) yield* opened.content(at.from);
  }

  #piece(
    { id }: LoggedJob,
    { task, attempt, member }: RunningTask,
    part: { stream: PrintedStream; from: number },
    { signal }: AskOptions,
  ): Promise<PrintedPiece | null> {
    return this.parts.workers.printed(member, { job: id, task, attempt, ...part }, signal);
  }

  async #next(job: LoggedJob, task: number, options: AskOptions): Promise<TaskStatus | null> {
    await this.#pause(options);
    return this.#task(job, task, options);
  }

  async #task({ id }: LoggedJob, task: number, options: AskOptions): Promise<TaskStatus | null> {
    return (await this.parts.page(id, task, 1, options)).tasks[0] ?? null;
  }

  async #pause({ signal }: AskOptions): Promise<void> {
    await this.parts.clock.sleep(pollMs, signal);
    signal?.throwIfAborted();
  }

  #justEnded(task: RunningTask | null): CollabError {
    const device = this.parts.memberName(task?.member ?? '');
    return outputUnread(device, 'It does not run there any more, and it is not known yet how it ended.');
  }
}

/** So many bytes of a content. */
async function* firstOf(bytes: number, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const piece of content) {
    if (left <= 0) return;
    yield piece.subarray(0, left);
    left -= piece.length;
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // An attempt that left nothing.
}
