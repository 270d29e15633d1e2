import { join } from 'node:path';
import type { StampedEvent } from '../../events.js';
import { journalFile, type JournalEvent, linePieces, openIfThere } from '../records/index.js';
import { parseJson } from '../../workspace/index.js';
import { upgradeEvent } from './upgrade-event.js';

/** The events of a run's journal, in order, as format 2 has them. Lines that are cut or broken are left out. */
export async function readJournal(runFolder: string): Promise<StampedEvent<JournalEvent>[]> {
  const file = await openIfThere(join(runFolder, journalFile));
  if (file === null) return [];
  const events: StampedEvent<JournalEvent>[] = [];
  try {
    for await (const piece of linePieces(file, Infinity)) {
      if (piece.kind === 'too-long') continue;
      const text = piece.bytes.toString('utf8', piece.start, piece.end);
      events.push(...text.split('\n').flatMap((line) => parseEvent(line) ?? []));
    }
  } finally {
    await file.close();
  }
  return events;
}

/**
 * The event of a journal's line, null when the line holds none. Only `time` and `kind` are checked, and a kind that a
 * newer collab wrote passes through: check what is computed from events, not each event.
 */
export function parseEvent(line: string): StampedEvent<JournalEvent> | null {
  try {
    const event = parseJson(line) as Partial<StampedEvent> | null;
    if (typeof event?.time !== 'string' || typeof event.kind !== 'string') return null;
    return upgradeEvent(event as StampedEvent) as StampedEvent<JournalEvent>;
  } catch {
    return null;
  }
}
