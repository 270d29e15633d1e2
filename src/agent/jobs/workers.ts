import {
  type AttemptPlace,
  type Capabilities,
  type Held,
  type PlannedWorker,
  type Pool,
  poolWords,
  silentMs,
  type WorkerStatus,
  type WorkQuestion,
} from '../../fleet/index.js';
import type { Picked } from './assign.js';

/** A worker that is silent for longer is in no list any more. */
const forgetMs = 10 * 60_000;

/** What a worker runs side by side, with slots of their own. */
export type SlotKind = 'task' | 'replica';

export const placeText = ({ job, task, attempt }: AttemptPlace): string => `${job} ${task} ${attempt}`;

/** A question that waits for tasks. */
export class Waiting {
  readonly picked: Promise<readonly Picked[]>;
  #resolve: (picks: readonly Picked[]) => void = () => undefined;

  constructor() {
    this.picked = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** Only the first time counts. */
  end(picks: readonly Picked[] = []): void {
    this.#resolve(picks);
  }
}

/** What the tasks of a job are. */
interface JobKinds {
  kindOf: (job: string) => SlotKind;
  isBatch: (job: string) => boolean;
}

type Space = Pick<PlannedWorker, 'room' | 'slots' | 'batches' | 'batchSlots' | 'ahead' | 'tasksAhead'>;

/** What the leader knows of a worker. */
export class Worker {
  session: string | null = null;
  readonly slots: Record<SlotKind, number> = { task: 0, replica: 0 };
  tags: readonly string[] = [];
  runs: WorkQuestion['runs'] = 'process';
  bases: readonly string[] = [];
  name: string | null = null;
  capabilities: Capabilities | null = null;
  holds: WorkQuestion['holds'] = [];
  /** Tasks that it takes beyond its slots. */
  ahead = 0;
  /** What it is asked to give back, as far as it holds it and has no slot for it. */
  back: readonly AttemptPlace[] = [];
  ending: readonly AttemptPlace[] = [];
  address: string | null = null;
  replicas: WorkQuestion['replicas'] = [];
  entries: WorkQuestion['entries'] = [];
  /** Counts its questions. */
  turn = 0;
  /** Questions that are being answered. */
  answering = 0;
  /** What is being assigned to it. */
  readonly assigning: Record<SlotKind, number> = { task: 0, replica: 0 };
  waiting: Waiting | null = null;
  /** What it was told to stop, as far as it still holds it. */
  told: ReadonlySet<string> = new Set();

  constructor(
    readonly member: string,
    public heardMs: number,
  ) {}

  /** Takes a newer question, which ends those that still wait. @returns whether it was started anew */
  hear(question: WorkQuestion, nowMs: number): boolean {
    const { session, tags, runs, bases, name, capabilities, holds } = question;
    this.endWaiting();
    const isRestarted = this.session !== null && this.session !== session;
    const held = new Set(holds.map(placeText));
    this.told = new Set([...this.told].filter((one) => !isRestarted && held.has(one)));
    this.session = session;
    this.slots.task = question.slots;
    this.slots.replica = question.replica_slots;
    this.tags = tags;
    this.runs = runs;
    this.bases = bases;
    this.name = name;
    this.capabilities = capabilities;
    this.holds = holds;
    this.ahead = question.ahead;
    const waiting = new Set(holds.filter(({ since }) => since === null).map(placeText));
    this.back = this.back.filter((place) => waiting.has(placeText(place)));
    this.ending = question.ending;
    this.address = question.address;
    this.replicas = question.replicas;
    this.entries = question.entries;
    this.heardMs = nowMs;
    this.turn += 1;
    return isRestarted;
  }

  /** It is to give an attempt back, unless that has a slot. */
  askBack(place: AttemptPlace): void {
    if (this.back.some((one) => placeText(one) === placeText(place))) return;
    this.back = [...this.back, place];
    this.endWaiting();
  }

  endWaiting(picks?: readonly Picked[]): void {
    this.waiting?.end(picks);
    this.waiting = null;
  }

  /**
   * What is left of its slots.
   * @param held what it has by the records; it may not have heard of all of it yet
   */
  space(kind: SlotKind, held: readonly Held[], { kindOf, isBatch }: JobKinds): Space {
    const places = [...this.holds, ...held.map(({ record }) => record)];
    const busy = new Map(
      places.filter(({ job }) => kindOf(job) === kind).map((place) => [placeText(place), place]),
    );
    for (const place of this.ending) busy.delete(placeText(place));
    const batches = [...busy.values()].filter(({ job }) => isBatch(job)).length;
    const left = this.slots[kind] - busy.size - this.assigning[kind];
    return {
      room: Math.max(0, left),
      slots: this.slots[kind],
      batches,
      batchSlots: Math.max(0, this.slots[kind] - (busy.size - batches)),
      // Not beside tasks only, which may take long.
      ahead: kind === 'task' && (batches > 0 || left > 0) ? Math.max(0, Math.min(1, left + 1)) : 0,
      tasksAhead: kind === 'task' && batches === 0 ? Math.max(0, Math.min(this.ahead, left + this.ahead)) : 0,
    };
  }
}

export class Workers {
  readonly #workers = new Map<string, Worker>();

  /** @param sinceMs when this leader began: who has said nothing since is as silent */
  constructor(private sinceMs: number) {}

  of(member: string): Worker {
    const known = this.#workers.get(member) ?? new Worker(member, this.sinceMs);
    this.#workers.set(member, known);
    return known;
  }

  /** Those that have an answer to wait for get it. */
  endWaiting(): void {
    for (const worker of this.#workers.values()) worker.endWaiting();
  }

  /** Those that have tasks of a job are to hear at once that it was cancelled. */
  wakeHoldersOf(id: string): void {
    for (const worker of this.#workers.values())
      if (worker.holds.some(({ job }) => job === id)) worker.endWaiting();
  }

  isLost(member: string, nowMs: number): boolean {
    const worker = this.#workers.get(member);
    return (worker?.answering ?? 0) === 0 && nowMs - (worker?.heardMs ?? this.sinceMs) > silentMs;
  }

  /** Those that can run something now or later. */
  alive(nowMs: number): Worker[] {
    return [...this.#workers.values()].filter(({ member }) => !this.isLost(member, nowMs));
  }

  /** Those that can be given tasks, or replicas; only those that wait for some have free slots. */
  planned(
    kind: SlotKind,
    held: JobKinds & { by: (member: string) => readonly Held[] },
    pools: readonly Pool[],
    nowMs: number,
  ): PlannedWorker[] {
    return this.alive(nowMs)
      .filter(({ slots }) => slots.task > 0)
      .map((worker) => {
        const space = worker.space(kind, held.by(worker.member), held);
        return {
          member: worker.member,
          tags: poolWords(worker, pools),
          runs: worker.runs,
          bases: worker.bases,
          ...space,
          free: worker.waiting === null ? 0 : space.room,
          ahead: worker.waiting === null ? 0 : space.ahead,
          tasksAhead: worker.waiting === null ? 0 : space.tasksAhead,
        };
      });
  }

  /** The leader itself was away, and has heard nobody. */
  excuse(nowMs: number): void {
    this.sinceMs = nowMs;
    for (const worker of this.#workers.values()) worker.heardMs = nowMs;
  }

  forget(nowMs: number): void {
    for (const [member, { heardMs }] of this.#workers)
      if (nowMs - heardMs > forgetMs) this.#workers.delete(member);
  }

  list(nowMs: number, isDrained: (member: string) => boolean): WorkerStatus[] {
    return [...this.#workers.values()].map((worker) => ({
      member: worker.member,
      slots: worker.slots.task,
      replica_slots: worker.slots.replica,
      tags: [...worker.tags],
      runs: worker.runs,
      bases: [...worker.bases],
      capabilities: worker.capabilities,
      holds: [...worker.holds],
      drained: isDrained(worker.member),
      silent_ms: Math.max(0, Math.round(nowMs - worker.heardMs)),
    }));
  }
}
