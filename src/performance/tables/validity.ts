import type { OpenedRun } from './opened-run.js';
import { type Column, inMemory, type Row, type Table } from './table.js';

const columns: readonly Column[] = [
  ['run_id', 'text'],
  ['verdict', 'text'],
  ['level', 'text'],
  ['check', 'text'],
  ['finding', 'text'],
];

/** The verdicts: a row per finding; a run without findings has one row with empty cells. */
export function validityTable(runs: readonly Pick<OpenedRun, 'record' | 'validity'>[]): Table {
  const rows = runs.flatMap(({ record: { run_id: runId }, validity: { verdict, findings } }): Row[] =>
    findings.length === 0
      ? [[runId, verdict, null, null, null]]
      : findings.map(({ level, check, text }) => [runId, verdict, level, check, text]),
  );
  return inMemory('validity', columns, rows);
}
