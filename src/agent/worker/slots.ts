import { unlessAborted } from './unless-aborted.js';

/** Lets so many act at the same time; others wait for their turn. */
export class Slots {
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor(private readonly count: number) {}

  /** Waits for a free one. Once the signal aborts, there is nothing to wait for. Call `give` afterwards in any case. */
  async take(signal: AbortSignal): Promise<void> {
    while (this.#taken >= this.count && !signal.aborted)
      await unlessAborted(new Promise<void>((go) => this.#waiting.push(go)), signal);
    this.#taken += 1;
  }

  give(): void {
    this.#taken -= 1;
    for (const go of this.#waiting.splice(0)) go();
  }
}
