import { unlessAborted } from './unless-aborted.js';

/** Lets so many act at the same time; others wait for their turn. */
export class Slots {
  #taken = 0;
  readonly #waiting = new Set<() => void>();

  constructor(private readonly count: number) {}

  /** Whether `take` waits. */
  get isFull(): boolean {
    return this.#taken >= this.count;
  }

  /** Waits for a free one. Once the signal aborts, there is nothing to wait for. Call `give` afterwards in any case. */
  async take(signal: AbortSignal): Promise<void> {
    while (this.isFull && !signal.aborted) {
      let go = (): void => undefined;
      const free = new Promise<void>((resolve) => (go = resolve));
      this.#waiting.add(go);
      await unlessAborted(free, signal);
      this.#waiting.delete(go);
    }
    this.#taken += 1;
  }

  /** @returns whether somebody waits for one */
  give(): boolean {
    this.#taken -= 1;
    const waiting = [...this.#waiting];
    for (const go of waiting) go();
    return waiting.length > 0;
  }
}
