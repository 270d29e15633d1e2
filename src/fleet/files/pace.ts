import { CollabError, ExitCode } from '../../errors.js';

/** Keepers take a put for dead that sends nothing for an hour, and remove its content. A put that was away for this long ends. */
const longestPauseMs = 50 * 60_000;

/**
 * Watches that a put does not pause for so long that its content may be gone: a laptop slept, or the source of a file had
 * nothing. Both the time of day and the machine's clock count: some machines stop the one or the other in their sleep.
 */
export class Pace {
  #last: { dayMs: number; machineMs: number } | null = null;

  constructor(
    private readonly now: () => Date,
    private readonly machineMs: () => number = () => performance.now(),
  ) {}

  /** Nothing is sent that could be lost. */
  reset(): void {
    this.#last = null;
  }

  /** Something was sent, or is about to be named. @throws CollabError `store-put-paused` */
  step(): void {
    const next = { dayMs: this.now().getTime(), machineMs: this.machineMs() };
    const pauseMs =
      this.#last === null
        ? 0
        : Math.max(next.dayMs - this.#last.dayMs, next.machineMs - this.#last.machineMs);
    if (pauseMs > longestPauseMs) throw paused(pauseMs);
    this.#last = next;
  }
}

function paused(pauseMs: number): CollabError {
  return new CollabError('store-put-paused', {
    what: 'The files were not put: sending them paused for too long.',
    why: `Nothing was sent for ${Math.round(pauseMs / 60_000)} minutes, after which the keepers may have removed what was there.`,
    next: 'Put them again.',
    exitCode: ExitCode.deviceUnreachable,
  });
}
