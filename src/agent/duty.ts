import { messageOf } from '../errors.js';
import type { Clock } from '../events.js';

/** What everything in an agent needs. */
export interface AgentContext {
  clock: Clock;
  /** One line of the log, without a newline. */
  log: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Does something again and again until the signal aborts. A failure is logged once, not each time, and so is the first success
 * after it.
 * @param name for the log, e.g. `leading`
 */
export async function repeat(
  name: string,
  everyMs: number,
  { clock, log, signal }: AgentContext,
  act: () => Promise<void> | void,
): Promise<void> {
  let failure: string | null = null;
  while (!signal.aborted) {
    try {
      await act();
      if (failure !== null) log(`${name}: works again`);
      failure = null;
    } catch (error) {
      if (isAborted(signal)) return;
      const why = messageOf(error);
      if (why !== failure) log(`${name}: ${why}`);
      failure = why;
    }
    await clock.sleep(everyMs, signal);
  }
}

/** A call, so that the compiler does not take it for unchanged after an `await`. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;
