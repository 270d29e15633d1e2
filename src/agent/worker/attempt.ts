import { posix } from 'node:path';
import { type ExitRecord, exitRecord, roleFiles } from '../../logs/index.js';
import type { RunningRole, Runtime } from '../../deployment/index.js';
import { CollabError, messageOf } from '../../errors.js';
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
import type { ConnectedDevice } from '../../network/index.js';
import type { AgentContext } from '../duty.js';
import { ExitWatch } from './exit-watch.js';
import { type Environments, NotInstalled } from './environments.js';
import { insist } from './insist.js';
import { type JobFolders, removeTree } from './job-folders.js';
import { batchOfEnd, failed, judgeEnd, lastLinesOf, type Outcome } from './judge.js';
import { removeOldAttempts, resultsName } from './old-attempts.js';
import { keepResults } from './results.js';
import type { ReplicaStart, Services } from './services.js';
import { readTaskFile } from './task-file.js';
import type { TaskImages } from './task-images.js';
import { taskOrder } from './task-order.js';
import { whole } from './whole.js';

/** Files of a job are asked for again for so long, and results and ends are written again. */
const patienceMs = 5 * 60_000;
/** A task that is not wanted any more leaves its results if they go quickly. */
const unwantedMs = 10_000;
/** How long the worker waits beyond the timeout that the wrapper keeps itself. */
const overdueMs = 20_000;
/** Timers can be no longer. */
const longestTimerMs = 2 ** 31 - 1;
const tailBytes = 64 * 1024;
/** The wrapper's word about the end is much shorter. */
const exitBytes = 1024 * 1024;
const unwanted: Outcome = { outcome: 'cancelled', code: null, reason: 'it is not wanted here any more' };

type Ending = Outcome & Pick<AttemptEnd, 'last_lines'>;

export interface AttemptParts {
  member: string;
  broker: Pick<Broker, 'publish'>;
  connected: ConnectedDevice;
  folders: JobFolders;
  images: Pick<TaskImages, 'idFor'> | null;
  /** Whether tasks get the device's GPU. */
  hasGpu: boolean;
  environments: Pick<Environments, 'take' | 'release'>;
  services: Pick<Services, 'found' | 'startOf' | 'watch'>;
  openStore: (owner: string) => Promise<FileStore>;
  /** Called when nothing of it runs any more, and what it left has yet to be kept. */
  isOver: () => void;
}

/**
 * One attempt at a task on this device, from its files to its end in the record. When the agent ends, it writes none: the leader
 * finds out that the attempt is lost.
 */
export class Attempt {
  readonly #beganMs: number;
  /** The virtual environment that it uses. */
  #venv: string | null = null;

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

  /** @returns whether its end is written */
  async run(): Promise<boolean> {
    const { clock, signal } = this.context;
    const { attempt, assigned_at } = this.assigned;
    const { last_lines, ...outcome } = await this.#carryOut().finally(() => this.#releaseVenv());
    if (signal.aborted) return false;
    const begun = { attempt, member: this.parts.member, ...batchOfEnd(this.assigned), assigned_at };
    const end = { ...begun, ...outcome, last_lines, ended_at: clock.now().toISOString() };
    await insist(() => this.#write(end), { clock, signal, forMs: patienceMs });
    return true;
  }

  async #carryOut(): Promise<Ending> {
    const { folders, connected, images, hasGpu, environments, services } = this.parts;
    const { job, owner, folder, base, requirements } = this.assigned;
    const { clock } = this.context;
    const order = taskOrder(this.assigned);
    let runtime: Runtime;
    let role: RunningRole;
    let replica: ReplicaStart | null;
    try {
      const insistence = { clock, signal: this.stop, forMs: patienceMs, isFinal: isFinalFault };
      runtime = await insist(() => folders.take({ job, owner, folder }, this.stop), insistence);
    } catch (error) {
      return this.#afterFault("the job's files could not be fetched", error);
    }
    try {
      const imageId = (await images?.idFor(base)) ?? null;
      const made = { owner, files: folders.filesOf(job), imageId };
      if (requirements !== null) this.#venv = await environments.take({ ...made, requirements }, this.stop);
      const venv = this.#venv;
      replica = await services.startOf(this.assigned);
      const { env, hosts } = services.found;
      const own = { publish: replica?.publish ?? [], env: { ...env, ...replica?.env }, hosts };
      role = await runtime.start({ connected, order, imageId, gpu: hasGpu, data: [], venv, ...own });
    } catch (error) {
      folders.release(job, !(error instanceof NotInstalled));
      return this.#afterFault('it could not be started', error);
    }
    const watching = new AbortController();
    if (replica !== null) void services.watch(this.assigned, replica, watching.signal);
    try {
      return await this.#accompany(role);
    } catch (error) {
      return this.#afterFault('its end could not be read', error);
    } finally {
      watching.abort();
      folders.release(job);
    }
  }

  async #releaseVenv(): Promise<void> {
    if (this.#venv !== null) await this.parts.environments.release(this.#venv);
  }

  #afterFault(what: string, error: unknown): Ending {
    if (this.stop.aborted) return { ...unwanted, last_lines: '' };
    if (error instanceof NotInstalled) return { ...failed(error.message), last_lines: error.lastLines };
    return { ...failed(`${what}: ${whole(error)}`), last_lines: '' };
  }

  /** A role that was started, until its folder is in the store and removed here. */
  async #accompany(role: RunningRole): Promise<Ending> {
    const { clock, log, signal } = this.context;
    const { lost, isOverdue } = await this.#untilEnded(role);
    const exit = await this.#endOf(role);
    // What it started may still run, also where its wrapper ended without a word.
    const mayRun = exit === null || isOverdue;
    const isOver = !mayRun || (await this.#stopAll(role));
    if (isOver) this.parts.isOver();
    // The agent ends: its folder is removed at the next start.
    if (signal.aborted) {
      await role.release().catch(() => undefined);
      return { ...unwanted, last_lines: '' };
    }
    let outcome = this.#judge(exit ?? (await this.#endOf(role)), { lost, isOverdue });
    const last_lines = await this.#lastLines(role);
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

  async #untilEnded(role: RunningRole): Promise<{ lost: string | null; isOverdue: boolean }> {
    const { clock } = this.context;
    const { timeout_s } = this.assigned;
    const ended = new AbortController();
    const until = new AbortController();
    const limitMs = timeout_s === null ? Infinity : timeout_s * 1000 + overdueMs;
    if (limitMs < longestTimerMs)
      void clock.sleep(limitMs, ended.signal).then(() => {
        if (!ended.signal.aborted) until.abort();
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
        if (!alive) return { lost: reason, isOverdue: false };
      }
      if (this.stop.aborted) await role.stop();
      return { lost: null, isOverdue: !this.stop.aborted };
    } catch (error) {
      return { lost: messageOf(error), isOverdue: false };
    } finally {
      ended.abort();
    }
  }

  #judge(exit: ExitRecord | null, { lost, isOverdue }: { lost: string | null; isOverdue: boolean }): Outcome {
    const { timeout_s: timeoutS } = this.assigned;
    if (this.stop.aborted && (exit === null || exit.reason === 'stopped')) return unwanted;
    if (isOverdue) return failed(`it did not end at its timeout of ${timeoutS ?? 'unknown'} s`);
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

  async #endOf(role: RunningRole): Promise<ExitRecord | null> {
    const path = `${role.folder}/${roleFiles.exit}`;
    const text = await readTaskFile(path, { maxBytes: exitBytes, from: 'beginning' }).catch(() => null);
    if (text === null) return null;
    try {
      return exitRecord.parse(JSON.parse(text.toString()));
    } catch {
      return null;
    }
  }

  /** Of what it printed as errors; of its output, if there were none. */
  async #lastLines(role: RunningRole): Promise<string> {
    try {
      for (const name of [roleFiles.stderr, roleFiles.stdout]) {
        const tail = await readTaskFile(`${role.folder}/${name}`, { maxBytes: tailBytes, from: 'end' });
        const lines = lastLinesOf(tail?.toString() ?? '');
        if (lines !== '') return lines;
      }
    } catch (error) {
      this.context.log(`the last lines of ${this.#name}: ${messageOf(error)}`);
    }
    return '';
  }

  async #remove(role: RunningRole): Promise<void> {
    try {
      await role.remove().catch(() => undefined);
      // The folder of the attempt has that of one role.
      await removeTree(this.parts.connected, posix.dirname(role.folder));
    } catch (error) {
      this.context.log(`the folder of ${this.#name} stays until the agent starts again: ${messageOf(error)}`);
    }
  }

  get #name(): string {
    const { job, task, attempt } = this.assigned;
    return `attempt ${attempt} at task ${task} of ${job}`;
  }
}

const isFinalFault = (error: unknown): boolean =>
  error instanceof CollabError && ['store-unsafe-name', 'store-blocked'].includes(error.name);

const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
