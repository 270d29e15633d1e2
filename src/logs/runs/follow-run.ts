import { join } from 'node:path';
import type { Clock, CollabEvent } from '../../events.js';
import { journalFile } from '../records/index.js';
import { LineTail } from './line-tail.js';
import { readRun } from './read-run.js';
import { RoleTails } from './role-tails.js';

const everyMs = 250;
/** A run whose record says that it is over, and whose journal is silent for so long, tells no more. */
const silentMs = 2000;

/**
 * A run's events as they come, from its first, with what its roles do just now in between. Ends with the run; one whose
 * controller is gone never tells, so stop by the signal.
 */
export async function* followRun(folder: string, clock: Clock, signal: AbortSignal): AsyncGenerator<CollabEvent> {
  const journal = new LineTail(join(folder, journalFile), 'start');
  const roles = new RoleTails(folder);
  let heardMs = clock.now().getTime();
  while (!signal.aborted) {
    const lines = await journal.next();
    for (const line of lines) {
      const event = readEvent(line);
      if (event === null) continue;
      roles.know(event);
      yield event;
      if (event.kind === 'run.ended') return;
    }
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
  return readRun(folder).then(
    ({ state }) => state !== 'running',
    () => false,
  );
}

function readEvent(line: string): CollabEvent | null {
  try {
    const event: unknown = JSON.parse(line);
    return typeof event === 'object' && event !== null && 'kind' in event ? (event as CollabEvent) : null;
  } catch {
    return null;
  }
}
