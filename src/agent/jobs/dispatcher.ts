import {
  type Assignment,
  type Broker,
  defaultBase,
  hasBase,
  hasTags,
  type JobsAnswer,
  type JobsQuestion,
  type LiveJob,
  planAssignments,
  readStoreRecord,
  silentMs,
  waitMs,
  type WorkAnswer,
  type WorkQuestion,
} from '../../fleet/index.js';
import { type Asker, Refused } from '../answers.js';
import type { AgentContext } from '../duty.js';
import { assign, type Picked } from './assign.js';
import { answerUser } from './answer-user.js';
import { HeldCheck } from './held-check.js';
import { JobBook } from './job-book.js';
import { tidy } from './tidy.js';
import { placeText, Waiting, type Worker, Workers } from './workers.js';

/** Jobs that another leader wrote at the last moment are read this often. */
const readEveryMs = 5000;
/** After another one came first, or a replica lagged behind, a worker gets its answer this much later. */
const pauseMs = 200;
/** A leader that has not looked for this long was away, and cannot say who was silent. */
const awayMs = 3000;

/** What the leader does for jobs. It hands out tasks in answers only, so that no task goes to a worker that is not there. */
export class Dispatcher {
  readonly #book: JobBook;
  readonly #workers: Workers;
  readonly #startedMs: number;
  readonly #check: HeldCheck;
  readonly #loaded: Promise<void>;
  #tellLoaded: () => void = () => undefined;
  #isLoaded = false;
  #readMs = -Infinity;
  #lookedMs: number;
  #tidying: Promise<void> = Promise.resolve();

  /** @param nowMs a monotonic clock */
  constructor(
    private readonly broker: Pick<Broker, 'publish' | 'last' | 'scan'>,
    private readonly context: AgentContext,
    private readonly nowMs: () => number,
  ) {
    this.#startedMs = this.#lookedMs = nowMs();
    this.#loaded = new Promise((resolve) => (this.#tellLoaded = resolve));
    this.#book = new JobBook(broker, context);
    this.#check = new HeldCheck(this.#book, nowMs);
    this.#workers = new Workers(this.#startedMs);
    context.signal.addEventListener('abort', () => this.#workers.endWaiting(), { once: true });
  }

  /** A duty, each second: reads the jobs at first, finds workers that are lost, and does again what failed. */
  async look(): Promise<void> {
    const now = this.nowMs();
    if (now - this.#lookedMs > awayMs) this.#workers.excuse(now);
    this.#lookedMs = now;
    await this.#read(now);
    if (!this.#isLoaded) return;
    for (const member of this.#book.state.held.members())
      if (this.#workers.isLost(member, now)) this.#lose(member);
    this.#workers.forget(now);
    for (const job of this.#book.state.allLive) this.#book.touched.add(job.record.id);
    await this.#tidy();
    this.#plan();
  }

  /**
   * Answers a worker: at once if it is to stop something, or when there is a task for it, or after a while.
   * @param member its id, as the broker knows it
   */
  async work(member: string, question: WorkQuestion): Promise<WorkAnswer> {
    await this.#ready();
    const worker = this.#workers.of(member);
    const isRestarted = worker.hear(question, this.nowMs());
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
      return { kind: 'work', run, stop, lacks_base: this.#lacksBase(worker) };
    } finally {
      worker.answering -= 1;
      worker.heardMs = this.nowMs();
    }
  }

  /** Answers a user, or the owner of the fleet. */
  async *jobs(asker: Asker, question: JobsQuestion): AsyncGenerator<JobsAnswer> {
    await this.#ready();
    if (question.kind === 'workers') {
      yield { kind: 'workers', workers: this.#workers.list(this.nowMs()) };
      return;
    }
    yield* answerUser(this.#book, asker, question, {
      waitsFor: (job) => this.#waitsFor(job),
      changed: (id) => {
        this.#workers.wakeHoldersOf(id);
        this.#changed();
      },
    });
  }

  async #ready(): Promise<void> {
    if (this.#isLoaded) return;
    const pause = new AbortController();
    await Promise.race([this.#loaded, this.context.clock.sleep(waitMs, pause.signal)]);
    pause.abort();
    if (!this.#isNowLoaded()) throw new Refused('jobs-not-read', 'the leader has yet to read the jobs');
  }

  async #read(now: number): Promise<void> {
    if (now - this.#readMs < readEveryMs) return;
    if (!this.#isLoaded) {
      // While the store is copied from other keepers, its jobs are theirs.
      const store = await readStoreRecord(this.broker, this.context.signal);
      if (store?.state !== 'ready') return;
    }
    await this.#book.load();
    this.#readMs = now;
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    this.#workers.excuse(this.nowMs());
    this.#tellLoaded();
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
      worker.assigning -= picks.length;
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
    const workers = this.#workers.waiting((member) => state.held.of(member)).filter(({ free }) => free > 0);
    if (workers.length === 0) return;
    const picks = new Map<string, Picked[]>();
    for (const { member, job } of planAssignments(state.planned(), workers)) {
      const task = state.take(job);
      if (task === null) continue;
      const own = picks.get(member) ?? [];
      own.push({ job, task });
      picks.set(member, own);
    }
    for (const [member, own] of picks) {
      const worker = this.#workers.of(member);
      worker.assigning += own.length;
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

  /** Whether a job has tasks that this worker could run if it had the job's base image. */
  #lacksBase(worker: Worker): boolean {
    for (const { queued, record } of this.#book.state.allLive) {
      const { pool, base } = record.definition;
      if (queued > 0 && hasTags(worker.tags, pool) && !hasBase(worker, base)) return true;
    }
    return false;
  }

  #waitsFor({ isCancelled, queued, counts, record }: LiveJob): string | null {
    const now = this.nowMs();
    const { pool, base } = record.definition;
    if (isCancelled || queued === 0 || counts.running > 0 || now - this.#startedMs < silentMs) return null;
    const alive = this.#workers.alive(now).filter(({ slots }) => slots > 0);
    if (alive.length === 0) return 'no worker is there';
    const tagged = alive.filter(({ tags }) => hasTags(tags, pool));
    if (tagged.some((one) => hasBase(one, base))) return 'all slots of its workers are taken';
    if (tagged.length > 0) return `no worker has the base image ${base?.name ?? defaultBase}`;
    return `no worker has the ${pool.length === 1 ? 'tag' : 'tags'} ${pool.join(', ')}`;
  }

  /** A call, so that the compiler does not take it for unchanged after an `await`. */
  #isNowLoaded(): boolean {
    return this.#isLoaded;
  }
}
