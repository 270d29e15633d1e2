import type { LeadingColumns } from './columns.js';
import type { MetricSummary } from '../summaries/index.js';
import { type Column, inMemory, type Table } from './table.js';

export const summaryColumns: readonly Column[] = [
  ['role', 'text'],
  ['of', 'text'],
  ['metric', 'text'],
  ['unit', 'text'],
  ['kind', 'text'],
  ['repeats', 'number'],
  ['n', 'number'],
  ['mean', 'number'],
  ['sd', 'number'],
  ['ci95_low', 'number'],
  ['ci95_high', 'number'],
  ['ci95_over', 'text'],
  ['median', 'number'],
  ['p90', 'number'],
  ['p95', 'number'],
  ['p99', 'number'],
  ['min', 'number'],
  ['max', 'number'],
  ['outliers', 'number'],
  ['outlier_below', 'number'],
  ['outlier_above', 'number'],
  ['percentiles', 'text'],
];

/**
 * A row per metric, role and combination of parameter values, over all measured repeats of the run. The unit is a
 * column because it differs from row to row.
 */
export function summaryTable(leading: LeadingColumns, summaries: readonly MetricSummary[]): Table {
  return inMemory(
    'summary',
    [['experiment', 'text'], ['run_id', 'text'], ...leading.ofParameters, ...summaryColumns],
    summaries.map((summary) => [
      summary.run.experiment.name,
      summary.run.run_id,
      ...leading.parameterValues(summary.parameters),
      ...cellsOf(summary),
    ]),
  );
}

function cellsOf({ role, of, metric, unit, kind, repeats, values, interval }: MetricSummary): unknown[] {
  return [
    role,
    of,
    metric,
    unit,
    kind,
    repeats,
    values.n,
    values.mean,
    values.sd,
    interval?.low ?? null,
    interval?.high ?? null,
    interval?.over ?? null,
    values.median,
    values.p90,
    values.p95,
    values.p99,
    values.min,
    values.max,
    values.outliers,
    values.fences.low,
    values.fences.high,
    values.exact ? 'exact' : 'within 0.05 %',
  ];
}
