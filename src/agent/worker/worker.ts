import { join } from 'node:path';
import { deviceRunFolder } from '../../deployment/index.js';
import { messageOf } from '../../errors.js';
import {
  type AgentConfig,
  type Assignment,
  type AttemptPlace,
  type Broker,
  memberIdentity,
  question,
  refusal,
  type WorkAnswer,
  workAnswer,
  type WorkQuestion,
} from '../../fleet/index.js';
import type { AgentContext } from '../duty.js';
import type { DeviceUse } from './device-use.js';
import { Attempt } from './attempt.js';
import type { AttemptStart } from './attempt-start.js';
import { giveBack } from './give-back.js';
import { giveUp, type HeldAttempt, keyOf } from './held-attempt.js';
import { Environments, type MakeEnvironment } from './environments.js';
import { JobFolders, type JobFolderParts } from './job-folders.js';
import { BatchStart, isBatch } from './models/batch-start.js';
import { WarmModels } from './models/warm-models.js';
import { ownCapabilities } from './own-device.js';
import { TaskDisk } from './task-disk.js';
import { TaskOutputs } from './task-outputs.js';
import { Services } from './services.js';
import type { TaskImages } from './task-images.js';
import { type OwnDoor, type StartContext, TaskStart } from './task-start.js';
import { Turns } from './turns.js';
import { unlessAborted } from './unless-aborted.js';
import { whole } from './whole.js';

/** Where there is nothing to do, it asks this often at most. */
const askEveryMs = 500;
/** The leader answers within a second. One that does not is gone, or ends to lead. */
const answerWithinMs = 5000;
const freeEveryMs = 2000;
const unusedEveryMs = 60_000;
/** An agent that ends says so long that nothing has run of what waited. */
const lastWordMs = 1000;

export interface WorkerParts extends JobFolderParts {
  config: Pick<
    AgentConfig,
    'member' | 'address' | 'slots' | 'replicas' | 'tags' | 'gpu' | 'accelerator' | 'cores' | 'memory_bytes'
  >;
  broker: Pick<Broker, 'answer' | 'ask' | 'publish'>;
  /** Of a device whose tasks run in containers; null where they are processes. */
  images: Pick<TaskImages, 'refs' | 'idFor'> | null;
  /** Makes a virtual environment with requirements of a job. */
  makeEnvironment: MakeEnvironment;
  /** Opens a door to the store for one attempt. */
  openDoor: () => Promise<OwnDoor>;
  use: Pick<DeviceUse, 'clear' | 'isFree' | 'enter' | 'leave' | 'onLost'>;
  /** New at each start. */
  session: string;
}

/** Asks the leader for tasks, and runs as many at a time as this device has slots; replicas of services have slots of their own. */
export class Worker {
  readonly #folders: JobFolders;
  readonly #environments: Environments;
  readonly #services: Services;
  readonly #models: WarmModels;
  readonly #disk: TaskDisk;
  readonly #outputs: TaskOutputs;
  readonly #held = new Map<string, HeldAttempt>();
  /** Attempts whose end is written, and that the leader was not told of. */
  #ended: AttemptPlace[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #turns: Turns;
  /** Lets a new question be asked while one waits. */
  #wake = new AbortController();
  readonly #asking = new Set<AbortController>();
  #lacksBase = false;
  /** Why it asks for no tasks; null if it does. */
  #takesNone: string | null = null;
  #lookedAtMs = -Infinity;
  #fault: string | null = null;

  constructor(
    private readonly parts: WorkerParts,
    private readonly context: AgentContext,
  ) {
    this.#folders = new JobFolders(parts, context);
    this.#environments = new Environments(join(parts.state, 'venvs'), parts.makeEnvironment, context);
    this.#disk = new TaskDisk(deviceRunFolder(parts.connected, ''), context.log);
    this.#outputs = new TaskOutputs(context.clock);
    const { images, config } = parts;
    const isApart = images !== null;
    this.#models = new WarmModels({ ...parts, hasGpu: this.#hasGpu }, context);
    const changed = () => this.#wake.abort();
    this.#turns = new Turns({ ...parts, changed }, context.clock);
    this.#services = new Services({ address: config.address, isApart, changed }, context);
    parts.use.onLost(() => {
      for (const held of this.#held.values()) giveUp(held);
    });
  }

  /** Until the signal aborts, and what it ran is stopped. */
  async run(): Promise<void> {
    const { clock, log, signal } = this.context;
    await this.#folders.clear();
    await this.#models.clear();
    await this.parts.use.clear().catch((error: unknown) => log(`its old lease stays: ${messageOf(error)}`));
    await this.#environments.removeUnused().catch(() => undefined);
    // Signals that depend on one that lives so long would live as long.
    signal.addEventListener('abort', () => this.#end(), { once: true });
    const answering = this.#outputs.answer(this.parts.broker, this.parts.config.member.id);
    const caring = this.#careForFolders();
    while (!signal.aborted) {
      this.#wake = new AbortController();
      const woken = this.#wake.signal;
      const atMs = clock.now().getTime();
      const asking = this.#ask().then(async (isIdle) => {
        const restMs = askEveryMs - (clock.now().getTime() - atMs);
        if (isIdle && restMs > 0) await clock.sleep(restMs, woken);
      });
      // An answer that comes later is taken all the same: it may bring tasks.
      await unlessAborted(asking, woken);
    }
    await Promise.all(this.#running);
    answering[Symbol.dispose]();
    await Promise.all([caring, this.#services.close(), this.#models.close()]);
  }

  #end(): void {
    this.#wake.abort();
    for (const asking of this.#asking) asking.abort();
    for (const { stop, end } of this.#held.values()) {
      end.abort();
      stop.abort();
    }
  }

  /** One question. @returns whether nothing came of it */
  async #ask(): Promise<boolean> {
    const { broker, config, images } = this.parts;
    const { signal } = this.context;
    let isIdle = true;
    const until = new AbortController();
    const timer = setTimeout(() => until.abort(), answerWithinMs);
    this.#asking.add(until);
    try {
      const isFree = (await this.#looksFree()) && !(await this.#disk.isFull());
      if (!isFree) this.#giveBack([...this.#held.values()]);
      const asked: WorkQuestion = {
        format: 1,
        session: this.parts.session,
        slots: isFree ? config.slots : 0,
        replica_slots: isFree ? config.replicas : 0,
        tags: config.tags,
        name: config.member.name,
        capabilities: ownCapabilities(config),
        runs: images === null ? 'process' : 'container',
        bases: [...((await images?.refs(this.#lacksBase)) ?? [])],
        holds: [...this.#held.values()].map(({ place, since }) => ({
          ...place,
          ...(since !== undefined && { since }),
        })),
        ahead: isFree ? config.slots : 0,
        ending: [...this.#turns.ending],
        ended: this.#ended,
        address: config.address,
        replicas: this.#services.replicas,
        entries: this.#services.entries,
      };
      const subject = question(memberIdentity(config.member.id), 'work');
      for await (const bytes of broker.ask(subject, Buffer.from(JSON.stringify(asked)), until.signal))
        if (this.#take(answerIn(bytes))) isIdle = false;
      this.#ended = this.#ended.filter((place) => !asked.ended.includes(place));
      if (this.#fault !== null) this.context.log('the leader gives tasks again');
      this.#fault = null;
    } catch (error) {
      const why = until.signal.aborted ? 'nobody answers' : messageOf(error);
      if (!signal.aborted && why !== this.#fault) this.context.log(`no tasks from the leader: ${why}`);
      this.#fault = why;
    } finally {
      clearTimeout(timer);
      this.#asking.delete(until);
    }
    return isIdle;
  }

  /** @returns whether it changes anything */
  #take({ run, stop, back, lacks_base: lacksBase, services }: WorkAnswer): boolean {
    if (this.context.signal.aborted) return false;
    this.#lacksBase = lacksBase;
    if (services !== null) void this.#services.take(services);
    const unwanted = stop.flatMap((place) => this.#held.get(keyOf(place))?.stop ?? []);
    const stopping = unwanted.filter(({ signal }) => !signal.aborted);
    for (const one of stopping) one.abort();
    this.#giveBack(back.flatMap((place) => this.#held.get(keyOf(place)) ?? []));
    const starting = run.filter((assigned) => !this.#held.has(keyOf(assigned)));
    for (const assigned of starting) this.#start(assigned);
    return stopping.length + starting.length > 0;
  }

  /** What has no slot yet, so that others can have it. */
  #giveBack(all: readonly HeldAttempt[]): void {
    for (const { since, back } of all) if (since === null) back.abort();
  }

  #start(assigned: Assignment): void {
    const { job, task, attempt } = assigned;
    const { log, clock } = this.context;
    const [stop, end, back] = [new AbortController(), new AbortController(), new AbortController()];
    const since = isBatch(assigned) ? undefined : null;
    const held: HeldAttempt = { place: { job, task, attempt }, since, stop, end, back };
    this.#held.set(keyOf(held.place), held);
    this.#outputs.hold(assigned);
    const start = this.#startOf(assigned, { clock, stop: AbortSignal.any([stop.signal, back.signal]) });
    if (isBatch(assigned) || this.#turns.isFull(assigned)) void start.ready().catch(() => undefined);
    const dispose = async () => start[Symbol.asyncDispose]();
    const running = this.#run(assigned, held, start)
      .catch((error: unknown) => {
        if (!this.context.signal.aborted)
          log(`the end of attempt ${attempt} at task ${task} of ${job} is not written: ${messageOf(error)}`);
      })
      .finally(async () => {
        this.#held.delete(keyOf(held.place));
        this.#outputs.end(assigned);
        this.#wake.abort();
        await dispose().catch((error: unknown) =>
          log(`what is left of attempt ${attempt} at task ${task} of ${job} stays: ${messageOf(error)}`),
        );
        this.#running.delete(running);
      });
    this.#running.add(running);
  }

  /** Until its end is written, or that nothing of it has run. */
  async #run(assigned: Assignment, held: HeldAttempt, start: AttemptStart): Promise<void> {
    const { clock, log } = this.context;
    const { signal } = held.end;
    const { broker, openStore, config } = this.parts;
    const { id: member } = config.member;
    const hasRun = await this.#turns.take(assigned, held, async (isOver) => {
      const startedAt = held.since ?? null;
      const parts = { broker, openStore, start, member, isOver, startedAt, outputs: this.#outputs };
      const outcome = await new Attempt(assigned, parts, held.stop.signal, { clock, log, signal }).run();
      if (outcome !== null) this.#ended = this.#ended.concat(held.place);
      if (outcome === 'failed') await this.#disk.look();
    });
    if (hasRun) return;
    // Nothing of it is left here before somebody else can have it.
    await start[Symbol.asyncDispose]();
    const until = signal.aborted ? AbortSignal.timeout(lastWordMs) : signal;
    await giveBack(assigned, { member, broker }, { clock, signal: until });
    this.#ended = this.#ended.concat(held.place);
  }

  #startOf(assigned: Assignment, context: StartContext): AttemptStart {
    const { connected, images, openDoor } = this.parts;
    const [folders, environments, services] = [this.#folders, this.#environments, this.#services];
    if (isBatch(assigned)) return new BatchStart(assigned, this.#models, { folders, images }, context);
    const parts = { connected, folders, images, hasGpu: this.#hasGpu, environments, services, openDoor };
    return new TaskStart(assigned, parts, context);
  }

  get #hasGpu(): boolean {
    return this.parts.images !== null && this.parts.config.gpu !== null;
  }

  async #looksFree(): Promise<boolean> {
    const { clock, log } = this.context;
    const nowMs = clock.now().getTime();
    if (nowMs - this.#lookedAtMs < freeEveryMs) return this.#takesNone === null;
    this.#lookedAtMs = nowMs;
    const why = await this.parts.use.isFree().then(
      (isFree) => (isFree ? null : 'takes no tasks while somebody holds this device'),
      (error: unknown) =>
        `takes no tasks: whether somebody holds this device cannot be read: ${whole(error)}`,
    );
    if (why !== this.#takesNone) log(why ?? 'takes tasks again');
    this.#takesNone = why;
    return why === null;
  }

  async #careForFolders(): Promise<void> {
    const { clock, signal, log } = this.context;
    while (!signal.aborted) {
      await clock.sleep(unusedEveryMs, signal);
      await Promise.all(
        [this.#folders, this.#environments, this.#models].map((one) => one.removeUnused()),
      ).catch((error: unknown) => log(`files of old jobs stay: ${messageOf(error)}`));
    }
  }
}

/** @throws Error why the leader refuses */
function answerIn(bytes: Uint8Array): WorkAnswer {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString());
  const refused = refusal.safeParse(value);
  if (refused.success) throw new Error(refused.data.why);
  return workAnswer.parse(value);
}
