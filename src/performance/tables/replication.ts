import type { ReplicationRecord } from '../../logs/index.js';
import { jsonOf } from '../../workspace/index.js';
import type { OpenedRun } from './opened-run.js';
import { type Column, inMemory, type Row, type Table } from './table.js';

const columns: readonly Column[] = [
  ['run_id', 'text'],
  ['original_run_id', 'text'],
  ['verdict', 'text'],
  ['about', 'text'],
  ['what', 'text'],
  ['role', 'text'],
  ['parameters', 'text'],
  ['decides', 'boolean'],
  ['finding', 'text'],
  ['unit', 'text'],
  ['original', 'number'],
  ['replication', 'number'],
  ['difference', 'number'],
  ['relative', 'number'],
  ['relative_ci95_low', 'number'],
  ['relative_ci95_high', 'number'],
  ['repeats_original', 'number'],
  ['repeats_replication', 'number'],
  ['needed_repeats', 'number'],
  ['text', 'text'],
];

/**
 * Judged replications: a row for the verdict, for each reason, metric, result that must be equal, and for what differs between
 * the runs; `about` says which. Null without a judged run.
 */
export function replicationTable(runs: readonly Pick<OpenedRun, 'record' | 'replication'>[]): Table | null {
  const judged = runs.flatMap(({ record, replication }) =>
    replication === null ? [] : [{ runId: record.run_id, replication }],
  );
  if (judged.length === 0) return null;
  return inMemory(
    'replication',
    columns,
    judged.flatMap(({ runId, replication }) => rowsOf(runId, replication)),
  );
}

function rowsOf(runId: string, judged: ReplicationRecord): Row[] {
  const { verdict, original, within, reasons, metrics, equal, differs, doubts } = judged;
  const row = (about: string, cells: Readonly<Record<string, unknown>>): Row => {
    const all: Readonly<Record<string, unknown>> = {
      run_id: runId,
      original_run_id: original.run_id,
      verdict,
      about,
      ...cells,
    };
    return columns.map(([name]) => all[name] ?? null);
  };
  return [
    row('verdict', { text: `within ${within * 100} %, judged ${judged.judged_at}` }),
    ...reasons.map((text) => row('reason', { text })),
    ...metrics.map((one) =>
      row('metric', {
        ...one,
        what: one.metric,
        parameters: jsonOf(one.parameters),
        relative_ci95_low: one.relative_low,
        relative_ci95_high: one.relative_high,
        repeats_original: one.repeats.original,
        repeats_replication: one.repeats.replication,
      }),
    ),
    ...equal.map(({ name, role, finding, compared, different, first, within: tolerance }) =>
      row('equal', {
        what: name,
        role,
        decides: true,
        finding,
        parameters: first && jsonOf(first.parameters),
        text: `${compared} values compared, ${different} differ${tolerance > 0 ? ` by more than ${tolerance}` : ''}${first === null ? '' : `; first in repeat ${first.repeat + 1}, rank ${first.rank}, row ${first.row}: ${first.original ?? 'no row'}, ${first.replication ?? 'no row'}`}`,
      }),
    ),
    ...differs.map((one) =>
      row('differs', {
        what: `${one.about} ${one.what}`,
        text: `${one.original ?? '-'}, in the replication ${one.replication ?? '-'}`,
      }),
    ),
    ...doubts.map(({ run, check, text }) => row('doubt', { what: `${run}: ${check}`, text })),
  ];
}
