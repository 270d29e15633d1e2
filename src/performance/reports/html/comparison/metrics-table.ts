import type { AgainstBaseline, ComparisonOfMany, FigureOfRun, MetricOfMany } from '../../../compare/index.js';
import { dataTable, digits, labelOf, markup, type Markup, unitOf, withUnit } from '../markup/index.js';
import { findingText } from './findings.js';

const mostRows = 600;

/** Figures of every run at each combination, and how each stands to the baseline. */
export function metricsTable(
  caption: string,
  runs: ComparisonOfMany['runs'],
  metrics: readonly MetricOfMany[],
): Markup {
  const several = new Set(metrics.map(({ role, metric }) => `${role} ${metric}`)).size > 1;
  const columns = [
    ...(several ? ['Metric', 'Combination', 'Run'] : ['Combination', 'Run']).map((name) => ({ name })),
    ...['repeats', 'mean', '95 % interval', 'times A', '95 % interval', 'p, corrected', 'finds'].map(
      (name) => ({
        name,
        number: true,
      }),
    ),
    { name: 'Found' },
  ];
  const rows = metrics.flatMap((one) =>
    runs.flatMap(({ label }, run) => {
      const figure = one.figures[run] ?? null;
      if (figure === null) return [];
      const names = [...(several ? [`${one.role} ${one.metric}`] : []), labelOf(one.parameters), label];
      return [[...names, ...figureCells(figure, one.metric), ...againstCells(one.against[run] ?? null, run)]];
    }),
  );
  const cut = rows.length > mostRows ? ` (the first ${mostRows} of ${rows.length}; --json has all)` : '';
  return dataTable(`${caption}${cut}`, columns, rows.slice(0, mostRows));
}

function figureCells({ repeats, mean, interval }: FigureOfRun, metric: string): (string | number | null)[] {
  const wide = interval === null ? undefined : interval.high - interval.low;
  const unit = unitOf(metric);
  const text = (value: number) =>
    unit === 'bytes' ? withUnit(value, unit) : `${digits(value, wide)}${unit === '' ? '' : ` ${unit}`}`;
  return [repeats, text(mean), interval === null ? null : `${text(interval.low)} to ${text(interval.high)}`];
}

function againstCells(against: AgainstBaseline | null, run: number): (Markup | string | null)[] {
  if (against === null) return [null, null, null, null, run === 0 ? 'baseline' : 'not in A'];
  const { ratio, ratio_interval: interval, p_adjusted: p, finding } = against;
  const isFound = finding === 'higher' || finding === 'lower';
  return [
    ratio === null ? null : digits(ratio),
    interval === null ? null : `${digits(interval.low)} to ${digits(interval.high)}`,
    p === null ? null : p < 0.001 ? '< 0.001' : String(Number(p.toPrecision(2))),
    findsText(against),
    markup`<span class="finding${isFound ? ' found' : ''}">${findingText[finding]}</span>`,
  ];
}

function findsText(against: AgainstBaseline): string | null {
  const { finding, smallest_effect: effect, smallest_effect_relative: relative } = against;
  if (finding === 'same') return null;
  if (effect === null) return 'none';
  if (effect === 0) return 'any';
  return relative === null
    ? digits(Number(effect.toPrecision(2)))
    : `${digits(Number((relative * 100).toPrecision(2)))} %`;
}
