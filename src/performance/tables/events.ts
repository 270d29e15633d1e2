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
  ['attempt', 'number'],
  ['role', 'text'],
  ['rank', 'number'],
  ['device', 'text'],
  ['details', 'any'],
];

/** The journal of each run, on the controller's clock. Fields specific to a kind of event are in `details`. */
export function eventsTable(runs: readonly OpenedRun[]): Table {
  return streamed('events', columns, null, async function* () {
    for (const { folder, record } of runs) {
      for await (const batch of new JsonLines(join(folder, journalFile), eventRecord).batches())
        yield batch.map((event) => rowOf(record.run_id, record.started_at, event));
    }
  });
}

function rowOf(runId: string, startedAt: string, event: EventRecord): unknown[] {
  const { time, kind, trial, attempt, role, rank, device, ...own } = upgradeEvent(event);
  // The other tables show the record that `run.started` carries.
  const odd = Object.entries({ trial, attempt, role, rank, device }).filter(
    ([key, value]) => value !== undefined && value !== null && typeof value !== types[key],
  );
  const details = [...odd, ...Object.entries(own).filter(([key]) => key !== 'record')];
  return [
    runId,
    secondsBetween(startedAt, time),
    dateOf(time),
    kind,
    typed('number', trial),
    typed('number', attempt ?? (typeof trial === 'number' && ofTrial(kind) ? 1 : null)),
    typed('string', role),
    typed('number', rank),
    typed('string', device),
    details.length === 0 ? null : Object.fromEntries(details),
  ];
}

/** Whether events of a kind are about an attempt: the first one, if they do not say. */
const ofTrial = (kind: string) => /^(?:trial|role)\./.test(kind);

const types: Readonly<Record<string, string>> = {
  trial: 'number',
  attempt: 'number',
  role: 'string',
  rank: 'number',
  device: 'string',
};

/** A value that does not have the type of its column is in `details`. */
function typed(type: 'number' | 'string', value: unknown): unknown {
  return typeof value === type ? value : null;
}
