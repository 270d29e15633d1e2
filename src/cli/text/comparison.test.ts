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
  difference_error: 0,
  interval: { low: 1, high: 3 },
  relative: 0.2,
  p: 0.0079,
  p_adjusted: 0.0158,
  family: 'primary',
  family_tests: 2,
  smallest_effect: 0.412,
  smallest_effect_relative: 0.0412,
  finding: 'higher',
  ...change,
});

const quiet = { findings: [], other_load: [] };

const comparison = (change: Partial<Comparison>): Comparison => ({
  a: { run_id: '1', experiment: 'x', folder: '/a', verdict: 'VALID' },
  b: { run_id: '2', experiment: 'x', folder: '/b', verdict: 'DOUBTFUL' },
  same_experiment: true,
  differences: [],
  primary: { source: 'experiment', names: ['total_ms'], missing: [] },
  metrics: [metric({})],
  disturbance: { a: quiet, b: quiet },
  ...change,
});

const wide = { all: false, width: 120 };

test('shows how two runs differ in their setup and their results', () => {
  const differences = [{ about: 'images' as const, what: 'client', a: `sha256:${'a'.repeat(64)}`, b: null }];
  const disturbance = {
    a: { findings: [], other_load: [{ device: 'nano1', percent: 3.4 }] },
    b: {
      findings: [{ check: 'throttling', level: 'doubt' as const, text: 'nano1 was throttled.' }],
      other_load: [{ device: 'nano1', percent: null }],
    },
  };
  const metrics = [
    metric({}),
    metric({
      of: 'roles',
      metric: 'wall_s',
      family: 'other',
      family_tests: 25,
      p_adjusted: 0.2,
      finding: 'perhaps',
    }),
  ];
  expect(compareText(comparison({ differences, disturbance, metrics }), wide).split('\n')).toEqual([
    'A  x  1  VALID',
    'B  x  2  DOUBTFUL',
    '',
    'The same experiment.',
    '',
    'What differs:',
    'ABOUT   WHAT    A                                         B',
    `images  client  ${'a'.repeat(37)}...  -`,
    '',
    'Known disturbance:',
    'A  mean load by others, of one core: nano1 3 %',
    'B  throttling: nano1 was throttled.',
    'B  mean load by others, of one core: nano1 not measured',
    '',
    'Primary metrics (named by primary: of the experiment), a family of 2 tests:',
    'ROLE    METRIC    A   B   B - A [95 % INTERVAL]  P       P OF 2  FINDS         FINDING',
    'client  total_ms  10  12  +2 (+20 %) [1, 3]      0.0079  0.016   0.41 (4.1 %)  higher in B',
    '',
    'All other metrics, a family of 25 tests:',
    'ROLE    METRIC  A   B   B - A [95 % INTERVAL]  P       P OF 25  FINDS         FINDING',
    'client  wall_s  10  12  +2 (+20 %) [1, 3]      0.0079  0.2      0.41 (4.1 %)  possibly, see below',
    '',
    'A and B are means over the repeats, of the median of the rows of each; B - A is the Hodges-Lehmann estimate, the median',
    'of all differences.',
    '',
    'FINDS: the smallest difference that so many repeats find in 4 of 5 comparisons, after the correction for the family, for',
    'normal noise as large as that of these runs. A smaller one may exist unseen.',
    '',
    'Possibly: p is below 5 %, but among so many tests some are by chance. Run more repeats to decide.',
  ]);
});

test('a narrow terminal gets a few lines for each metric', () => {
  const text = compareText(
    comparison({
      differences: [{ about: 'devices', what: 'client-0: machine', a: 'SHA256:aaaa', b: 'SHA256:bbbb' }],
      metrics: [metric({ parameters: { split: 4, codec: 'raw' } })],
    }),
    { all: false, width: 40 },
  );
  const lines = text.split('\n');
  for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(40);
  const from = lines.indexOf('client total_ms at split=4 codec=raw');
  expect(lines.slice(from, from + 4)).toEqual([
    'client total_ms at split=4 codec=raw',
    '  A 10, B 12: +2 (+20 %) [1, 3]',
    '  p 0.0079, of 2 0.016; higher in B',
    '  5 and 5 repeats: FINDS 0.41 (4.1 %)',
  ]);
});

test.each<[string, Partial<Comparison>, boolean, RegExp]>([
  [
    'no difference, and how large one had to be',
    { metrics: [metric({ finding: 'none', p: 0.4 })] },
    false,
    / 0\.41 \(4\.1 %\) +no difference found\nNo difference found in 1 metric /,
  ],
  [
    'totals without a difference are hidden',
    { metrics: [metric({ of: 'roles', family: 'other', finding: 'none' })] },
    false,
    /No difference found in 1 metric that could be tested\.\n1 total of roles without/,
  ],
  [
    'totals without a difference, with --all',
    { metrics: [metric({ of: 'roles', family: 'other', finding: 'none', metric: 'wall_s' })] },
    true,
    /client {2}wall_s .* no difference found/,
  ],
  [
    'a total that decides is always shown',
    { metrics: [metric({ of: 'roles', finding: 'none', metric: 'wall_s' })] },
    false,
    /client {2}wall_s .* no difference found/,
  ],
  [
    'too few repeats',
    {
      metrics: [
        metric({
          finding: 'too few',
          interval: null,
          p_adjusted: null,
          family_tests: 0,
          smallest_effect: null,
        }),
      ],
    },
    false,
    /a family of 0 tests:\n.*\n.* - +none +too few repeats\n\n(?:A and B.*\n.*\n\n)Too few repeats: a rank test needs four/,
  ],
  [
    'nobody named a primary metric',
    { primary: { source: 'default', names: [], missing: [] } },
    false,
    /Recorded results, a family of 2 tests\. No primary metric is named, so all of them share/,
  ],
  [
    'named at the command line',
    { primary: { source: 'caller', names: ['total_ms'], missing: [] } },
    false,
    /Primary metrics \(named by --metric\), a family of 2 tests:/,
  ],
  [
    'a primary metric that is not there',
    { primary: { source: 'experiment', names: ['energy_j'], missing: ['energy_j'] }, metrics: [] },
    false,
    /The primary metric energy_j is missing: the runs do not have it in common/,
  ],
  ['without disturbance', {}, false, /Known disturbance: none, no load was measured\./],
  ['the same in every way', {}, false, /The same experiment, run the same way\./],
  [
    'files that are not known',
    { same_experiment: null },
    false,
    /not known whether their files are the same/,
  ],
  [
    'the same files under other names',
    { same_experiment: true, b: { run_id: '2', experiment: 'y', folder: '/b', verdict: 'VALID' } },
    false,
    /Different names, and the same files/,
  ],
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
    { metrics: [metric({ a: 0, relative: null, smallest_effect_relative: null, p: 0.0001 })] },
    false,
    /\+2 \[1, 3\] +< 0\.001 +0\.016 +0\.41 +higher/,
  ],
])('%s', (_, change, all, expected) => {
  expect(compareText(comparison(change), { ...wide, all })).toMatch(expected);
});
