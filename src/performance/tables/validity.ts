import type { OpenedRun } from './opened-run.js';
import { type Column, inMemory, type Row, type Table } from './table.js';

const columns: readonly Column[] = [
  ['run_id', 'text'],
  ['verdict', 'text'],
  ['level', 'text'],
  ['check', 'text'],
  ['finding', 'text'],
];

/** The verdicts as a table: a row per finding, and one without a finding for a run that has none. */
export function validityTable(runs: readonly Pick<OpenedRun, 'record' | 'validity'>[]): Table {
  const rows = runs.flatMap(({ record: { run_id: runId }, validity: { verdict, findings } }): Row[] =>
    findings.length === 0
      ? [[runId, verdict, null, null, null]]
      : findings.map(({ level, check, text }) => [runId, verdict, level, check, text]),
  );
  return inMemory('validity', columns, rows);
}
