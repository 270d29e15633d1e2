import { diskOf } from '../disks.js';
import type { AgentContext } from '../duty.js';

/** With less, hardly a task can begin. */
const roomBytes = 16 * 1024 ** 2;

/**
 * The disk on which tasks run. When one has failed there and the disk is full, its worker is to ask for no others until there is
 * room: each would fail, and sooner than those of other workers are done.
 */
export class TaskDisk {
  #isFull = false;

  /** @param folder where tasks run */
  constructor(
    private readonly folder: string,
    private readonly log: AgentContext['log'],
    private readonly free = async (path: string): Promise<number> => (await diskOf(path)).freeBytes,
  ) {}

  /** To be called after an attempt failed. */
  async look(): Promise<void> {
    // Where no task has begun yet, there is no such folder.
    const freeBytes = await this.free(this.folder).catch(() => Infinity);
    const isFull = freeBytes < roomBytes;
    if (isFull !== this.#isFull)
      this.log(
        isFull ? `takes no tasks: the disk of ${this.folder} is full` : 'there is room for tasks again',
      );
    this.#isFull = isFull;
  }

  async isFull(): Promise<boolean> {
    if (this.#isFull) await this.look();
    return this.#isFull;
  }
}
