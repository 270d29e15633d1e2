import { join } from 'node:path';
import type { Clock, StampedEvent } from '../../events.js';
import { parseEvent } from '../journal/index.js';
import { journalFile, type JournalEvent } from '../records/index.js';
import { LineTail } from './line-tail.js';
import { RoleTails, type RoleTailEvent } from './role-tails.js';
import { readSettledRun } from './settled-run.js';

const everyMs = 250;
/** A run is over when its record says so and its journal has had no new line for this long. */
const silentMs = 2000;

/** Reads what the roles of a run leave, as they go on. */
export interface Follower<E> {
  /** Takes each event of the run, to know which roles are running. */
  know(event: StampedEvent<JournalEvent>): void;
  /** What is new. */
  next(): Promise<readonly E[]> | AsyncIterable<E>;
}

/** A run's events, and in between what its roles are doing now. */
export function followRun(
  folder: string,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<StampedEvent<JournalEvent> | RoleTailEvent> {
  return followWith(folder, new RoleTails(folder), clock, signal);
}

/**
 * A run's events as they come, from its first, and in between what a follower reads of its roles. Ends with the run, and with its
 * controller. Where it cannot be known whether the controller is still there, it goes on: stop by the signal.
 */
export async function* followWith<E>(
  folder: string,
  roles: Follower<E>,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<StampedEvent<JournalEvent> | E> {
  const journal = new LineTail(join(folder, journalFile), 'start');
  let ended = false;
  let heardMs = clock.now().getTime();
  while (!signal.aborted) {
    const lines = await journal.next();
    for (const line of lines) {
      const event = parseEvent(line);
      if (event === null) continue;
      roles.know(event);
      yield event;
      // A run that was resumed has ended before.
      if (event.kind === 'run.ended') ended = true;
      else if (event.kind === 'run.resumed') ended = false;
    }
    if (lines.length === 0 && ended) return;
    if (lines.length > 0) {
      heardMs = clock.now().getTime();
      continue;
    }
    yield* await roles.next();
    if (clock.now().getTime() - heardMs > silentMs && (await isOver(folder))) return;
    await clock.sleep(everyMs, signal);
  }
}

async function isOver(folder: string): Promise<boolean> {
  return readSettledRun(folder).then(
    ({ state }) => state !== 'running',
    () => false,
  );
}
