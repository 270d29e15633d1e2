import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors.js';
import type { FileStore } from '../fleet/index.js';
import type { AgentContext } from './duty.js';
import { TaskDoor } from './task-door.js';
import type { OwnDoor } from './worker/index.js';

/** Names the socket through which a task reaches the store. */
const storeVariable = 'COLLAB_STORE';
/** Where a task in a container has the folder of its door. */
const doorThere = '/run/collab';
const socket = 'sock';

/**
 * Doors to the store, one for each attempt at a task, so that no task has to wait for requests of another one. Each is in a folder
 * of its own, because a container gets it whole.
 */
export class TaskDoors {
  readonly #taken = new Set<number>();

  /**
   * @param folder short: the path of a socket is
   * @param isApart whether tasks are in containers
   */
  constructor(
    private readonly folder: string,
    private readonly isApart: boolean,
    private readonly openStore: () => Promise<FileStore>,
    private readonly log: AgentContext['log'],
  ) {}

  /** Removes what a killed agent left. */
  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A door until it is disposed. If it cannot be opened, everything else goes on: the store does not answer there. */
  async open(): Promise<OwnDoor> {
    const number = this.#takeNumber();
    const folder = join(this.folder, `${number}`);
    const path = join(folder, socket);
    const door = new TaskDoor(path, this.openStore);
    const ignore = (what: string) => (error: unknown) => this.log(`${what}: ${messageOf(error)}`);
    await mkdir(folder, { recursive: true, mode: 0o700 })
      .then(() => door.open())
      .catch(ignore('a task cannot use the store'));
    return {
      env: { [storeVariable]: this.isApart ? `${doorThere}/${socket}` : path },
      folders: this.isApart ? [{ source: folder, target: doorThere }] : [],
      [Symbol.asyncDispose]: async () => {
        await door[Symbol.asyncDispose]().catch(ignore(`the socket ${path} stays`));
        await rm(folder, { recursive: true, force: true }).catch(ignore(`the folder ${folder} stays`));
        this.#taken.delete(number);
      },
    };
  }

  #takeNumber(): number {
    let number = 1;
    while (this.#taken.has(number)) number += 1;
    this.#taken.add(number);
    return number;
  }
}
