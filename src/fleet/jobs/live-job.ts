import { type AgainGroup, AgainTasks } from './again-tasks.js';
import { type Batches, batchOf } from './batches.js';
import type { Held, HeldByMember } from './held.js';
import { asItCounts, attemptsOf, badMembers, outcomeOf } from './outcome.js';
import type { AttemptEnd, JobRecord, TaskCounts, TaskRecord } from './record.js';
import { Replicas } from './replicas.js';
import { TaskTimes } from './task-times.js';
import { taskCount } from './tasks.js';
import { type TaskState, TaskStates } from './task-states.js';

const stateAfter = (job: JobRecord, record: TaskRecord | null): TaskState => {
  const outcome = outcomeOf(job, record);
  return outcome === 'cancelled' ? 'stopped' : (outcome ?? 'again');
};

/** A task whose worker is silent: an end that no record has yet. */
interface Lost {
  held: Held;
  end: AttemptEnd;
}

/** A job that has not ended. Records are kept of tasks that run; those of others are read when they are needed. */
export class LiveJob {
  /** Whether the records of its tasks were applied, so that a task without one is known to be fresh. */
  isLoaded = false;
  /** Nothing is given out while the number of its tasks is being changed. */
  isPaused = false;
  /** Images of batches that were done, or tried in vain, since its tasks were loaded. */
  imagesSpent = 0;
  /** Images of batches that were given out and have not ended. */
  imagesUnderWay = 0;
  /** When its last task was given out, for `planAssignments`. */
  served = 0;
  readonly times = new TaskTimes();
  readonly #states: TaskStates;
  readonly #again = new AgainTasks();
  readonly #running = new Map<number, Held>();
  readonly #lost = new Map<number, Lost>();
  readonly #over = new Set<number>();
  readonly #replicas: Replicas | null;

  constructor(
    public record: JobRecord,
    public sequence: number,
    private readonly held: HeldByMember,
  ) {
    this.#states = new TaskStates(taskCount(record.definition));
    this.#replicas = record.definition.service && new Replicas();
  }

  get total(): number {
    return this.#states.total;
  }

  /** The first of the tasks that were never given out. */
  get begun(): number {
    return this.#states.begun;
  }

  get isCancelled(): boolean {
    return this.record.cancelled_at !== null;
  }

  get isService(): boolean {
    return this.#replicas !== null;
  }

  /** Whether its tasks are batches of images. */
  get isInference(): boolean {
    return this.record.definition.model !== null;
  }

  /** How many images the next new batch has. */
  get nextBatch(): number {
    return this.#imagesOf(Math.min(this.begun, this.total - 1));
  }

  /** How many tasks can be assigned. */
  get queued(): number {
    return this.isCancelled ? 0 : this.#states.count('fresh', 'again');
  }

  /** How many tasks workers have, also those that wait there for a slot. */
  get underWay(): number {
    return this.#states.count('taken', 'running');
  }

  get counts(): TaskCounts {
    const open = this.#states.count('fresh', 'again', 'resting');
    const waiting = this.isCancelled ? 0 : this.times.waiting;
    return {
      queued: this.isCancelled ? 0 : open + waiting,
      running: this.underWay - waiting,
      done: this.#states.count('done'),
      failed: this.#states.count('failed'),
      cancelled: this.#states.count('stopped') + (this.isCancelled ? open : 0),
    };
  }

  stateOf(task: number): keyof TaskCounts {
    const state = this.#states.of(task);
    if (state === 'running' && this.times.of(task) === null && !this.isCancelled) return 'queued';
    if (state === 'taken') return 'running';
    if (state === 'stopped') return 'cancelled';
    if (state === 'fresh' || state === 'again' || state === 'resting')
      return this.isCancelled ? 'cancelled' : 'queued';
    return state;
  }

  /** Of the task's record as far as it is known; 0 for none. */
  sequenceOf(task: number): number {
    return this.#states.sequenceOf(task);
  }

  runningOf(task: number): Held | null {
    return this.#running.get(task) ?? null;
  }

  /** The end of an attempt that was lost, and what it was, until a record says so. */
  lostOf(task: number): Lost | null {
    return this.#lost.get(task) ?? null;
  }

  /** Tasks that were lost once too often, or after the job was cancelled, and whose record has yet to say so. */
  get over(): readonly number[] {
    return [...this.#over];
  }

  /**
   * Takes a task's record; an older one than the known one does not count.
   * @param read null for one that cannot be read: the task has failed, and can be retried
   */
  apply(task: number, read: TaskRecord | null, sequence: number): boolean {
    if (task >= this.total || sequence <= this.sequenceOf(task)) return false;
    const record = asItCounts(this.record, read);
    this.#states.setSequence(task, sequence);
    this.#drop(task);
    this.#lost.delete(task);
    this.#over.delete(task);
    this.#again.setTried(task, badMembers(this.record, record?.ends ?? []));
    if (record?.state === 'assigned') this.#run(task, { record, sequence });
    else this.#become(task, this.#stateAfter(task, record));
    // An attempt that was given back has no end, and those before it have been counted.
    const end =
      record?.state === 'ended' ? record.ends.find((one) => one.attempt === record.attempt) : undefined;
    if (end !== undefined) this.times.end(end);
    const outcome = end?.outcome;
    if (this.isLoaded && (outcome === 'done' || outcome === 'failed'))
      this.imagesSpent += this.#imagesOf(task);
    return true;
  }

  /** Queued tasks that were tried before. */
  get again(): readonly AgainGroup[] {
    return this.#again.groups;
  }

  /**
   * The next task to assign, which is `taken` until `apply` or `putBack`; null if none is queued.
   * @param tried of a group of `again`; null for a task that was never tried
   * @param member who gets it
   */
  take(tried: readonly string[] | null, member: string): number | null {
    if (this.isCancelled || this.isPaused) return null;
    const task = tried === null ? this.#states.nextFresh() : this.#again.firstOf(tried);
    if (task === null) return null;
    this.#become(task, 'taken');
    this.#replicas?.place(task, member);
    return task;
  }

  /** The task could not be assigned. */
  putBack(task: number): void {
    if (this.#states.of(task) !== 'taken' || this.#over.has(task)) return;
    this.#replicas?.displace(task);
    this.#become(task, this.sequenceOf(task) > 0 ? 'again' : 'fresh');
  }

  /** The worker is not heard of any more. The task is tried again, or is `over`. */
  lose(held: Held, reason: string, at: string): void {
    const { task, attempt, member, assigned_at, ends } = held.record;
    if (this.#running.get(task) !== held) return;
    this.#drop(task);
    const end: AttemptEnd = {
      attempt,
      member,
      outcome: 'lost',
      code: null,
      reason,
      last_lines: '',
      assigned_at,
      ended_at: at,
    };
    this.#lost.set(task, { held, end });
    this.#again.setTried(task, badMembers(this.record, ends.concat(end)));
    if (this.isCancelled || ends.length + 1 >= attemptsOf(this.record)) {
      this.#over.add(task);
      this.#become(task, 'taken');
    } else this.#become(task, 'again');
  }

  /** A worker that was taken for lost is there again, and nobody else was given the task. */
  reclaim(task: number, attempt: number, member: string): boolean {
    const lost = this.#lost.get(task);
    if (lost?.held.record.member !== member || lost.held.record.attempt !== attempt) return false;
    if (this.isCancelled || this.#states.of(task) !== 'again') return false;
    this.#lost.delete(task);
    this.#run(task, lost.held);
    return true;
  }

  /** Whether all tasks that were given out have the same images by the job's newer record. */
  isGoneOnBy({ definition: { tasks } }: JobRecord): boolean {
    const known = this.record.definition.tasks;
    if (tasks.kind !== 'batches' || known.kind !== 'batches') return true;
    const begun = ({ sizes }: Batches) => JSON.stringify(sizes.filter(({ task }) => task < this.begun));
    return begun(tasks) === begun(known);
  }

  /**
   * Takes the job's own newer record, by which it goes on. With another number of retries, tasks that have failed are tried again;
   * with another size of batches, there are more tasks, or fewer.
   */
  change(record: JobRecord, sequence: number): void {
    const isRetried = record.retries > this.record.retries;
    this.record = record;
    this.#states.resize(taskCount(record.definition));
    this.sequence = sequence;
    // Whatever their workers still write of them must not count any more.
    if (this.isCancelled)
      for (const task of this.#lost.keys())
        if (this.#states.of(task) === 'again') {
          this.#over.add(task);
          this.#become(task, 'taken');
        }
    if (!isRetried) return;
    const tasks = [...this.#states.in('failed'), ...this.#over].sort((one, other) => one - other);
    this.#over.clear();
    for (const task of tasks) {
      this.#again.setTried(task, []);
      this.#become(task, 'again');
    }
  }

  /** How many replicas of a service each member has; null for a job that is none. */
  get spread(): ReadonlyMap<string, number> | null {
    return this.#replicas?.spread ?? null;
  }

  /** Lets replicas be started again whose pause is over. */
  endPauses(nowMs: number): void {
    for (const task of this.#replicas?.rested(nowMs) ?? [])
      if (this.#states.of(task) === 'resting') this.#become(task, 'again');
  }

  #stateAfter(task: number, record: TaskRecord | null): TaskState {
    const state = stateAfter(this.record, record);
    if (state !== 'again' || this.#replicas === null) return state;
    this.#replicas.rest(task, record === null ? 0 : record.restarts);
    return 'resting';
  }

  /** It has ended: nobody holds anything of it. */
  close(): void {
    for (const task of [...this.#running.keys()]) this.#drop(task);
  }

  #imagesOf(task: number): number {
    const { tasks } = this.record.definition;
    return tasks.kind === 'batches' ? batchOf(tasks, task).images : 0;
  }

  #run(task: number, held: Held): void {
    this.#running.set(task, held);
    this.#replicas?.place(task, held.record.member);
    this.held.add(held);
    this.#become(task, 'running');
  }

  #drop(task: number): void {
    const held = this.#running.get(task);
    this.times.drop(task);
    this.#replicas?.displace(task);
    if (held === undefined) return;
    this.#running.delete(task);
    this.held.delete(held);
  }

  #become(task: number, state: TaskState): void {
    const isUnderWay = (one: TaskState) => one === 'taken' || one === 'running';
    const change = Number(isUnderWay(state)) - Number(isUnderWay(this.#states.of(task)));
    if (change !== 0) this.imagesUnderWay += change * this.#imagesOf(task);
    this.#states.set(task, state);
    if (state === 'again') this.#again.add(task);
    else if (state === 'done' || state === 'failed' || state === 'stopped') this.#again.forget(task);
    else this.#again.delete(task);
  }
}
