import type { LeadingColumns } from './columns.js';
import { leftOutText, type MetricLeftOut, type MetricSummary, unitOf } from '../summaries/index.js';
import type { OpenedRun } from './opened-run.js';
import { type Column, inMemory, type Table } from './table.js';

export const summaryColumns: readonly Column[] = [
  ['role', 'text'],
  ['of', 'text'],
  ['metric', 'text'],
  ['unit', 'text'],
  ['kind', 'text'],
  ['repeats', 'number'],
  ['median_of_repeats', 'number'],
  ['median_of_repeats_ci95_low', 'number'],
  ['median_of_repeats_ci95_high', 'number'],
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
  ['left_out', 'number'],
  ['left_out_values', 'text'],
];

/**
 * A row per metric, role and combination of parameter values, over all measured repeats of the run. The unit is a
 * column because it differs from row to row.
 */
export function summaryTable(
  leading: LeadingColumns,
  runs: readonly Pick<OpenedRun, 'record' | 'summaries' | 'leftOut'>[],
): Table {
  const columns: Column[] = [['experiment', 'text'], ['run_id', 'text'], ...leading.ofParameters];
  const rows = runs.flatMap(({ record, summaries, leftOut }) => {
    const start = (parameters: MetricSummary['parameters']) => [
      record.experiment.name,
      record.run_id,
      ...leading.parameterValues(parameters),
    ];
    const without = leftOut.filter(({ n }) => n === 0);
    return [
      ...summaries.map((summary) => [...start(summary.parameters), ...cellsOf(summary)]),
      ...without.map((metric) => [...start(metric.parameters), ...cellsWithout(metric)]),
    ];
  });
  return inMemory('summary', [...columns, ...summaryColumns], rows);
}

/** A metric without a single value at a combination, although it has some at others. */
function cellsWithout({ role, of, metric, leftOut }: MetricLeftOut): unknown[] {
  const known: Readonly<Record<string, unknown>> = {
    role,
    of,
    metric,
    unit: of === 'results' ? unitOf(metric) : null,
    repeats: 0,
    n: 0,
    left_out: leftOut.values,
    left_out_values: leftOutText(leftOut),
  };
  return summaryColumns.map(([name]) => known[name] ?? null);
}

function cellsOf(summary: MetricSummary): unknown[] {
  const { role, of, metric, unit, kind, repeats, overRepeats, values, interval, leftOut } = summary;
  return [
    role,
    of,
    metric,
    unit,
    kind,
    repeats,
    overRepeats.mean,
    overRepeats.interval?.low ?? null,
    overRepeats.interval?.high ?? null,
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
    leftOut.values,
    leftOut.values === 0 ? null : leftOutText(leftOut),
  ];
}
