import { plainText, type Comparison, type Disturbance, type MetricComparison } from '../../index.js';
import { metricsText } from './compared-metrics.js';
import { digits } from './outcomes.js';
import { table } from './table.js';
import { textWidth, wrap } from './text-width.js';

interface Layout {
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
    `\n${wrapped(sameText(comparison))}`,
  ];
  if (differences.length > 0) {
    const rows = differences.map((one) => [one.about, one.what, short(one.a), short(one.b)]);
    const found = table(['ABOUT', 'WHAT', 'A', 'B'], rows);
    const fits = found.split('\n').every((line) => textWidth(line) <= layout.width);
    const lines = rows.map(([about, what, left, right]) =>
      wrapped(`${about} ${what}: ${left}, in B ${right}`, '  '),
    );
    parts.push(`\nWhat differs:\n${fits ? found : lines.join('\n')}`);
  }
  parts.push(`\n${disturbanceText(comparison, wrapped)}`);
  if (metrics.length === 0) parts.push('\nThe runs have no metric in common.');
  for (const family of ['primary', 'other'] as const) {
    const own = metrics.filter((one) => one.family === family);
    const missing = family === 'primary' ? comparison.primary.missing : [];
    if (own.length === 0 && missing.length === 0) continue;
    const shown = layout.all ? own : own.filter(isWorthALine);
    const text = [wrapped(headingOf(comparison, family, own))];
    for (const name of missing)
      text.push(wrapped(`The primary metric ${name} is missing: the runs do not have it in common.`));
    if (shown.length > 0) text.push(metricsText(shown, layout.width));
    const lines = sumUp(own, shown).map((line) => wrapped(line));
    parts.push(`\n${[...text, ...lines].join('\n')}`);
  }
  parts.push(...legend(metrics).map((line) => `\n${wrapped(line)}`));
  return parts.map(plainText).join('\n');
}

function sameText({ same_experiment: same, a, b, differences }: Comparison): string {
  if (a.experiment !== b.experiment)
    return same === true
      ? 'Different names, and the same files: what they have in common is compared.'
      : 'Different experiments: only what they have in common is compared.';
  if (same === null)
    return 'The experiments have the same name. It is not known whether their files are the same.';
  if (!same) return 'The experiments have the same name, but their files differ.';
  const only = differences.length === 0 ? ', run the same way' : '';
  return `The same experiment${only}.`;
}

function disturbanceText(
  { disturbance }: Comparison,
  wrapped: (text: string, indent: string) => string,
): string {
  const of = (run: string, { findings, other_load: loads }: Disturbance) => {
    const load = loads.map(
      ({ device, percent }) => `${device} ${percent === null ? 'not measured' : `${Math.round(percent)} %`}`,
    );
    return [
      ...findings
        .filter(({ level }) => level === 'doubt')
        .map(({ check, text }) => wrapped(`${run}  ${check}: ${text}`, '   ')),
      ...(load.length === 0
        ? []
        : [wrapped(`${run}  mean load by others, of one core: ${load.join(', ')}`, '   ')]),
    ];
  };
  const lines = [...of('A', disturbance.a), ...of('B', disturbance.b)];
  return lines.length === 0
    ? wrapped('Known disturbance: none, no load was measured.', '')
    : `Known disturbance:\n${lines.join('\n')}`;
}

const namedBy = {
  experiment: 'named by primary: of the experiment',
  caller: 'named by --metric',
  both: 'named by primary: of the experiment and by --metric',
};

function headingOf(
  { primary: { source } }: Comparison,
  family: MetricComparison['family'],
  own: readonly MetricComparison[],
): string {
  const tests = plural(own[0]?.family_tests ?? 0, 'test');
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

function plural(count: number, what: string): string {
  return `${digits(count)} ${what}${count === 1 ? '' : 's'}`;
}

function short(text: string | null): string {
  if (text === null) return '-';
  const plain = text.replace(/^(?:sha256|SHA256):/, '');
  return plain.length > 40 ? `${plain.slice(0, 37)}...` : plain;
}
