import { type AgainstBaseline, type FigureOfRun, type MetricOfMany, spreadText } from '../../index.js';
import { effectText, pText } from './compared-metrics.js';
import { digits, labelOf } from './outcomes.js';
import { table } from './table.js';
import { widthOf, wrap } from './text-width.js';

const words: Readonly<Record<AgainstBaseline['finding'], string>> = {
  higher: 'higher',
  lower: 'lower',
  perhaps: 'possibly',
  none: 'no difference',
  same: 'the same',
  'too few': 'too few',
};

/** For each metric and combination the runs below each other: a table where it fits, else a few lines for each run. */
export function metricsOfManyText(
  shown: readonly MetricOfMany[],
  labels: readonly string[],
  width: number,
): string {
  const rows = shown.map((one) =>
    labels.flatMap((label, run) => {
      const figure = one.figures[run] ?? null;
      return figure === null ? [] : [cellsOf(label, run, figure, one)];
    }),
  );
  const tests = shown[0]?.family_tests ?? 0;
  const headings = ['  RUN', 'N', 'MEAN', 'TIMES A', `P OF ${tests}`, 'FINDS', 'FINDING'];
  const [head = '', ...lines] = table(headings, rows.flat(), Infinity).split('\n');
  const grouped = shown.flatMap((one, at) => [
    titleOf(one, width),
    ...lines.splice(0, rows[at]?.length ?? 0),
  ]);
  const wide = [head, ...grouped].join('\n');
  if (widthOf(wide) <= width) return wide;
  return shown
    .flatMap((one, at) => [
      titleOf(one, width),
      ...(rows[at] ?? []).map((cells) => lineOf(cells, tests, width)),
    ])
    .join('\n');
}

function titleOf({ role, metric, parameters }: MetricOfMany, width: number): string {
  const at = labelOf(parameters);
  return wrap(`${role} ${metric}${at === '' ? '' : ` at ${at}`}`, width, '  ');
}

function cellsOf(
  label: string,
  run: number,
  { repeats, mean, interval }: FigureOfRun,
  metric: MetricOfMany,
): string[] {
  const figure = interval === null ? digits(mean) : spreadText(mean, (interval.high - interval.low) / 2);
  const against = metric.against[run] ?? null;
  const start = [`  ${label}`, String(repeats), figure];
  if (against === null) return [...start, '', '', '', run === 0 ? 'baseline' : 'not in A'];
  const { finding, p_adjusted: adjusted } = against;
  return [
    ...start,
    ratioText(against),
    adjusted === null ? '-' : pText(adjusted),
    effectText(against),
    words[finding],
  ];
}

function ratioText({ ratio, ratio_interval: interval, difference }: AgainstBaseline): string {
  if (ratio === null) return `A ${difference < 0 ? '-' : '+'} ${digits(Math.abs(difference))}`;
  return `${digits(ratio)}${interval === null ? '' : ` [${digits(interval.low)}, ${digits(interval.high)}]`}`;
}

/** `  B 96.1 +- 1.1, 5 repeats: 0.889 [0.87, 0.91] times A; p of 8 0.063; FINDS 4.1 (4 %); possibly` */
function lineOf(cells: readonly string[], tests: number, width: number): string {
  const [label = '', repeats, figure, ratio = '', p = '', finds = '', finding = ''] = cells;
  const start = `${label} ${figure ?? ''}, ${repeats ?? ''} repeats`;
  if (ratio === '') return wrap(`${start}: ${finding}`, width, '    ');
  const times = ratio.startsWith('A ') ? ratio : `${ratio} times A`;
  const test = p === '-' ? [] : [`p of ${tests} ${p}`];
  const effect = finds === '-' ? [] : [`FINDS ${finds}`];
  return wrap(`${start}: ${[times, ...test, ...effect, finding].join('; ')}`, width, '    ');
}
