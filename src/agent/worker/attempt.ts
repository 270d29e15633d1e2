import type { ExitRecord } from '../../logs/index.js';
import type { RunningRole } from '../../deployment/index.js';
import { messageOf } from '../../errors.js';
import {
  type Assignment,
  type AttemptEnd,
  type Broker,
  BrokerConflict,
  type FileStore,
  lateSubject,
  steadyMs,
  type TaskRecord,
  taskSubject,
} from '../../fleet/index.js';
import type { AgentContext } from '../duty.js';
import type { AttemptStart } from './attempt-start.js';
import { ExitWatch } from './exit-watch.js';
import { NotInstalled } from './environments.js';
import { insist } from './insist.js';
import { batchOfEnd, failed, judgeEnd, type Outcome } from './judge.js';
import { exitIn, lastLinesIn } from './left-behind.js';
import { removeOldAttempts, resultsName } from './old-attempts.js';
import { cutPrinted, printedTooMuch, printsTooMuch } from './printed.js';
import { keepResults } from './results.js';
import type { TaskOutputs } from './task-outputs.js';
import { whole } from './whole.js';

/** Results and ends are written again for so long. */
const patienceMs = 5 * 60_000;
/** A task that is not wanted any more leaves its results if they go quickly. */
const unwantedMs = 10_000;
/** How long the worker waits beyond the timeout that the wrapper keeps itself. */
const overdueMs = 20_000;
/** Timers can be no longer. */
const longestTimerMs = 2 ** 31 - 1;
const unwanted: Outcome = { outcome: 'cancelled', code: null, reason: 'it is not wanted here any more' };

type Ending = Outcome & Pick<AttemptEnd, 'last_lines'>;

export interface AttemptParts {
  member: string;
  broker: Pick<Broker, 'publish'>;
  start: AttemptStart;
  openStore: (owner: string) => Promise<FileStore>;
  /** Since when it has its slot; null if that is not said of it, or it was stopped before. */
  startedAt: string | null;
  /** Who wants to read what it prints asks there. */
  outputs: Pick<TaskOutputs, 'begin' | 'end'>;
  /** Called when nothing of it runs any more, and what it left has yet to be kept. */
  isOver: () => void;
}

/**
 * One attempt at a task on this device, from its files to its end in the record. When the agent ends, it writes none: the leader
 * finds out that the attempt is lost.
 */
export class Attempt {
  readonly #beganMs: number;
  /** Of a batch. */
  #processing: Pick<AttemptEnd, 'processing_s'> = {};

  /**
   * @param stop aborts when the attempt is not this worker's any more, or the agent ends
   * @param context its signal aborts when the agent ends. Both are of this attempt only: what waits for them goes with it
   */
  constructor(
    private readonly assigned: Assignment,
    private readonly parts: AttemptParts,
    private readonly stop: AbortSignal,
    private readonly context: AgentContext,
  ) {
    this.#beganMs = context.clock.now().getTime();
  }

  /** @returns how it ended, once that is written; null if the agent ends */
  async run(): Promise<AttemptEnd['outcome'] | null> {
    const { clock, signal } = this.context;
    const { attempt, assigned_at } = this.assigned;
    const { last_lines, ...outcome } = await this.#carryOut();
    if (signal.aborted) return null;
    const { member, startedAt } = this.parts;
    const started = startedAt === null ? {} : { started_at: startedAt };
    const begun = { attempt, member, ...batchOfEnd(this.assigned), assigned_at, ...started };
    const ended = { ...outcome, ...this.#processing, last_lines, ended_at: clock.now().toISOString() };
    const end = { ...begun, ...ended };
    await insist(() => this.#write(end), { clock, signal, forMs: patienceMs });
    return end.outcome;
  }

  async #carryOut(): Promise<Ending> {
    const { start } = this.parts;
    let role: RunningRole;
    try {
      await start.fetch();
    } catch (error) {
      return this.#afterFault("the job's files could not be fetched", error);
    }
    try {
      role = await start.start();
    } catch (error) {
      return this.#afterFault('it could not be started', error);
    }
    this.parts.outputs.begin(this.assigned, role.folder);
    try {
      return await this.#accompany(role);
    } catch (error) {
      return this.#afterFault('its end could not be read', error);
    }
  }

  #afterFault(what: string, error: unknown): Ending {
    if (this.stop.aborted) return { ...unwanted, last_lines: '' };
    if (error instanceof NotInstalled) return { ...failed(error.message), last_lines: error.lastLines };
    return { ...failed(`${what}: ${whole(error)}`), last_lines: '' };
  }

  /** A role that was started, until its folder is in the store and removed here. */
  async #accompany(role: RunningRole): Promise<Ending> {
    const { clock, log, signal } = this.context;
    const { lost, over } = await this.#untilEnded(role);
    const exit = await exitIn(role.folder);
    // What it started may still run, also where its wrapper ended without a word.
    const mayRun = exit === null || over !== null;
    const isOver = !mayRun || (await this.#stopAll(role));
    if (isOver) this.parts.isOver();
    // The agent ends: its folder is removed at the next start.
    if (signal.aborted) {
      await role.release().catch(() => undefined);
      return { ...unwanted, last_lines: '' };
    }
    if (exit !== null && this.assigned.model !== null)
      this.#processing = { processing_s: exit.ended_monotonic_s - exit.started_monotonic_s };
    let outcome = this.#judge(exit ?? (await exitIn(role.folder)), { lost, over });
    const last_lines = await lastLinesIn(role.folder).catch((error: unknown) => {
      log(`the last lines of ${this.#name}: ${messageOf(error)}`);
      return '';
    });
    if (over === printedTooMuch)
      await cutPrinted(role.folder).catch((error: unknown) =>
        log(`what ${this.#name} printed is not cut: ${messageOf(error)}`),
      );
    const isWanted = outcome.outcome !== 'cancelled';
    const open = () => this.parts.openStore(this.assigned.owner);
    try {
      const until = isWanted ? this.stop : AbortSignal.any([signal, AbortSignal.timeout(unwantedMs)]);
      const forMs = isWanted ? patienceMs : 0;
      const to = { name: resultsName(this.assigned), clock, signal: until, forMs };
      const leftOut = await keepResults(role.folder, open, to);
      if (leftOut !== null && isWanted) outcome = failed(leftOut, outcome.code);
    } catch (error) {
      if (this.stop.aborted) outcome = unwanted;
      else outcome = failed(`what it left could not be put into the store: ${whole(error)}`, outcome.code);
    }
    this.parts.outputs.end(this.assigned);
    await this.#remove(role);
    if (this.assigned.service !== null)
      await removeOldAttempts(this.assigned, open).catch((error: unknown) =>
        log(`files of attempts before ${this.#name} stay: ${messageOf(error)}`),
      );
    return { ...outcome, last_lines };
  }

  /** @returns whether nothing of it runs any more */
  async #stopAll(role: RunningRole): Promise<boolean> {
    try {
      await role.stop();
      return true;
    } catch (error) {
      this.context.log(`${this.#name} may still run: ${messageOf(error)}`);
      return false;
    }
  }

  /** @returns what is known of the wrapper's end, and why the worker does not let it go on */
  async #untilEnded(role: RunningRole): Promise<{ lost: string | null; over: string | null }> {
    const { clock } = this.context;
    const { timeout_s } = this.assigned;
    const ended = new AbortController();
    const until = new AbortController();
    let over: string | null = null;
    const isOver = (why: string) => {
      if (ended.signal.aborted) return;
      over ??= why;
      until.abort();
    };
    const limitMs = timeout_s === null ? Infinity : timeout_s * 1000 + overdueMs;
    if (limitMs < longestTimerMs)
      void clock
        .sleep(limitMs, ended.signal)
        .then(() => isOver(`it did not end at its timeout of ${timeout_s ?? 'unknown'} s`));
    void printsTooMuch(role.folder, { clock, signal: ended.signal }).then((isTooMuch) => {
      if (isTooMuch) isOver(printedTooMuch);
    });
    const stopped = () => until.abort();
    this.stop.addEventListener('abort', stopped, { once: true });
    if (this.stop.aborted) stopped();
    try {
      using exit = new ExitWatch(role.folder);
      while (!until.signal.aborted) {
        const first = exit.isThere ? until.signal : AbortSignal.any([until.signal, exit.signal]);
        await role.waitForEnd(first).catch(() => clock.sleep(1000, until.signal));
        const { alive, reason } = await role.alive();
        if (!alive) return { lost: reason, over };
      }
      if (this.stop.aborted) await role.stop();
      return { lost: null, over };
    } catch (error) {
      return { lost: messageOf(error), over };
    } finally {
      ended.abort();
    }
  }

  #judge(exit: ExitRecord | null, { lost, over }: { lost: string | null; over: string | null }): Outcome {
    const { timeout_s: timeoutS } = this.assigned;
    if (this.stop.aborted && (exit === null || exit.reason === 'stopped')) return unwanted;
    if (over !== null) return failed(over);
    const outcome = judgeEnd(exit, { lost, timeoutS });
    const isOver = this.assigned.service !== null && outcome.outcome === 'done';
    return isOver ? failed('it exited with code 0, and a service is to run on', 0) : outcome;
  }

  /** Of two ends of one task, the one counts that comes over the record of its own assignment. */
  async #write(end: AttemptEnd): Promise<void> {
    const { broker, member } = this.parts;
    const { clock, signal } = this.context;
    const { job, task, attempt, sequence, assigned_at, ends, service, restarts } = this.assigned;
    const all = ends.concat(end);
    const isSteady = clock.now().getTime() - this.#beganMs >= steadyMs;
    const record: TaskRecord = {
      format: 1,
      job,
      task,
      state: 'ended',
      attempt,
      member,
      assigned_at,
      restarts: service === null || isSteady ? 0 : restarts + 1,
      ends: all,
    };
    try {
      await broker.publish(taskSubject(job, task), bytesOf(record), { expectLast: sequence, signal });
    } catch (error) {
      if (!(error instanceof BrokerConflict)) throw error;
      await broker.publish(lateSubject(job, task, attempt), bytesOf(end), { signal });
    }
  }

  async #remove(role: RunningRole): Promise<void> {
    try {
      await this.parts.start.remove(role);
    } catch (error) {
      this.context.log(`the folder of ${this.#name} stays until the agent starts again: ${messageOf(error)}`);
    }
  }

  get #name(): string {
    const { job, task, attempt } = this.assigned;
    return `attempt ${attempt} at task ${task} of ${job}`;
  }
}

const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
