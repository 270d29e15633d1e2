import { join } from 'node:path';
import { eventRecord, type EventRecord, journalFile, JsonLines, upgradeEvent } from '../../logs/index.js';
import type { OpenedRun } from './opened-run.js';
import { type Column, streamed, type Table } from './table.js';
import { dateOf, secondsBetween } from './wall-time.js';

const columns: readonly Column[] = [
  ['run_id', 'text'],
  ['time_s', 'number'],
  ['time', 'time'],
  ['kind', 'text'],
  ['trial', 'number'],
  ['role', 'text'],
  ['rank', 'number'],
  ['device', 'text'],
  ['details', 'any'],
];

/** The journal of each run: what happened, on the controller's clock. What a kind has of its own stands in `details`. */
export function eventsTable(runs: readonly OpenedRun[]): Table {
  return streamed('events', columns, null, async function* () {
    for (const { folder, record } of runs) {
      for await (const batch of new JsonLines(join(folder, journalFile), eventRecord).batches())
        yield batch.map((event) => rowOf(record.run_id, record.started_at, event));
    }
  });
}

function rowOf(runId: string, startedAt: string, event: EventRecord): unknown[] {
  const { time, kind, trial, role, rank, device, ...own } = upgradeEvent(event);
  // The record that `run.started` carries is what the other tables show.
  const details = Object.entries(own).filter(([key]) => key !== 'record');
  return [
    runId,
    secondsBetween(startedAt, time),
    dateOf(time),
    kind,
    wanted('number', trial),
    wanted('string', role),
    wanted('number', rank),
    wanted('string', device),
    details.length === 0 ? null : Object.fromEntries(details),
  ];
}

/** A value of another kind than its column holds is left out. */
function wanted(type: 'number' | 'string', value: unknown): unknown {
  return typeof value === type ? value : null;
}
