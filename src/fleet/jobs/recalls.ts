import type { AttemptPlace } from './questions.js';
import type { JobDefinition } from './record.js';
import { fits, type PlannedWorker } from './schedule.js';

/** An attempt that waits on a worker for a slot: nothing of it has run. */
export interface WaitingAttempt {
  member: string;
  place: AttemptPlace;
  definition: Pick<JobDefinition, 'pool' | 'base'>;
  /** Members on which its task went wrong. */
  tried: readonly string[];
}

/**
 * Which attempts are to be given back, because another worker has a free slot for them and nothing else to do. A task that takes long
 * would otherwise keep the one behind it, while others are idle.
 */
export function planRecalls(
  waiting: readonly WaitingAttempt[],
  workers: readonly PlannedWorker[],
): WaitingAttempt[] {
  const free = workers.map((one) => ({ ...one }));
  return waiting.filter(({ member, definition, tried }) => {
    const other = free.find(
      (one) => one.free > 0 && one.member !== member && fits(one, definition) && !tried.includes(one.member),
    );
    if (other === undefined) return false;
    other.free -= 1;
    return true;
  });
}
