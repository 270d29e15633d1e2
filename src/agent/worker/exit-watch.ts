import { type FSWatcher, watch } from 'node:fs';
import { roleFiles } from '../../logs/index.js';

/** Notices at once that the wrapper has written how a role ended. A hint only: a task can write the file too. */
export class ExitWatch implements Disposable {
  readonly #seen = new AbortController();
  readonly #watcher: FSWatcher | null = null;

  /** @param folder of the role */
  constructor(folder: string) {
    try {
      this.#watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name === roleFiles.exit) this.#seen.abort();
      });
      this.#watcher.on('error', () => undefined);
    } catch {
      // Its end is noticed a little later.
    }
  }

  get isThere(): boolean {
    return this.#seen.signal.aborted;
  }

  /** Aborts when the file is there. */
  get signal(): AbortSignal {
    return this.#seen.signal;
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
  }
}
