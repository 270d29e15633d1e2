import {
  type BrokerAdmin,
  jobStream,
  jobSubject,
  jobTasksBelow,
  mqttJobSubject,
  type RemovedJob,
} from '../../fleet/index.js';
import type { AgentContext } from '../duty.js';
import type { JobBook } from './job-book.js';

const dayMs = 86_400_000;
/**
 * A worker that was taken for lost may still put files of a removed job, and the end of its attempt. So the record stays for this long,
 * and what came meanwhile is removed again.
 */
const lateMs = dayMs;
const againMs = 600_000;

export interface RetentionParts {
  broker: Pick<BrokerAdmin, 'purge'>;
  /** Null: jobs are kept. */
  keepDays: number | null;
  /** Removes the files of a user's job. */
  removeFiles: (owner: string, folder: string, signal: AbortSignal) => Promise<void>;
}

/** Removes jobs that ended long ago, and what is left of those that a user has removed. */
export class Retention {
  /** When what was left of a job was removed the last time. */
  readonly #cleanedMs = new Map<string, number>();

  constructor(
    private readonly book: JobBook,
    private readonly parts: RetentionParts,
    private readonly context: AgentContext,
  ) {}

  /** A duty, one job after the other: there is time. */
  async look(): Promise<void> {
    const nowMs = this.context.clock.now().getTime();
    for (const id of this.#old(nowMs)) await this.#mark(id);
    for (const job of [...this.book.state.removed]) {
      if (nowMs - (this.#cleanedMs.get(job.id) ?? -Infinity) < againMs) continue;
      await this.#clean(job, nowMs);
    }
  }

  #old(nowMs: number): string[] {
    const { keepDays } = this.parts;
    if (keepDays === null) return [];
    const beforeMs = nowMs - keepDays * dayMs;
    return [...this.book.state.ended()]
      .filter(({ ended_at: endedAt }) => endedAt !== null && Date.parse(endedAt) < beforeMs)
      .map(({ id }) => id);
  }

  #mark(id: string): Promise<void> {
    return this.book.alone(async () => {
      const record = await this.book.readJob(id);
      if (record?.removed_at !== null || record.ended_at === null) return;
      const removed = { ...record, removed_at: this.book.now() };
      // If somebody else was first, the next look sees what it is now.
      if (await this.book.writeJob(removed, this.book.state.sequenceOf(id)))
        this.context.log(`removes the job ${id}, which ended ${record.ended_at}`);
    });
  }

  /** The record goes last, so that a leader that is ended meanwhile is followed by one that goes on. */
  async #clean({ id, owner, removedAt, sequence, mqttId }: RemovedJob, nowMs: number): Promise<void> {
    const { signal } = this.context;
    await this.parts.removeFiles(owner, `jobs/${id}`, signal);
    await this.#purge(jobTasksBelow(id));
    this.#cleanedMs.set(id, nowMs);
    if (nowMs - Date.parse(removedAt) < lateMs) return;
    if (mqttId !== null) await this.#purge(mqttJobSubject(owner, mqttId));
    await this.#purge(jobSubject(id), sequence + 1);
    this.book.state.forget(id);
    this.#cleanedMs.delete(id);
  }

  /** Not after the lease is lost. */
  async #purge(filter: string, before?: number): Promise<void> {
    this.context.signal.throwIfAborted();
    await this.parts.broker.purge(jobStream, filter, before);
  }
}
