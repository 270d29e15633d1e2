import type { RunningRole } from '../../../deployment/index.js';
import type { Assignment } from '../../../fleet/index.js';
import type { AttemptStart } from '../attempt-start.js';
import { type StartContext, type StartParts, takeFiles } from '../task-start.js';
import type { BatchOfModel, WarmModels } from './warm-models.js';

/** A batch of images, which a process works on that has its model in memory. */
export class BatchStart implements AttemptStart {
  #fetching: Promise<void> | null = null;
  #hasFiles = false;

  constructor(
    private readonly assigned: BatchOfModel,
    private readonly models: WarmModels,
    private readonly parts: Pick<StartParts, 'folders' | 'images'>,
    private readonly context: StartContext,
  ) {}

  fetch(): Promise<void> {
    return (this.#fetching ??= this.#fetch());
  }

  /** Its images come while another batch is worked on. */
  ready(): Promise<void> {
    return this.fetch();
  }

  async #fetch(): Promise<void> {
    await takeFiles(this.assigned, this.parts.folders, this.context);
    this.#hasFiles = true;
    await this.models.fetch(this.assigned, this.#files, this.context.stop);
  }

  async start(): Promise<RunningRole> {
    await this.fetch();
    const imageId = (await this.parts.images?.idFor(this.assigned.base)) ?? null;
    return this.models.start(this.assigned, { files: this.#files, imageId });
  }

  remove(role: RunningRole): Promise<void> {
    return role.remove();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#fetching?.catch(() => undefined);
    await this.models.discard(this.assigned);
    if (this.#hasFiles) this.parts.folders.release(this.assigned.job);
  }

  get #files(): string {
    return this.parts.folders.filesOf(this.assigned.job);
  }
}

export const isBatch = (assigned: Assignment): assigned is BatchOfModel => assigned.model !== null;
