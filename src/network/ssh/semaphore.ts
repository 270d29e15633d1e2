import { interrupted } from '../shell/index.js';

/** Admits at most `count` holders at a time; the others wait in order. */
export class Semaphore {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Waits for a free slot. @returns a function that releases it; calling it again has no effect. */
  async acquire(signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) throw interrupted(signal);
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    return this.#releaseOnce();
  }

  /** A free slot, if there is one. @returns a function that releases it; null without one */
  tryAcquire(): (() => void) | null {
    if (this.#free === 0) return null;
    this.#free -= 1;
    return this.#releaseOnce();
  }

  #releaseOnce(): () => void {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    };
  }

  #wait(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const proceed = () => {
        signal?.removeEventListener('abort', cancel);
        resolve();
      };
      const cancel = () => {
        this.#waiting.splice(this.#waiting.indexOf(proceed), 1);
        if (signal) reject(interrupted(signal));
      };
      this.#waiting.push(proceed);
      signal?.addEventListener('abort', cancel, { once: true });
    });
  }
}
