import { plainText } from '../../errors.js';
import {
  type Broker,
  BrokerConflict,
  type BrokerMessage,
  type Held,
  type JobRecord,
  JobsState,
  jobStream,
  jobSubject,
  jobTasksSubject,
  type LiveJob,
  type TaskRecord,
  taskSubject,
} from '../../fleet/index.js';
import type { AgentContext } from '../duty.js';
import { parseJob, parseTask } from './parse-record.js';

const loadedAtOnce = 8;
/** A replica that lacks what a worker has just written is asked again after this. */
const lagMs = 50;
const lagTries = 10;

/**
 * The jobs as the leader knows them, and the stream that they are in. Every write goes over exactly the message that was known: if
 * another leader or a worker came first, that record is read instead.
 */
export class JobBook {
  readonly state = new JobsState();
  /** Jobs of which something has changed since they were looked at. */
  readonly touched = new Set<string>();
  #scanned = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly broker: Pick<Broker, 'publish' | 'last' | 'scan'>,
    private readonly context: AgentContext,
  ) {}

  now(): string {
    return this.context.clock.now().toISOString();
  }

  /** Reads the jobs that were written since the last time, and the tasks of those that are new here. */
  async load(): Promise<void> {
    const { signal } = this.context;
    for await (const message of this.broker.scan(jobStream, jobSubject('*'), signal, this.#scanned + 1)) {
      this.#seeJob(message);
      this.#scanned = Math.max(this.#scanned, message.sequence);
    }
    const unloaded = [...this.state.allLive].filter(({ isLoaded }) => !isLoaded);
    for (let at = 0; at < unloaded.length; at += loadedAtOnce)
      await Promise.all(unloaded.slice(at, at + loadedAtOnce).map((job) => this.#loadTasks(job)));
  }

  /** Reads a job anew, of which another leader knows more. */
  async readJob(id: string): Promise<JobRecord | null> {
    const message = await this.broker.last(jobStream, jobSubject(id), this.context.signal);
    if (message === null) return null;
    const job = this.#seeJob(message);
    if (job !== null) await this.#loadTasks(job);
    return parseJob(message);
  }

  /** Reads a task anew. @returns whether that was news */
  async readTask(id: string, task: number): Promise<boolean> {
    const message = await this.taskMessage(id, task);
    return message !== null && this.#seeTask(message);
  }

  /** Reads the end of an attempt that its worker has written. */
  async readEnd(
    member: string,
    { job: id, task, attempt }: Readonly<{ job: string; task: number; attempt: number }>,
  ) {
    const job = this.state.live(id);
    if (job === null || task >= job.total) return;
    const held = job.runningOf(task)?.record;
    const isAwaited = held?.member === member && held.attempt === attempt;
    for (let tries = 0; tries < lagTries; tries += 1) {
      if ((await this.readTask(id, task)) || !isAwaited) return;
      await this.context.clock.sleep(lagMs, this.context.signal);
    }
  }

  taskMessage(id: string, task: number): Promise<BrokerMessage | null> {
    return this.broker.last(jobStream, taskSubject(id, task), this.context.signal);
  }

  /** @returns whether the record is the task's newest; otherwise, what came first is read and counts */
  async writeTask(record: TaskRecord, expectLast: number): Promise<number | null> {
    const { job, task } = record;
    const sequence = await this.#publish(taskSubject(job, task), record, expectLast);
    if (sequence === null) {
      if (!(await this.readTask(job, task))) this.state.live(job)?.putBack(task);
      return null;
    }
    this.touched.add(job);
    this.state.applyTask(job, task, record, sequence);
    return sequence;
  }

  /** @returns whether it was written; otherwise, what came first is read and counts */
  async writeJob(record: JobRecord, expectLast: number): Promise<boolean> {
    const sequence = await this.#publish(jobSubject(record.id), record, expectLast);
    if (sequence === null) {
      await this.readJob(record.id);
      return false;
    }
    this.touched.add(record.id);
    const job = this.state.applyJob(record, sequence);
    if (job === null) return true;
    if (expectLast === 0) job.isLoaded = true;
    else await this.#loadTasks(job);
    return true;
  }

  /** The end of an attempt of which its worker says nothing; it is written with the task's next record. */
  lose(job: LiveJob, held: Held, reason: string): void {
    job.lose(held, reason, this.now());
    this.touched.add(job.record.id);
  }

  /** One after the other: what is written of a job must not depend on what is just being replaced. */
  alone<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => {
      this.context.signal.throwIfAborted();
      return act();
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #publish(subject: string, record: object, expectLast: number): Promise<number | null> {
    const { signal } = this.context;
    try {
      return await this.broker.publish(subject, Buffer.from(JSON.stringify(record)), { expectLast, signal });
    } catch (error) {
      if (error instanceof BrokerConflict) return null;
      throw error;
    }
  }

  async #loadTasks(job: LiveJob): Promise<void> {
    const filter = jobTasksSubject(job.record.id);
    for await (const message of this.broker.scan(jobStream, filter, this.context.signal))
      this.#seeTask(message);
    job.isLoaded = true;
  }

  #seeJob(message: BrokerMessage): LiveJob | null {
    const record = parseJob(message);
    if (record === null) {
      this.context.log(`${plainText(message.subject)} cannot be read: this job is left alone`);
      return null;
    }
    this.touched.add(record.id);
    return this.state.applyJob(record, message.sequence);
  }

  #seeTask(message: BrokerMessage): boolean {
    const [, job = '', task] = message.subject.split('.');
    this.touched.add(job);
    return this.state.applyTask(job, Number(task), parseTask(message), message.sequence);
  }
}
