import { join } from 'node:path';
import type { StampedEvent } from '../../events.js';
import { jsonOf, writeFileAtomic } from '../../workspace/index.js';
import { journalFile, type JournalEvent, runFile, runRecord, type RunRecord } from '../records/index.js';

/**
 * Writes the journal and the record of a run that was carried out elsewhere, each of them whole. The journal comes first: the
 * record can be rebuilt from it.
 * @param record what the events give
 */
export async function writeWholeRun(
  folder: string,
  { events, record }: { events: readonly StampedEvent<JournalEvent>[]; record: RunRecord },
): Promise<void> {
  runRecord.parse(record);
  const lines = events.map(({ time, ...event }) => `${jsonOf({ time, ...event })}\n`);
  await writeFileAtomic(join(folder, journalFile), lines.join(''));
  await writeFileAtomic(join(folder, runFile), `${jsonOf(record, 2)}\n`);
}
