import { expect, test } from 'vitest';
import type { Comparison, MetricComparison } from '../../index.js';
import { compareText } from './comparison.js';

const metric = (change: Partial<MetricComparison>): MetricComparison => ({
  role: 'client',
  of: 'results',
  metric: 'total_ms',
  unit: null,
  parameters: {},
  repeats: { a: 5, b: 5 },
  a: 10,
  b: 12,
  difference: 2,
  interval: { low: 1, high: 3 },
  relative: 0.2,
  p: 0.0079,
  p_adjusted: 0.0079,
  finding: 'higher',
  ...change,
});

const comparison = (change: Partial<Comparison>): Comparison => ({
  a: { run_id: '1', experiment: 'x', folder: '/a', verdict: 'VALID' },
  b: { run_id: '2', experiment: 'x', folder: '/b', verdict: 'DOUBTFUL' },
  same_experiment: true,
  differences: [],
  metrics: [metric({})],
  ...change,
});

test('shows how two runs differ in their setup and their results', () => {
  const differences = [{ about: 'images' as const, what: 'client', a: `sha256:${'a'.repeat(64)}`, b: null }];
  expect(compareText(comparison({ differences }), false).split('\n')).toEqual([
    'A  x  1  VALID',
    'B  x  2  DOUBTFUL',
    '',
    'The same experiment.',
    '',
    'What differs:',
    'ABOUT   WHAT    A                                         B',
    `images  client  ${'a'.repeat(37)}...  -`,
    '',
    'Means over the repeats (of the medians of their rows), and how much larger B is:',
    'ROLE    METRIC    A   B   B - A [95 % INTERVAL]  P       FINDING',
    'client  total_ms  10  12  +2 (+20 %) [1, 3]      0.0079  higher in B',
  ]);
});

test.each<[string, Partial<Comparison>, boolean, RegExp]>([
  [
    'no difference',
    { metrics: [metric({ finding: 'none', p: 0.4 })] },
    false,
    /No difference found in the 1 metrics/,
  ],
  [
    'totals without a difference are hidden',
    { metrics: [metric({ of: 'roles', finding: 'none' })] },
    false,
    /No difference found\.\n\n1 totals of roles without/,
  ],
  [
    'totals without a difference, with --all',
    { metrics: [metric({ of: 'roles', finding: 'none', metric: 'wall_s' })] },
    true,
    /client {2}wall_s .* no difference found/,
  ],
  [
    'too few repeats',
    { metrics: [metric({ finding: 'too few', interval: null })] },
    false,
    /too few repeats\n\nToo few repeats: a rank test needs four/,
  ],
  [
    'perhaps',
    { metrics: [metric({ finding: 'perhaps' })] },
    false,
    /possibly, see below\n\nPossibly: .* with 1 tests/,
  ],
  ['the same in every way', {}, false, /The same experiment, run the same way\./],
  ['other files', { same_experiment: false }, false, /have the same name, but their files differ/],
  [
    'another experiment',
    { same_experiment: false, b: { run_id: '2', experiment: 'y', folder: '/b', verdict: 'VALID' } },
    false,
    /Different experiments: only/,
  ],
  ['nothing in common', { metrics: [] }, false, /have no metric in common/],
  [
    'a relative change of nothing',
    { metrics: [metric({ a: 0, relative: null, p: 0.0001 })] },
    false,
    /\+2 \[1, 3\] +< 0\.001/,
  ],
])('%s', (_, change, all, expected) => {
  expect(compareText(comparison(change), all)).toMatch(expected);
});
