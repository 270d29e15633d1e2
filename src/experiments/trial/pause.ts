import type { Clock } from '../../events.js';

/** The pauses of a loop, each of which an event can end early. */
export class Pause {
  private current: AbortController | null = null;
  private hurried = false;

  constructor(
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
  ) {}

  /** Waits for `ms` milliseconds; less if `hurry` was called since the last pause, or the signal aborts. */
  async take(ms: number): Promise<void> {
    const pause = new AbortController();
    const end = () => pause.abort();
    this.current = pause;
    this.signal.addEventListener('abort', end, { once: true });
    if (this.hurried || this.signal.aborted) end();
    this.hurried = false;
    await this.clock.sleep(ms, pause.signal);
    this.signal.removeEventListener('abort', end);
    this.current = null;
  }

  /** Ends the current pause, or the next one. */
  readonly hurry = (): void => {
    if (this.current === null) this.hurried = true;
    else this.current.abort();
  };
}
