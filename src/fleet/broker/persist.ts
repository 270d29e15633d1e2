import { setTimeout as pause } from 'node:timers/promises';
import type { CollabError } from '../../errors.js';
import { brokerUnreachable, NotNow } from './errors.js';
import { answeringServers } from './keepers-answer.js';

export interface Patience {
  /** For how long something is tried again. */
  patienceMs: number;
  /** `host:port` of all keepers, to say how many answer. */
  servers: readonly string[];
}

/** Answers that do not come are asked for again after this; later ones later, so that a slow link is not filled with repeats. */
export const waitMs = (attempt: number): number => 4000 * 2 ** Math.min(attempt, 3);
const pauseMs = (attempt: number) => Math.min(100 * 2 ** attempt, 1000);

/**
 * Tries until it works, the patience ends, or something else than `NotNow` is thrown.
 * @throws CollabError `store-unreachable`
 */
export async function persist<T>(
  patience: Patience,
  attempt: (count: number) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const end = performance.now() + patience.patienceMs;
  for (let count = 0; ; count += 1) {
    signal?.throwIfAborted();
    try {
      return await attempt(count);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof NotNow)) throw error;
      if (performance.now() + pauseMs(count) > end) throw await unreachable(patience, error);
      await pause(pauseMs(count), undefined, { signal });
    }
  }
}

/** The patience has ended. */
export async function unreachable({ servers }: Patience, cause: Error): Promise<CollabError> {
  return brokerUnreachable({ answering: await answeringServers(servers), keepers: servers.length }, cause);
}
