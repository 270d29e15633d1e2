import type { Engine } from '../../deployment/index.js';
import { messageOf } from '../../errors.js';
import { type Assignment, imageOf } from '../../fleet/index.js';
import type { AgentContext } from '../duty.js';

const everyMs = 10_000;
/** While a job waits for an image, which may have come. */
const wantedEveryMs = 1000;
/** Of so many images, the leader is told. */
const namedAtMost = 200;

/** The base images on this device, in which tasks run. */
export class TaskImages {
  #refs: readonly string[] = [];
  #lookedMs = -Infinity;
  #fault: string | null = null;

  constructor(
    private readonly engine: Pick<Engine, 'listImages' | 'imageId'>,
    private readonly context: Pick<AgentContext, 'clock' | 'log'>,
  ) {}

  /**
   * Their tags.
   * @param isWanted whether a job waits for one that was not there
   */
  async refs(isWanted: boolean): Promise<readonly string[]> {
    const now = this.context.clock.now().getTime();
    const often = isWanted || this.#fault !== null;
    if (now - this.#lookedMs < (often ? wantedEveryMs : everyMs)) return this.#refs;
    this.#lookedMs = now;
    try {
      this.#refs = await this.#list();
      this.#fault = null;
    } catch (error) {
      this.#setFault(error);
    }
    return this.#refs;
  }

  /** Id of the image for a task. @throws Error when it is not there any more */
  async idFor(base: Assignment['base']): Promise<string> {
    try {
      const id = (await this.#idIn(base, this.#refs)) ?? (await this.#idIn(base, await this.#list()));
      if (id !== null) return id;
    } catch (error) {
      // It asks for no task until the engine is back: each would fail.
      this.#lookedMs = this.context.clock.now().getTime();
      this.#setFault(error);
      throw error;
    }
    this.#lookedMs = -Infinity;
    throw new Error(`the base image ${base?.name ?? ''} is not on this device any more`);
  }

  async #idIn(base: Assignment['base'], refs: readonly string[]): Promise<string | null> {
    const ref = imageOf(base, refs);
    return ref === null ? null : this.engine.imageId(ref);
  }

  /** Without its engine it runs nothing. */
  #setFault(error: unknown): void {
    this.#refs = [];
    if (messageOf(error) !== this.#fault)
      this.context.log(`no tasks here: its images are not known: ${messageOf(error)}`);
    this.#fault = messageOf(error);
  }

  async #list(): Promise<string[]> {
    const images = await this.engine.listImages({ 'collab.image': 'base' });
    return images.flatMap(({ refs }) => [...refs]).slice(0, namedAtMost);
  }
}
