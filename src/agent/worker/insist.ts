import type { Clock } from '../../events.js';

const againMs = 2000;

export interface Insistence {
  clock: Clock;
  signal: AbortSignal;
  /** For how long it is tried again. */
  forMs: number;
  /** Whether it is no use to try again after this. */
  isFinal?: (error: unknown) => boolean;
}

/** Does something again until it succeeds. @throws what it throws in the end */
export async function insist<T>(
  act: () => Promise<T>,
  { clock, signal, forMs, isFinal = () => false }: Insistence,
): Promise<T> {
  const untilMs = clock.now().getTime() + forMs;
  for (;;) {
    signal.throwIfAborted();
    try {
      return await act();
    } catch (error) {
      if (signal.aborted || isFinal(error) || clock.now().getTime() >= untilMs) throw error;
    }
    await clock.sleep(againMs, signal);
  }
}
