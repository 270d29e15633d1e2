import { afterAll, expect, test } from 'vitest';
import { normalFrom, randomFrom } from '../statistics/random.js';
import type { MetricPair } from '../compare/index.js';
import { judgeMetrics } from './judge-metrics.js';
import { verdictOf } from './verdict.js';

const within = 0.1;
const rounds = 300;

interface Lab {
  /** Of every repeat, as a share. */
  readonly noise: number;
  readonly repeats: number;
}
interface Case {
  readonly original: Lab;
  readonly replication: Lab;
  /** Factors of the metrics of the replication. */
  readonly ratios: readonly number[];
  readonly shape?: 'normal' | 'skewed';
}

function pairOf(
  normal: () => number,
  { original, replication, shape = 'normal' }: Case,
  ratio: number,
  at: number,
): MetricPair {
  const draw = ({ noise, repeats }: Lab, level: number) =>
    Array.from({ length: repeats }, () =>
      shape === 'normal' ? level * (1 + noise * normal()) : level * Math.exp(noise * normal() ** 2),
    );
  const of = (values: number[]) => ({
    ...({
      role: 'client',
      of: 'results',
      metric: `m${at}_ms`,
      unit: 'ms',
      parameters: {},
      interval: null,
      error: 0,
    } as const),
    repeats: values,
    figure: values.reduce((sum, value) => sum + value, 0) / values.length,
  });
  return { a: of(draw(original, 100)), b: of(draw(replication, 100 * ratio)), parameters: {} };
}

const rule = { choice: { source: 'default', names: [] }, within, isExact: () => false } as const;

function verdictIn(normal: () => number, one: Case) {
  const pairs = one.ratios.map((ratio, at) => pairOf(normal, one, ratio, at));
  const metrics = judgeMetrics(pairs, [], rule);
  const { verdict } = verdictOf({ within, metrics, unknown: [], equal: [], incomplete: [], notes: [] });
  return { verdict, metrics };
}

/** Shares of the verdicts over many replications; the same for the same case. */
function verdicts(one: Case): Record<string, number> {
  const normal = normalFrom(randomFrom(19));
  const counts: Record<string, number> = { REPRODUCED: 0, DIFFERENT: 0, 'TOO FEW': 0 };
  for (let round = 0; round < rounds; round += 1) {
    const { verdict } = verdictIn(normal, one);
    counts[verdict] = (counts[verdict] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count / rounds]));
}

const noises = [0.02, 0.1];
const repeats = [4, 5, 10];
const equalLabs = noises.flatMap((noise) =>
  repeats.map((count) => ({ original: { noise, repeats: count }, replication: { noise, repeats: count } })),
);
/** The second lab is noisier, or one of them has more repeats, or both. */
const unequalLabs = [
  { original: { noise: 0.02, repeats: 5 }, replication: { noise: 0.06, repeats: 5 } },
  { original: { noise: 0.02, repeats: 10 }, replication: { noise: 0.06, repeats: 5 } },
  { original: { noise: 0.06, repeats: 5 }, replication: { noise: 0.02, repeats: 15 } },
  { original: { noise: 0.02, repeats: 5 }, replication: { noise: 0.02, repeats: 20 } },
];
const shapes = ['normal', 'skewed'] as const;
/** Of skewed values, the ratio of two labs is only defined for one spread. */
const labs = [
  ...equalLabs.flatMap((lab) => shapes.map((shape) => ({ ...lab, shape }))),
  ...unequalLabs.map((lab) => ({ ...lab, shape: 'normal' as const })),
];
/** Truths at the border, where both verdicts are wrong most often: in one of them, in one of four metrics, in all four. */
const atBorder = [[1.1], [0.9], [1, 1, 1, 1.1], [1.1, 1.1, 1.1, 1.1]];
const label = ({ original: a, replication: b, ratios, shape = 'normal' }: Case) =>
  `${a.repeats} at ${a.noise * 100} %, ${b.repeats} at ${b.noise * 100} %, ${shape}; ratios ${ratios.join(' ')}`;
const lines: string[] = [];
const percent = (share = 0) => `${(share * 100).toFixed(1)} %`.padStart(7);
afterAll(() =>
  console.info(['REPRODUCED  DIFFERENT  TOO FEW  repeats, noise, true ratios', ...lines].join('\n')),
);

function told(one: Case): Record<string, number> {
  const found = verdicts(one);
  lines.push(
    `${percent(found.REPRODUCED)}     ${percent(found.DIFFERENT)}    ${percent(found['TOO FEW'])}  ${label(one)}`,
  );
  return found;
}

test.each(labs.flatMap((lab) => atBorder.map((ratios): Case => ({ ...lab, ratios }))))(
  'at the border, either verdict is wrong in less than 5 %: %j',
  (one) => {
    const found = told(one);
    expect(found.REPRODUCED).toBeLessThan(0.05);
    expect(found.DIFFERENT).toBeLessThan(0.05);
  },
);

test.each(labs)('the same is not DIFFERENT, and what differs by 20 % is not REPRODUCED: %j', (lab) => {
  expect(told({ ...lab, ratios: [1, 1] }).DIFFERENT).toBeLessThan(0.05);
  expect(told({ ...lab, ratios: [1, 1.2] }).REPRODUCED).toBe(0);
});

test('with 10 repeats at 2 % of noise, both are found', () => {
  const lab = { noise: 0.02, repeats: 10 };
  const of = (ratios: number[]) => told({ original: lab, replication: lab, ratios });
  expect(of([1, 1, 1]).REPRODUCED).toBeGreaterThan(0.95);
  expect(of([1, 1, 1.2]).DIFFERENT).toBeGreaterThan(0.95);
});

test.each([
  [0.05, 1.05],
  [0.05, 1.17],
  [0.1, 1.04],
])('the number of repeats that is said to decide does: noise %d, ratio %d', (noise, ratio) => {
  const normal = normalFrom(randomFrom(4));
  const original = { noise, repeats: 30 };
  const needed: number[] = [];
  for (let round = 0; round < 100; round += 1) {
    const [one] = verdictIn(normal, {
      original,
      replication: { noise, repeats: 6 },
      ratios: [ratio],
    }).metrics;
    // Of replications that happened to show the true ratio.
    if (Math.abs((one?.relative ?? 0) - (ratio - 1)) < 0.01 && one?.finding === 'undecided')
      needed.push(one.needed_repeats ?? 1000);
  }
  const repeats = needed.sort((a, b) => a - b)[Math.floor(needed.length / 2)] ?? 0;
  expect(needed.length).toBeGreaterThan(5);
  const found = verdicts({ original, replication: { noise, repeats }, ratios: [ratio] });
  expect(1 - (found['TOO FEW'] ?? 0)).toBeGreaterThan(0.65);
});
