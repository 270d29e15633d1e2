import { plainText, type Comparison, type MetricComparison } from '../../index.js';
import { digits, labelOf } from './outcomes.js';
import { table } from './table.js';

const sentences: Readonly<Record<MetricComparison['finding'], string>> = {
  higher: 'higher in B',
  lower: 'lower in B',
  perhaps: 'possibly, see below',
  none: 'no difference found',
  same: 'the same',
  'too few': 'too few repeats',
};

/** Whether it is the same experiment, what differs in how it ran, and what differs in the results. */
export function compareText(comparison: Comparison, all: boolean): string {
  const { a, b, differences, metrics } = comparison;
  const shown = all ? metrics : metrics.filter(isWorthALine);
  const parts = [
    ...[a, b].map((run, at) => `${at === 0 ? 'A' : 'B'}  ${run.experiment}  ${run.run_id}  ${run.verdict}`),
    `\n${sameText(comparison)}`,
  ];
  if (differences.length > 0) {
    const rows = differences.map((one) => [one.about, one.what, short(one.a), short(one.b)]);
    parts.push(`\nWhat differs:\n${table(['ABOUT', 'WHAT', 'A', 'B'], rows)}`);
  }
  if (metrics.length === 0) parts.push('\nThe runs have no metric in common.');
  else parts.push(`\n${metricsText(shown)}`, ...sumUp(metrics, shown));
  return parts.map(plainText).join('\n');
}

function sameText({ same_experiment: same, a, b, differences }: Comparison): string {
  if (a.experiment !== b.experiment)
    return 'Different experiments: only what they have in common is compared.';
  if (!same) return 'The experiments have the same name, but their files differ.';
  const only = differences.length === 0 ? ', run the same way' : '';
  return `The same experiment${only}.`;
}

function metricsText(shown: readonly MetricComparison[]): string {
  if (shown.length === 0) return 'No difference found.';
  const labeled = shown.some(({ parameters }) => Object.keys(parameters).length > 0);
  const rows = shown.map((one) => [
    one.role,
    one.metric,
    ...(labeled ? [labelOf(one.parameters)] : []),
    digits(one.a),
    digits(one.b),
    differenceText(one),
    one.finding === 'same' ? '-' : pText(one.p),
    sentences[one.finding],
  ]);
  const headings = [
    'ROLE',
    'METRIC',
    ...(labeled ? ['AT'] : []),
    'A',
    'B',
    'B - A [95 % INTERVAL]',
    'P',
    'FINDING',
  ];
  return `Means over the repeats (of the medians of their rows), and how much larger B is:\n${table(headings, rows)}`;
}

function differenceText({ difference, interval, relative }: MetricComparison): string {
  const share =
    relative === null || difference === 0 ? '' : ` (${signed(Number((relative * 100).toPrecision(2)))} %)`;
  const range = interval === null ? '' : ` [${digits(interval.low)}, ${digits(interval.high)}]`;
  return `${signed(difference)}${share}${range}`;
}

function sumUp(metrics: readonly MetricComparison[], shown: readonly MetricComparison[]): string[] {
  const count = (finding: MetricComparison['finding']) =>
    metrics.filter((one) => one.finding === finding).length;
  const lines: string[] = [];
  const hidden = metrics.length - shown.length;
  if (hidden > 0)
    lines.push(`${hidden} totals of roles without a difference are hidden; show them with --all.`);
  if (count('higher') + count('lower') + count('perhaps') === 0 && count('none') > 0)
    lines.push(`No difference found in the ${count('none')} metrics that could be tested.`);
  if (count('perhaps') > 0)
    lines.push(
      `Possibly: p is below 5 %, but with ${metrics.filter((one) => one.p_adjusted !== null).length} tests some are by chance. Run more repeats to decide.`,
    );
  if (count('too few') > 0)
    lines.push(
      'Too few repeats: a rank test needs four in each run, or three and five. Run both with --repeats 5.',
    );
  return lines.length === 0 ? [] : [`\n${lines.join('\n')}`];
}

/** Quantities that the experiment records are always shown; the wrapper's totals only if they differ. */
function isWorthALine({ of, finding }: MetricComparison): boolean {
  return of === 'results' || finding === 'higher' || finding === 'lower' || finding === 'perhaps';
}

function signed(value: number): string {
  return value > 0 ? `+${digits(value)}` : digits(value);
}

function pText(p: number): string {
  return p < 0.001 ? '< 0.001' : String(Number(p.toPrecision(2)));
}

function short(text: string | null): string {
  if (text === null) return '-';
  const plain = text.replace(/^(?:sha256|SHA256):/, '');
  return plain.length > 40 ? `${plain.slice(0, 37)}...` : plain;
}
