import { createHash } from 'node:crypto';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  dataPath,
  type RunningRole,
  type Runtime,
  WarmRuntime,
  WarmTrial,
} from '../../../deployment/index.js';
import { messageOf } from '../../../errors.js';
import { type Assignment, type FileStore, getTo, type InferenceModel } from '../../../fleet/index.js';
import type { ConnectedDevice } from '../../../network/index.js';
import type { AgentContext } from '../../duty.js';
import { taskOrder } from '../task-order.js';
import { fetchBatch, Manifests } from './batch-files.js';
import { BatchRole } from './batch-role.js';

/** So many models are in memory at the same time. */
const keptModels = 3;
/** A model that was not used for so long is not kept. */
const unusedMs = 30 * 60_000;

export type BatchOfModel = Assignment & { model: InferenceModel };

export interface WarmModelsParts {
  connected: ConnectedDevice;
  /** State folder of the member. */
  state: string;
  hasGpu: boolean;
  openStore: (owner: string) => Promise<FileStore>;
  /** Opens a runtime for processes with this code. */
  openRuntime: (files: string) => Promise<Runtime>;
}

/** A model that was loaded, or is being loaded. */
interface Kept {
  /** The run to which its processes belong on this device. */
  run: string;
  folder: string;
  runtime: WarmRuntime;
  /** Counts its batches. */
  batches: number;
  /** Processes that work on a batch, by their number: one for each slot that uses the model. */
  busy: Set<number>;
  usedAtMs: number;
}

/**
 * The models on this device: one process for each, which stays and takes one batch after another, so that a model is loaded once. Jobs
 * of one user with the same model share it.
 */
export class WarmModels {
  readonly #kept = new Map<string, Promise<Kept>>();
  readonly #manifests = new Manifests();
  readonly #folder: string;
  #ending: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly parts: WarmModelsParts,
    private readonly context: AgentContext,
  ) {
    this.#folder = join(parts.state, 'models');
  }

  /** Removes what an earlier worker left. Its processes have ended. */
  clear(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }

  /** Fetches the images of a batch. @param files folder with the files of its job */
  async fetch(batch: BatchOfModel, files: string, signal: AbortSignal): Promise<void> {
    const at = { manifests: this.#manifests, files, folder: this.#incoming(batch) };
    await fetchBatch(batch, at, await this.parts.openStore(batch.owner), signal);
  }

  /** Gives a batch that was fetched to a process of its model. */
  async start(
    batch: BatchOfModel,
    { files, imageId }: { files: string; imageId: string | null },
  ): Promise<RunningRole> {
    const kept = await this.#take(batch, files);
    const rank = freeRank(kept.busy);
    kept.busy.add(rank);
    const number = (kept.batches += 1);
    const images = join(batchesOf(kept), String(number));
    const isOver = () => {
      kept.busy.delete(rank);
      kept.usedAtMs = this.#nowMs;
      void rm(images, { recursive: true, force: true }).catch(() => undefined);
    };
    try {
      await rename(this.#incoming(batch), images);
      const role = await kept.runtime.start(this.#startOf(batch, kept, { imageId, rank, number }));
      if (!(role instanceof WarmTrial)) throw new Error('a model is no role that stays');
      return new BatchRole(role, this.context.clock, isOver);
    } catch (error) {
      isOver();
      throw error;
    }
  }

  /** Removes the images of a batch that no process was given. */
  discard(batch: BatchOfModel): Promise<void> {
    return rm(this.#incoming(batch), { recursive: true, force: true });
  }

  /** Ends models that were not used for long. */
  async removeUnused(): Promise<void> {
    for (const [key, keeping] of this.#kept) {
      const kept = await keeping.catch(() => null);
      if (kept?.busy.size === 0 && this.#nowMs - kept.usedAtMs >= unusedMs) await this.#end(key, kept);
    }
    await this.#ending;
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.#kept].map(async ([key, keeping]) => {
        const kept = await keeping.catch(() => null);
        if (kept !== null) await this.#end(key, kept);
      }),
    );
    await this.#ending;
  }

  #startOf(
    batch: BatchOfModel,
    kept: Kept,
    { imageId, rank, number }: { imageId: string | null; rank: number; number: number },
  ): Parameters<Runtime['start']>[0] {
    const { connected, hasGpu: gpu } = this.parts;
    const { model } = batch;
    const data = [
      { name: 'batches', path: batchesOf(kept) },
      { name: 'weights', path: weightsOf(kept) },
    ];
    const weights = dataPath({ name: 'weights', path: weightsOf(kept) }, kept.runtime.kind);
    const fileOf = (flag: string, file: { name: string } | null) =>
      file === null ? [] : [flag, `${weights}/${basename(file.name)}`];
    const order = taskOrder({ ...batch, attempt: 1 });
    return {
      connected,
      imageId,
      gpu,
      publish: [],
      data,
      order: {
        ...order,
        run_id: kept.run,
        trial: number,
        role: 'model',
        rank,
        restart: 'run',
        command: [
          'python3',
          'serve.py',
          '--trials',
          '--loader',
          model.loader,
          '--width',
          String(model.width),
          '--height',
          String(model.height),
          ...fileOf('--weights', model.weights),
          ...fileOf('--classes', model.classes),
        ],
        reads_in_command: [],
        // They say which images a batch has.
        reads_declared: Object.keys(order.parameters),
        parameters: { ...order.parameters, batch: String(number) },
      },
    };
  }

  async #take(batch: BatchOfModel, files: string): Promise<Kept> {
    const key = `${batch.owner} ${batch.model.key}`;
    const keeping = this.#kept.get(key) ?? this.#make(key, batch, files);
    // The one that was used last is the last one to end.
    this.#kept.delete(key);
    this.#kept.set(key, keeping);
    await this.#endSuperfluous();
    return keeping.catch((error: unknown) => {
      if (this.#kept.get(key) === keeping) this.#kept.delete(key);
      throw error;
    });
  }

  async #make(key: string, { owner, model }: BatchOfModel, files: string): Promise<Kept> {
    const run = `model-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
    const folder = join(this.#folder, run);
    await rm(folder, { recursive: true, force: true });
    const code = join(folder, 'code');
    for (const made of [batchesOf({ folder }), weightsOf({ folder })]) await mkdir(made, { recursive: true });
    await cp(join(files, 'model'), code, { recursive: true });
    const store = await this.parts.openStore(owner);
    const { clock, signal } = this.context;
    for (const file of [model.weights, model.classes])
      if (file !== null)
        await getTo(
          store,
          { ...file, local: join(weightsOf({ folder }), basename(file.name)) },
          { clock, emit: () => undefined, signal },
        );
    const runtime = new WarmRuntime(await this.parts.openRuntime(code), {
      stays: () => true,
      runFolder: join(folder, 'ended'),
      clock,
      notCollected: (_, error) => {
        this.context.log(`logs of a process of ${model.name} are lost: ${messageOf(error)}`);
        return Promise.resolve();
      },
    });
    return { run, folder, runtime, batches: 0, busy: new Set(), usedAtMs: this.#nowMs };
  }

  /** Of the models that nothing uses at the moment, those that were used first end. */
  async #endSuperfluous(): Promise<void> {
    for (const [key, keeping] of this.#kept) {
      if (this.#kept.size <= keptModels) return;
      const kept = await keeping.catch(() => null);
      if (kept?.busy.size === 0) void this.#end(key, kept);
    }
  }

  #end(key: string, kept: Kept): Promise<void> {
    this.#kept.delete(key);
    const ending = (async () => {
      await kept.runtime.end(false);
      await kept.runtime.endRoles(this.parts.connected, kept.run);
      await rm(kept.folder, { recursive: true, force: true });
    })().catch((error: unknown) => this.context.log(`a model does not end: ${messageOf(error)}`));
    this.#ending = Promise.all([this.#ending, ending]);
    return ending;
  }

  #incoming({ job, task, attempt }: BatchOfModel): string {
    return join(this.#folder, 'incoming', `${job}-${task}-${attempt}`);
  }

  get #nowMs(): number {
    return this.context.clock.now().getTime();
  }
}

const batchesOf = ({ folder }: Pick<Kept, 'folder'>): string => join(folder, 'batches');
const weightsOf = ({ folder }: Pick<Kept, 'folder'>): string => join(folder, 'weights');

function freeRank(busy: ReadonlySet<number>): number {
  for (let rank = 0; ; rank += 1) if (!busy.has(rank)) return rank;
}
