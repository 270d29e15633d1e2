import {
  type Assignment,
  type JobsAnswer,
  type JobsQuestion,
  type LiveJob,
  type PlannedWorker,
  poolWords,
  readStoreRecord,
  silentMs,
  waitMs,
  type WorkAnswer,
  type WorkQuestion,
} from '../../fleet/index.js';
import { type Asker, Refused } from '../answers.js';
import type { AgentContext } from '../duty.js';
import { assign } from './assign.js';
import { answerFleet, isAboutFleet } from './answer-fleet.js';
import { answerUser } from './answer-user.js';
import type { DispatcherParts } from './dispatcher-parts.js';
import { Drains } from './drains.js';
import { type FleetRecords, fleetRecords } from './fleet-records.js';
import { HeldCheck } from './held-check.js';
import { JobBook } from './job-book.js';
import { NotifyKeys } from './notify-keys.js';
import { pickTasks } from './pick-tasks.js';
import { recall } from './recall.js';
import { Retention } from './retention.js';
import { Services } from './services.js';
import { tellersOf } from './tellers.js';
import { tidy } from './tidy.js';
import { lacksBase, waitsFor } from './waits-for.js';
import { placeText, type SlotKind, Waiting, type Worker, Workers } from './workers.js';

/** Jobs that another leader wrote at the last moment are read this often. */
const readEveryMs = 5000;
/** After another one came first, or a replica lagged behind, a worker gets its answer this much later. */
const pauseMs = 200;
/** A leader that has not looked for this long was away, and cannot say who was silent. */
const awayMs = 3000;

/** What the leader does for jobs. It hands out tasks in answers only, so that no task goes to a worker that is not there. */
export class Dispatcher {
  readonly #book: JobBook;
  readonly #kept: FleetRecords;
  readonly #keys: NotifyKeys;
  readonly #tellers: ReturnType<typeof tellersOf>;
  readonly #retention: Retention;
  readonly #workers: Workers;
  readonly #startedMs: number;
  readonly #check: HeldCheck;
  readonly #services: Services;
  readonly #drains: Drains;
  readonly #loaded: Promise<void>;
  #tellLoaded: () => void = () => undefined;
  #readMs = -Infinity;
  #away: ReadonlyMap<string, string> = new Map();
  #watchedMs: number;
  #tidying: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: DispatcherParts,
    private readonly context: AgentContext,
  ) {
    const { broker, nowMs } = parts;
    this.#startedMs = this.#watchedMs = nowMs();
    this.#loaded = new Promise((resolve) => (this.#tellLoaded = resolve));
    this.#book = new JobBook(broker, context);
    this.#kept = fleetRecords(broker, context);
    this.#keys = new NotifyKeys(broker);
    this.#tellers = tellersOf(this.#book, this.#keys, parts, context);
    const { removeFiles, limits } = parts;
    this.#retention = new Retention(this.#book, { broker, removeFiles, keepDays: limits.keep_days }, context);
    this.#check = new HeldCheck(this.#book, nowMs);
    this.#workers = new Workers(this.#startedMs);
    this.#services = new Services(this.#book, { workers: this.#workers, check: this.#check, nowMs });
    const { drains: kept } = this.#kept;
    this.#drains = new Drains({ kept, book: this.#book, workers: this.#workers, nowMs });
    context.signal.addEventListener('abort', () => this.#workers.endWaiting(), { once: true });
  }

  /** A duty: reads the jobs at first, and then what other leaders wrote at the last moment. */
  async read(): Promise<void> {
    if (this.#nowMs() - this.#readMs < readEveryMs) return;
    if (!this.#isLoaded()) {
      // While the store is copied from other keepers, its jobs are theirs.
      const store = await readStoreRecord(this.parts.broker, this.context.signal);
      if (store?.state !== 'ready') return;
    }
    const { pools, batchSizes, drains } = this.#kept;
    await Promise.all([this.#book, pools, batchSizes, drains].map((one) => one.load()));
    const wasLoaded = this.#isLoaded();
    this.#readMs = this.#nowMs();
    if (wasLoaded) return;
    this.#workers.excuse(this.#nowMs());
    this.#tellLoaded();
  }

  /**
   * A duty, each second: takes their tasks from workers that are silent. It asks the store nothing, because a store that has just
   * lost a server may take seconds for each answer. Who leads has the lease, which was renewed through the store a moment ago.
   */
  watch(): void {
    const now = this.#nowMs();
    if (now - this.#watchedMs > awayMs) this.#workers.excuse(now);
    this.#watchedMs = now;
    if (!this.#isLoaded()) return;
    const lost = this.#book.state.held.members().filter((member) => this.#workers.isLost(member, now));
    for (const member of lost) this.#lose(member);
    if (lost.length > 0) this.#changed();
    this.#workers.forget(now);
  }

  /** A duty, each second: does again what failed, and what is due. */
  async look(): Promise<void> {
    if (!this.#isLoaded()) return;
    this.#away = (await this.parts.away?.()) ?? this.#away;
    if (this.#kept.drains.all.length > 0) await this.#drains.look();
    for (const job of this.#book.state.allLive) this.#book.touched.add(job.record.id);
    await this.#tidy();
    this.#plan();
    recall(this.#book, this.#workers, this.#planned('task'));
    for (const one of this.#tellers) one.look();
  }

  /** Another duty, which may take long: removes jobs that are not kept. */
  async removeOld(): Promise<void> {
    if (this.#isLoaded()) await this.#retention.look();
  }

  /**
   * Answers a worker: at once if it is to stop something, or when there is a task for it, or after a while.
   * @param member its id, as the broker knows it
   */
  async work(member: string, question: WorkQuestion): Promise<WorkAnswer> {
    await this.#ready();
    const worker = this.#workers.of(member);
    const isRestarted = worker.hear(question, this.#nowMs());
    const { turn } = worker;
    worker.answering += 1;
    try {
      await Promise.all(question.ended.map((place) => this.#book.readEnd(member, place)));
      const again = await this.#check.missing(member, question, isRestarted);
      const isNewStop = await this.#check.hasNewStop(worker, question);
      this.#changed();
      const isLast = () => turn === worker.turn && !this.context.signal.aborted;
      const run = again.length > 0 || isNewStop || !isLast() ? again : await this.#next(worker);
      const stop = question.holds.filter((place) => !this.#check.isOwn(member, place));
      worker.told = new Set(stop.map(placeText));
      const lacks = lacksBase(worker, poolWords(worker, this.#kept.pools.all), this.#book.state.allLive);
      // Before all workers have asked, it does not know which replicas are ready.
      const services = this.#isNew ? null : this.#services.told();
      return { kind: 'work', run, stop, back: [...worker.back], lacks_base: lacks, services };
    } finally {
      worker.answering -= 1;
      worker.heardMs = this.#nowMs();
    }
  }

  /** Answers a user, or the owner of the fleet. */
  async *jobs(asker: Asker, question: JobsQuestion): AsyncGenerator<JobsAnswer> {
    await this.#ready();
    if (isAboutFleet(question)) {
      const { limits } = this.parts;
      const own = { book: this.#book, workers: this.#workers, keys: this.#keys, drained: this.#drains };
      yield await answerFleet({ ...this.#kept, ...own, limits, nowMs: this.#nowMs() }, asker, question);
      this.#changed();
      return;
    }
    yield* answerUser(this.#book, asker, question, {
      limits: this.parts.limits,
      waiting: () => this.#waiting(),
      withEntries: (job) => this.#services.withEntries(job),
      changed: (id) => {
        this.#workers.wakeHoldersOf(id);
        this.#changed();
      },
    });
  }

  async #ready(): Promise<void> {
    if (this.#isLoaded()) return;
    const pause = new AbortController();
    await Promise.race([this.#loaded, this.context.clock.sleep(waitMs, pause.signal)]);
    pause.abort();
    if (!this.#isLoaded()) throw new Refused('jobs-not-read', 'the leader has yet to read the jobs');
  }

  /** Waits for tasks. @returns none if there are none for a while */
  async #next(worker: Worker): Promise<Assignment[]> {
    const waiting = new Waiting();
    worker.waiting = waiting;
    this.#plan();
    const pause = new AbortController();
    void this.context.clock.sleep(waitMs, pause.signal).then(() => waiting.end());
    const picks = await waiting.picked;
    pause.abort();
    if (worker.waiting === waiting) worker.waiting = null;
    if (picks.length === 0) return [];
    try {
      const run = await assign(this.#book, worker.member, picks);
      if (run.length === 0) await this.context.clock.sleep(pauseMs, this.context.signal);
      return run.filter(({ job, task }) => this.#isWanted(job, task));
    } finally {
      for (const { kind } of picks) worker.assigning[kind] -= 1;
      this.#changed();
    }
  }

  /** Whether a job was not cancelled while its task was assigned. */
  #isWanted(id: string, task: number): boolean {
    const job = this.#book.state.live(id);
    const held = job?.runningOf(task);
    if (job?.isCancelled === true && held)
      this.#book.lose(job, held, 'its job was cancelled before it began');
    return job?.isCancelled === false;
  }

  /** Hands tasks to the workers that wait. */
  #plan(): void {
    const { state } = this.#book;
    if (this.context.signal.aborted) return;
    const workers = { task: this.#planned('task'), replica: this.#planned('replica') };
    const canTake = ({ free, ahead, tasksAhead }: PlannedWorker) => free + ahead + tasksAhead > 0;
    if (!Object.values(workers).some((all) => all.some(canTake))) return;
    const picks = pickTasks(state, {
      nowMs: this.#nowMs(),
      workers,
      runningPerUser: this.parts.limits.running_per_user,
    });
    for (const [member, own] of picks) {
      const worker = this.#workers.of(member);
      for (const { kind } of own) worker.assigning[kind] += 1;
      worker.endWaiting(own);
    }
  }

  #lose(member: string): void {
    const held = this.#book.state.held.of(member);
    this.context.log(`the worker ${member} is silent: ${held.length} of its tasks are given to others`);
    for (const one of held) {
      const job = this.#book.state.live(one.record.job);
      if (job !== null) this.#book.lose(job, one, `its worker was silent for ${silentMs / 1000} s`);
    }
  }

  /** Tasks may be free again, and jobs may have ended. What fails is done by the next look. */
  #changed(): void {
    this.#plan();
    if (this.#book.touched.size > 0) this.#tidy().catch(() => undefined);
  }

  #tidy(): Promise<void> {
    const result = this.#tidying.then(() => tidy(this.#book));
    this.#tidying = result.catch(() => undefined);
    return result;
  }

  /** All workers that can have tasks, or replicas, as the plan sees them. @param drained those that get none, in their place */
  #planned(kind: SlotKind, drained = false): PlannedWorker[] {
    const { state } = this.#book;
    const held = {
      by: (member: string) => state.held.of(member),
      isBatch: (job: string) => state.live(job)?.isInference === true,
      kindOf: (job: string) => (state.live(job)?.isService === true ? 'replica' : 'task'),
    } as const;
    const workers = this.#workers.planned(kind, held, this.#kept.pools.all, this.#nowMs());
    return workers.filter(({ member }) => !this.#away.has(member) && this.#drains.has(member) === drained);
  }

  /** Says of each job why nothing of it runs. */
  #waiting(): (job: LiveJob) => string | null {
    if (this.#isNew) return () => null;
    const workers = { task: this.#planned('task'), replica: this.#planned('replica') };
    const drained = this.#planned('task', true);
    const { running_per_user: runningPerUser } = this.parts.limits;
    return (job) =>
      waitsFor(job, {
        workers: job.isService ? workers.replica : workers.task,
        drained,
        nameOf: (member) => this.#workers.of(member).name ?? member,
        away: this.#away.size,
        isPool: (word) => this.#kept.pools.has(word),
        running: () => this.#book.state.runningOf(job.record.owner, { services: job.isService }),
        runningPerUser,
      });
  }

  /** The workers have had no time to ask. */
  get #isNew(): boolean {
    return this.#nowMs() - this.#startedMs < silentMs;
  }

  #nowMs(): number {
    return this.parts.nowMs();
  }

  #isLoaded(): boolean {
    return this.#readMs > -Infinity;
  }
}
