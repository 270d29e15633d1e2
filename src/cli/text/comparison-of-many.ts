import { type AgainstBaseline, type ComparisonOfMany, type MetricOfMany } from '../../index.js';
import {
  differencesText,
  disturbanceText,
  headingOf,
  type Layout,
  partsText,
  plural,
  sameText,
} from './comparison.js';
import { metricsOfManyText } from './metrics-of-many.js';
import { digits, labelOf } from './outcomes.js';
import { wrap } from './text-width.js';

/**
 * The same of more than two runs: what differs between them, what disturbed them, and how each stands to the first one, the
 * baseline.
 */
export function compareManyText(comparison: ComparisonOfMany, layout: Layout): string {
  const { runs, differences, metrics, primary } = comparison;
  const { width, all } = layout;
  const labels = runs.map(({ label }) => label);
  const wrapped = (text: string, indent = '') => wrap(text, width, indent);
  const parts = [
    ...runs.map((run, at) => {
      const notes = [...(at === 0 ? ['baseline'] : []), labelOf(run.parameters)].filter((one) => one !== '');
      const line = [run.label, run.experiment, run.run_id, run.verdict, notes.join(', ')].join('  ');
      return wrapped(line.trimEnd(), '   ');
    }),
    `\n${wrapped(sameText(runs, comparison.same_experiment, differences.length === 0))}`,
  ];
  if (differences.length > 0) parts.push(`\n${differencesText(differences, labels, width)}`);
  const disturbance = Object.fromEntries(runs.map((run) => [run.label, run.disturbance]));
  parts.push(`\n${disturbanceText(disturbance, width)}`);
  const absent = absentLines(comparison).map((line) => wrapped(line));
  if (absent.length > 0) parts.push(`\n${absent.join('\n')}`);
  const explained: MetricOfMany[] = [];
  for (const family of ['primary', 'other'] as const) {
    const own = metrics.filter((one) => one.family === family);
    const missing = family === 'primary' ? primary.missing : [];
    if (own.length === 0 && missing.length === 0) continue;
    const shown = all ? own : own.filter(isWorthALine);
    const text = [wrapped(headingOf(primary.source, family, own[0]?.family_tests ?? 0))];
    for (const name of missing)
      text.push(wrapped(`The primary metric ${name} is missing: no run has it in common with the baseline.`));
    if (shown.length > 0) text.push(metricsOfManyText(shown, labels, width));
    const needed = comparison.needed_repeats[family];
    text.push(...sumUp(own, shown, needed).map((line) => wrapped(line)));
    explained.push(...shown);
    parts.push(`\n${text.join('\n')}`);
  }
  parts.push(...legend(explained, comparison.correction).map((line) => `\n${wrapped(line)}`));
  return partsText(parts, runs.length);
}

/** What is in only some of the runs, and so is not compared in all of them. */
function absentLines({ runs, combinations, partial, metrics }: ComparisonOfMany): string[] {
  const named = (flags: readonly boolean[]) =>
    runs.flatMap(({ label }, at) => (flags[at] === true ? [label] : [])).join(', ');
  const lines = combinations
    .filter((one) => !one.runs.every(Boolean))
    .map((one) => `Only in ${named(one.runs)}: ${labelOf(one.parameters) || 'complete trials'}`);
  const apart = runs.filter(
    (_, at) => at > 0 && !combinations.some((one) => one.runs[0] === true && one.runs[at] === true),
  );
  for (const { label } of apart)
    lines.push(
      `${label} has no combination of parameter values in common with the baseline, so nothing of it is compared. Another baseline: --baseline <run>`,
    );
  lines.push(...partial.map((one) => `Only in ${named(one.runs)}: the metric ${one.role}.${one.metric}`));
  if (metrics.length === 0) lines.push('No run has a metric in common with the baseline.');
  return lines;
}

function sumUp(
  own: readonly MetricOfMany[],
  shown: readonly MetricOfMany[],
  needed: number | null,
): string[] {
  const tests = own.flatMap(({ against }) => against.filter((one) => one !== null));
  const count = (...findings: string[]) => tests.filter(({ finding }) => findings.includes(finding)).length;
  const lines: string[] = [];
  const hidden = own.filter((one) => !shown.includes(one));
  const possible = hidden.filter(({ against }) => against.some((one) => isFinding(one, 'perhaps'))).length;
  if (count('higher', 'lower', 'perhaps') === 0 && count('none') > 0)
    lines.push(`No difference found in ${plural(count('none'), 'test')}.`);
  const unable = tests.some((one) => one.p_adjusted !== null && one.smallest_effect === null);
  if (unable && needed !== null)
    lines.push(
      `Too few repeats for ${plural(tests.filter((one) => one.p_adjusted !== null).length, 'test')} at once: even a large difference may not be significant. ${needed} repeats in each run are the fewest that can show one. Or test fewer metrics: --metric names those that decide.`,
    );
  if (hidden.length > 0)
    lines.push(
      `${plural(hidden.length, 'total')} of roles without a significant difference are hidden${possible > 0 ? `, ${digits(possible)} of them possibly different` : ''}; show them with --all.`,
    );
  return lines;
}

/** What the columns and words mean, where they were used. */
function legend(metrics: readonly MetricOfMany[], correction: ComparisonOfMany['correction']): string[] {
  const tests = metrics.flatMap(({ against }) => against.filter((one) => one !== null));
  const has = (finding: string) => tests.some((one) => one.finding === finding);
  const lines: string[] = [];
  if (metrics.length > 0)
    lines.push(
      'MEAN: over the repeats, of the median of the rows of each, +- half the 95 % interval. TIMES A: the median of all ratios of a repeat to one of A, with the 95 % interval of this comparison alone.',
    );
  if (tests.some((one) => one.p_adjusted !== null))
    lines.push(
      `P: Mann-Whitney, corrected for all tests of the family (${correction}). FINDS: the smallest difference from A that so many repeats find in 4 of 5 comparisons, after the correction, for normal noise as large as that of these runs.`,
    );
  if (tests.some((one) => one.difference_error > 0))
    lines.push(
      'Of runs with more than 2 million values, some medians are only known within 0.05 %: intervals, P, and FINDS allow for it.',
    );
  if (has('perhaps'))
    lines.push(
      'Possibly: p is below 5 % on its own, but not after the correction. Run more repeats to decide.',
    );
  if (has('too few')) lines.push('Too few repeats: a rank test needs four in each run, or three and five.');
  return lines;
}

/**
 * Primary metrics and what the experiment records are always shown; the wrapper's totals only if they differ. With several
 * runs, many of them possibly differ: those are counted.
 */
function isWorthALine({ of, family, against }: MetricOfMany): boolean {
  return family === 'primary' || of === 'results' || against.some((one) => isFinding(one, 'higher', 'lower'));
}

const isFinding = (one: AgainstBaseline | null, ...findings: AgainstBaseline['finding'][]) =>
  one !== null && findings.includes(one.finding);
