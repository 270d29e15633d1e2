import { plainText, type Comparison, type Disturbance, type MetricComparison } from '../../index.js';
import { metricsText } from './compared-metrics.js';
import { digits } from './outcomes.js';
import { table } from './table.js';
import { widthOf, wrap } from './text-width.js';
import { tonedVerdict } from './tones.js';

export interface Layout {
  /** Whether to show totals without a difference as well. */
  readonly all: boolean;
  /** Cells of a line. */
  readonly width: number;
}

/**
 * Whether it is the same experiment, what differs in how it ran, what is known to have disturbed it, and what differs in the
 * results: first the metrics that decide, then all others.
 */
export function compareText(comparison: Comparison, layout: Layout): string {
  const { a, b, differences, metrics } = comparison;
  const wrapped = (text: string, indent = '') => wrap(text, layout.width, indent);
  const parts = [
    ...[a, b].map((run, at) =>
      wrapped(`${at === 0 ? 'A' : 'B'}  ${run.experiment}  ${run.run_id}  ${run.verdict}`, '   '),
    ),
    `\n${wrapped(sameText([a, b], comparison.same_experiment, differences.length === 0))}`,
  ];
  if (differences.length > 0) {
    const rows = differences.map((one) => ({ ...one, values: [one.a, one.b] }));
    parts.push(`\n${differencesText(rows, ['A', 'B'], layout.width)}`);
  }
  const { disturbance } = comparison;
  parts.push(`\n${disturbanceText({ A: disturbance.a, B: disturbance.b }, layout.width)}`);
  if (metrics.length === 0) parts.push('\nThe runs have no metric in common.');
  for (const family of ['primary', 'other'] as const) {
    const own = metrics.filter((one) => one.family === family);
    const missing = family === 'primary' ? comparison.primary.missing : [];
    if (own.length === 0 && missing.length === 0) continue;
    const shown = layout.all ? own : own.filter(isWorthALine);
    const text = [wrapped(headingOf(comparison.primary.source, family, own[0]?.family_tests ?? 0))];
    for (const name of missing)
      text.push(wrapped(`The primary metric ${name} is missing: the runs do not have it in common.`));
    if (shown.length > 0) text.push(metricsText(shown, layout.width));
    const lines = sumUp(own, shown).map((line) => wrapped(line));
    parts.push(`\n${[...text, ...lines].join('\n')}`);
  }
  parts.push(...legend(metrics).map((line) => `\n${wrapped(line)}`));
  return partsText(parts, 2);
}

/** @param runs how many of the parts, at their beginning, name a run with its verdict */
export const partsText = (parts: readonly string[], runs: number): string =>
  parts
    .map(plainText)
    .map((part, at) => (at < runs ? tonedVerdict(part) : part))
    .join('\n');

/** @param sameWay whether nothing differs in how the runs ran either */
export function sameText(
  runs: readonly { experiment: string }[],
  same: boolean | null,
  sameWay: boolean,
): string {
  if (new Set(runs.map(({ experiment }) => experiment)).size > 1)
    return same === true
      ? 'Different names, and the same files: what they have in common is compared.'
      : 'Different experiments: only what they have in common is compared.';
  if (same === null)
    return 'The experiments have the same name. It is not known whether their files are the same.';
  if (!same) return 'The experiments have the same name, but their files differ.';
  return `The same experiment${sameWay ? ', run the same way' : ''}.`;
}

/** The settings that differ: a table with a column per run where it fits, else a line for each. */
export function differencesText(
  differences: readonly { about: string; what: string; values: readonly (string | null)[] }[],
  labels: readonly string[],
  width: number,
): string {
  const rows = differences.map(({ about, what, values }) => [about, what, ...values.map(short)]);
  const found = table(['ABOUT', 'WHAT', ...labels], rows);
  const lines = rows.map(([about, what, first, ...others]) => {
    const inOthers = others.map((value, at) => `in ${labels[at + 1] ?? ''} ${value}`);
    return wrap(`${about} ${what}: ${[first, ...inOthers].join(', ')}`, width, '  ');
  });
  return `What differs:\n${widthOf(found) <= width ? found : lines.join('\n')}`;
}

/** What is known to have disturbed each run, by its label. */
export function disturbanceText(runs: Readonly<Record<string, Disturbance>>, width: number): string {
  const lines = Object.entries(runs).flatMap(([run, { findings, other_load: loads }]) => {
    const load = loads.map(
      ({ device, percent }) => `${device} ${percent === null ? 'not measured' : `${Math.round(percent)} %`}`,
    );
    return [
      ...findings
        .filter(({ level }) => level === 'doubt')
        .map(({ check, text }) => wrap(`${run}  ${check}: ${text}`, width, '   ')),
      ...(load.length === 0
        ? []
        : [wrap(`${run}  mean load by others, of one core: ${load.join(', ')}`, width, '   ')]),
    ];
  });
  return lines.length === 0
    ? wrap('Known disturbance: none, no load was measured.', width)
    : `Known disturbance:\n${lines.join('\n')}`;
}

const namedBy = {
  experiment: 'named by primary: of the experiment',
  caller: 'named by --metric',
  both: 'named by primary: of the experiment and by --metric',
};

export function headingOf(
  source: Comparison['primary']['source'],
  family: MetricComparison['family'],
  familyTests: number,
): string {
  const tests = plural(familyTests, 'test');
  if (source !== 'default')
    return family === 'primary'
      ? `Primary metrics (${namedBy[source]}), a family of ${tests}:`
      : `All other metrics, a family of ${tests}:`;
  return family === 'primary'
    ? `Recorded results, a family of ${tests}. No primary metric is named, so all of them share its correction: name the ones that decide with primary: in experiment.yaml, or with --metric.`
    : `Totals of roles, a family of ${tests}:`;
}

function sumUp(own: readonly MetricComparison[], shown: readonly MetricComparison[]): string[] {
  const count = (finding: MetricComparison['finding']) => own.filter((one) => one.finding === finding).length;
  const lines: string[] = [];
  const hidden = own.length - shown.length;
  if (count('higher') + count('lower') + count('perhaps') === 0 && count('none') > 0)
    lines.push(`No difference found in ${plural(count('none'), 'metric')} that could be tested.`);
  if (hidden > 0)
    lines.push(`${plural(hidden, 'total')} of roles without a difference are hidden; show them with --all.`);
  return lines;
}

/** What the words of the findings mean, where they were used. */
function legend(metrics: readonly MetricComparison[]): string[] {
  const has = (finding: MetricComparison['finding']) => metrics.some((one) => one.finding === finding);
  const lines: string[] = [];
  if (metrics.length > 0)
    lines.push(
      'A and B are means over the repeats, of the median of the rows of each; B - A is the Hodges-Lehmann estimate, the median of all differences.',
    );
  if (metrics.some((one) => one.p_adjusted !== null))
    lines.push(
      'FINDS: the smallest difference that so many repeats find in 4 of 5 comparisons, after the correction for the family, for normal noise as large as that of these runs. A smaller one may exist unseen.',
    );
  if (metrics.some((one) => one.difference_error > 0))
    lines.push(
      'Of runs with more than 2 million values, some medians are only known within 0.05 %: intervals, P, and FINDS allow for it.',
    );
  if (has('perhaps'))
    lines.push(
      'Possibly: p is below 5 %, but among so many tests some are by chance. Run more repeats to decide.',
    );
  if (has('too few'))
    lines.push(
      'Too few repeats: a rank test needs four in each run, or three and five. Run both with --repeats 5.',
    );
  return lines;
}

/** Primary metrics and what the experiment records are always shown; the wrapper's totals only if they differ. */
function isWorthALine({ of, family, finding }: MetricComparison): boolean {
  return family === 'primary' || of === 'results' || ['higher', 'lower', 'perhaps'].includes(finding);
}

export function plural(count: number, what: string): string {
  return `${digits(count)} ${what}${count === 1 ? '' : 's'}`;
}

function short(text: string | null): string {
  if (text === null) return '-';
  const plain = text.replace(/^(?:sha256|SHA256):/, '');
  return plain.length > 40 ? `${plain.slice(0, 37)}...` : plain;
}
