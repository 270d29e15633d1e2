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
import { Environments, type MakeEnvironment } from './environments.js';
import { JobFolders, type JobFolderParts } from './job-folders.js';
import { BatchStart, isBatch } from './models/batch-start.js';
import { WarmModels } from './models/warm-models.js';
import { ownCapabilities } from './own-device.js';
import { TaskDisk } from './task-disk.js';
import { Services } from './services.js';
import { Slots } from './slots.js';
import type { TaskImages } from './task-images.js';
import { type OwnDoor, type StartContext, TaskStart } from './task-start.js';
import { unlessAborted } from './unless-aborted.js';
import { whole } from './whole.js';

/** Where there is nothing to do, it asks this often at most. */
const askEveryMs = 500;
/** The leader answers within a second. One that does not is gone, or ends to lead. */
const answerWithinMs = 5000;
const freeEveryMs = 2000;
const unusedEveryMs = 60_000;

export interface WorkerParts extends JobFolderParts {
  config: Pick<
    AgentConfig,
    'member' | 'address' | 'slots' | 'replicas' | 'tags' | 'gpu' | 'accelerator' | 'cores' | 'memory_bytes'
  >;
  broker: Pick<Broker, 'ask' | 'publish'>;
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

interface Held {
  place: AttemptPlace;
  /** Aborts when it is not this worker's any more, or the agent ends. */
  stop: AbortController;
  /** Aborts when the agent ends. */
  end: AbortController;
}

/** Asks the leader for tasks, and runs as many at a time as this device has slots; replicas of services have slots of their own. */
export class Worker {
  readonly #folders: JobFolders;
  readonly #environments: Environments;
  readonly #services: Services;
  readonly #models: WarmModels;
  readonly #disk: TaskDisk;
  readonly #held = new Map<string, Held>();
  /** Attempts whose end is written, and that the leader was not told of. */
  #ended: AttemptPlace[] = [];
  readonly #running = new Set<Promise<void>>();
  /** Attempts whose command has ended, so that their slot is free. No more than there are slots: stores may be slow. */
  readonly #ending = new Set<AttemptPlace>();
  readonly #taskSlots: Slots;
  readonly #replicaSlots: Slots;
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
    const { images, config } = parts;
    this.#taskSlots = new Slots(config.slots);
    this.#replicaSlots = new Slots(config.replicas);
    const isApart = images !== null;
    this.#models = new WarmModels({ ...parts, hasGpu: this.#hasGpu }, context);
    const changed = () => this.#wake.abort();
    this.#services = new Services({ address: config.address, isApart, changed }, context);
    parts.use.onLost(() => {
      for (const { stop } of this.#held.values()) stop.abort();
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
        holds: [...this.#held.values()].map(({ place }) => place),
        ending: [...this.#ending],
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
  #take({ run, stop, lacks_base: lacksBase, services }: WorkAnswer): boolean {
    if (this.context.signal.aborted) return false;
    this.#lacksBase = lacksBase;
    if (services !== null) void this.#services.take(services);
    const unwanted = stop.flatMap((place) => this.#held.get(keyOf(place))?.stop ?? []);
    const stopping = unwanted.filter(({ signal }) => !signal.aborted);
    for (const one of stopping) one.abort();
    const starting = run.filter((assigned) => !this.#held.has(keyOf(assigned)));
    for (const assigned of starting) this.#start(assigned);
    return stopping.length + starting.length > 0;
  }

  #start(assigned: Assignment): void {
    const { job, task, attempt } = assigned;
    const { log, clock } = this.context;
    const [stop, end] = [new AbortController(), new AbortController()];
    const held: Held = { place: { job, task, attempt }, stop, end };
    this.#held.set(keyOf(held.place), held);
    const context = { clock, log, signal: end.signal };
    const start = this.#startOf(assigned, { clock, stop: stop.signal });
    // The images of the next batch come while one is worked on.
    if (isBatch(assigned)) void start.fetch().catch(() => undefined);
    const running = this.#inTurn(assigned, held, async (isOver) => {
      const { broker, openStore, config } = this.parts;
      const parts = { broker, openStore, start, member: config.member.id, isOver };
      const outcome = await new Attempt(assigned, parts, stop.signal, context).run();
      if (outcome !== null) this.#ended = this.#ended.concat(held.place);
      if (outcome === 'failed') await this.#disk.look();
    })
      .catch((error: unknown) => {
        if (!this.context.signal.aborted)
          log(`the end of attempt ${attempt} at task ${task} of ${job} is not written: ${messageOf(error)}`);
      })
      .finally(async () => {
        this.#held.delete(keyOf(held.place));
        this.#wake.abort();
        await start[Symbol.asyncDispose]();
        this.#running.delete(running);
      });
    this.#running.add(running);
  }

  #startOf(assigned: Assignment, context: StartContext): AttemptStart {
    const { connected, images, openDoor } = this.parts;
    const [folders, environments, services] = [this.#folders, this.#environments, this.#services];
    if (isBatch(assigned)) return new BatchStart(assigned, this.#models, { folders, images }, context);
    const parts = { connected, folders, images, hasGpu: this.#hasGpu, environments, services, openDoor };
    return new TaskStart(assigned, parts, context);
  }

  /** When a slot is free; at once for an attempt that is stopped before. */
  async #inTurn(
    { job, name, service }: Assignment,
    { place, stop: { signal: stop } }: Held,
    act: (isOver: () => void) => Promise<void>,
  ): Promise<void> {
    const slots = service === null ? this.#taskSlots : this.#replicaSlots;
    await slots.take(stop);
    const { use, config } = this.parts;
    const user = { job, service: service && name };
    try {
      await use.enter(user, stop);
      await act(() => {
        if (this.#ending.size >= config.slots) return;
        this.#ending.add(place);
        slots.give();
        this.#wake.abort();
      });
    } finally {
      use.leave(user);
      if (!this.#ending.delete(place)) slots.give();
    }
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

const keyOf = ({ job, task, attempt }: AttemptPlace): string => `${job}.${task}.${attempt}`;
