import type { MetricComparison } from '../../index.js';
import { digits, labelOf } from './outcomes.js';
import { table } from './table.js';
import { textWidth, wrap } from './text-width.js';

const sentences: Readonly<Record<MetricComparison['finding'], string>> = {
  higher: 'higher in B',
  lower: 'lower in B',
  perhaps: 'possibly, see below',
  none: 'no difference found',
  same: 'the same',
  'too few': 'too few repeats',
};

/** The metrics of one family: a table where it fits, else a few lines for each. */
export function metricsText(shown: readonly MetricComparison[], width: number): string {
  const wide = tableText(shown);
  if (wide.split('\n').every((line) => textWidth(line) <= width)) return wide;
  return shown
    .flatMap((one) => linesOf(one).map((line, at) => wrap(line, width, at > 0 ? '  ' : '')))
    .join('\n');
}

function tableText(shown: readonly MetricComparison[]): string {
  const labeled = shown.some(({ parameters }) => Object.keys(parameters).length > 0);
  const rows = shown.map((one) => [
    one.role,
    one.metric,
    ...(labeled ? [labelOf(one.parameters)] : []),
    digits(one.a),
    digits(one.b),
    differenceText(one),
    one.finding === 'same' ? '-' : pText(one.p),
    one.p_adjusted === null ? '-' : pText(one.p_adjusted),
    effectText(one),
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
    `P OF ${shown[0]?.family_tests ?? 0}`,
    'FINDS',
    'FINDING',
  ];
  return table(headings, rows);
}

function linesOf(one: MetricComparison): string[] {
  const at = labelOf(one.parameters);
  const p =
    one.finding === 'same'
      ? ''
      : `p ${pText(one.p)}${one.p_adjusted === null ? '' : `, of ${one.family_tests} ${pText(one.p_adjusted)}`}; `;
  const effect = effectText(one);
  return [
    `${one.role} ${one.metric}${at === '' ? '' : ` at ${at}`}`,
    `  A ${digits(one.a)}, B ${digits(one.b)}: ${differenceText(one)}`,
    `  ${p}${sentences[one.finding]}`,
    ...(effect === '-' ? [] : [`  ${one.repeats.a} and ${one.repeats.b} repeats: FINDS ${effect}`]),
  ];
}

function differenceText({ difference, interval, relative }: MetricComparison): string {
  const share =
    relative === null || difference === 0 ? '' : ` (${signed(Number((relative * 100).toPrecision(2)))} %)`;
  const range = interval === null ? '' : ` [${digits(interval.low)}, ${digits(interval.high)}]`;
  return `${signed(difference)}${share}${range}`;
}

type Effect = Pick<MetricComparison, 'finding' | 'smallest_effect' | 'smallest_effect_relative'>;

export function effectText(one: Effect): string {
  const { finding, smallest_effect: effect, smallest_effect_relative: relative } = one;
  if (finding === 'same') return '-';
  if (effect === null) return 'none';
  if (effect === 0) return 'any';
  const share = relative === null ? '' : ` (${digits(Number((relative * 100).toPrecision(2)))} %)`;
  return `${digits(Number(effect.toPrecision(2)))}${share}`;
}

function signed(value: number): string {
  return value > 0 ? `+${digits(value)}` : digits(value);
}

export function pText(p: number): string {
  return p < 0.001 ? '< 0.001' : String(Number(p.toPrecision(2)));
}
