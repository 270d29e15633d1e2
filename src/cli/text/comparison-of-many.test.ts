import { expect, test } from 'vitest';
import type { AgainstBaseline, ComparisonOfMany, MetricOfMany } from '../../index.js';
import { compareManyText } from './comparison-of-many.js';

const against = (change: Partial<AgainstBaseline> = {}): AgainstBaseline => ({
  difference: -2,
  difference_error: 0,
  interval: { low: -3, high: -1 },
  relative: -0.2,
  ratio: 0.8,
  ratio_interval: { low: 0.7, high: 0.9 },
  p: 0.0079,
  p_adjusted: 0.0158,
  smallest_effect: 0.412,
  smallest_effect_relative: 0.0412,
  finding: 'lower',
  ...change,
});
const figure = (mean: number) => ({ repeats: 5, mean, interval: { low: mean - 0.5, high: mean + 0.5 } });
const metric = (change: Partial<MetricOfMany> = {}): MetricOfMany => ({
  role: 'client',
  of: 'results',
  metric: 'total_ms',
  unit: 'ms',
  parameters: { split: 4 },
  family: 'primary',
  family_tests: 2,
  figures: [figure(10), figure(8), figure(10.5)],
  against: [null, against(), against({ ratio: 1.05, finding: 'none', p: 0.3, p_adjusted: 0.3 })],
  ...change,
});
const run = (label: string, change: Partial<ComparisonOfMany['runs'][number]> = {}) => ({
  label,
  run_id: `run-${label.toLowerCase()}`,
  experiment: 'x',
  folder: `/${label}`,
  verdict: 'VALID' as const,
  parameters: {},
  disturbance: { findings: [], other_load: [] },
  ...change,
});
const comparison = (change: Partial<ComparisonOfMany> = {}): ComparisonOfMany => ({
  runs: [run('A'), run('B'), run('C', { parameters: { codec: 'zlib' } })],
  correction: 'Holm',
  same_experiment: true,
  differences: [{ about: 'parameters', what: 'codec', values: ['"raw"', '"raw"', '"zlib"'] }],
  combinations: [{ parameters: { split: 4 }, runs: [true, true, true] }],
  primary: { source: 'experiment', names: ['total_ms'], missing: [] },
  metrics: [metric()],
  partial: [],
  needed_repeats: { primary: 5, other: null },
  ...change,
});
const text = (change: Partial<ComparisonOfMany> = {}, width = 80, all = false) =>
  compareManyText(comparison(change), { all, width });

test('the runs, what differs, and the figures of all runs below each other', () => {
  expect(text().split('\n')).toEqual([
    'A  x  run-a  VALID  baseline',
    'B  x  run-b  VALID',
    'C  x  run-c  VALID  codec=zlib',
    '',
    'The same experiment.',
    '',
    'What differs:',
    'ABOUT       WHAT   A      B      C',
    'parameters  codec  "raw"  "raw"  "zlib"',
    '',
    'Known disturbance: none, no load was measured.',
    '',
    'Primary metrics (named by primary: of the experiment), a family of 2 tests:',
    '  RUN  N  MEAN         TIMES A          P OF 2  FINDS         FINDING',
    'client total_ms at split=4',
    '  A    5  10 +- 0.5                                           baseline',
    '  B    5  8 +- 0.5     0.8 [0.7, 0.9]   0.016   0.41 (4.1 %)  lower',
    '  C    5  10.5 +- 0.5  1.05 [0.7, 0.9]  0.3     0.41 (4.1 %)  no difference',
    '',
    'MEAN: over the repeats, of the median of the rows of each, +- half the 95 %',
    'interval. TIMES A: the median of all ratios of a repeat to one of A, with the 95',
    '% interval of this comparison alone.',
    '',
    'P: Mann-Whitney, corrected for all tests of the family (Holm). FINDS: the',
    'smallest difference from A that so many repeats find in 4 of 5 comparisons,',
    'after the correction, for normal noise as large as that of these runs.',
  ]);
});

test('a narrow terminal gets a few lines for each run, none wider than it', () => {
  const lines = text({}, 40).split('\n');
  for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(40);
  const from = lines.indexOf('client total_ms at split=4');
  expect(lines.slice(from, from + 5)).toEqual([
    'client total_ms at split=4',
    '  A 10 +- 0.5, 5 repeats: baseline',
    '  B 8 +- 0.5, 5 repeats: 0.8 [0.7, 0.9]',
    '    times A; p of 2 0.016; FINDS 0.41',
    '    (4.1 %); lower',
  ]);
});

const others = (finding: AgainstBaseline['finding']) =>
  metric({ of: 'roles', metric: 'wall_s', family: 'other', against: [null, against({ finding }), null] });

test.each<[string, Partial<ComparisonOfMany>, RegExp]>([
  [
    'a run without a combination in common',
    {
      combinations: [
        { parameters: { split: 4 }, runs: [true, true, false] },
        { parameters: { split: 9 }, runs: [false, false, true] },
      ],
      metrics: [metric({ figures: [figure(10), figure(8), null], against: [null, against(), null] })],
    },
    /Only in A, B: split=4\nOnly in C: split=9\nC has no combination of parameter values in common with the\s+baseline/,
  ],
  [
    'a metric that some runs do not have',
    { partial: [{ role: 'client', metric: 'energy_j', runs: [true, false, true] }] },
    /\nOnly in A, C: the metric client\.energy_j\n/,
  ],
  ['nothing in common', { metrics: [] }, /\nNo run has a metric in common with the baseline\.$/],
  [
    'too few repeats for so many tests',
    {
      metrics: [
        metric({
          against: [null, against({ finding: 'perhaps', p_adjusted: 0.06, smallest_effect: null }), null],
        }),
      ],
      needed_repeats: { primary: 6, other: null },
    },
    /Too few repeats for 1 test at once: even a large difference may not be\s+significant\. 6 repeats in each run are the fewest/,
  ],
  [
    'a baseline with a value of 0: a difference instead of a ratio',
    { metrics: [metric({ against: [null, against({ ratio: null, ratio_interval: null }), null] })] },
    / B {4}5 {2}8 \+- 0\.5 +A - 2 /,
  ],
  [
    'totals that possibly differ are counted',
    { metrics: [metric(), others('perhaps'), others('none')] },
    /2 totals of roles without a significant difference are hidden, 1 of them\s+possibly different/,
  ],
  ['totals that differ are shown', { metrics: [metric(), others('higher')] }, /client wall_s at split=4\n/],
])('%s', (_, change, expected) => {
  expect(text(change)).toMatch(expected);
});
