import { expect, test } from 'vitest';
import { normalFrom, randomFrom } from '../statistics/random.js';
import { compareMetrics, type MetricComparison } from './compare.js';
import type { MetricPair } from './pairs.js';

const repeats = 10;
const noise = 0.03;
const totals = 25;

/** A pair of runs: one primary metric and 25 totals, 3 % of noise; `shifts` of run B by metric, 1 for none. */
function simulated(normal: () => number, shiftOf: (metric: string) => number): MetricComparison[] {
  const names = ['total_ms', ...Array.from({ length: totals }, (_, at) => `total_${at}`)];
  const pairs = names.map((metric, at): MetricPair => {
    const own = {
      role: 'client',
      of: at === 0 ? 'results' : 'roles',
      metric,
      unit: null,
      parameters: {},
    } as const;
    const values = (shift: number) =>
      Array.from({ length: repeats }, () => 100 * shift * (1 + noise * normal()));
    return {
      a: { ...own, repeats: values(1) },
      b: { ...own, repeats: values(shiftOf(metric)) },
      parameters: {},
    };
  });
  return compareMetrics(pairs, { source: 'experiment', names: ['total_ms'] });
}

const pairs = 400;

/** In how many pairs a family has a finding of a difference. */
function foundIn(family: MetricComparison['family'], shiftOf: (metric: string) => number): number {
  const normal = normalFrom(randomFrom(12));
  let found = 0;
  for (let pair = 0; pair < pairs; pair += 1) {
    const own = simulated(normal, shiftOf).filter((one) => one.family === family);
    if (own.some(({ finding }) => finding === 'higher' || finding === 'lower')) found += 1;
  }
  return found;
}

test('400 pairs of equal runs: at most 5 % have a false finding in the primary family', () => {
  const same = () => 1;
  expect(foundIn('primary', same) / pairs).toBeLessThanOrEqual(0.05);
  // The expected rate of the other family is 5 % as well; within three standard errors of 400 pairs.
  expect(foundIn('other', same) / pairs).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / pairs));
});

test('a primary metric 5 % higher at 3 % of noise is found in at least 80 % of 400 pairs', () => {
  const shifted = (metric: string) => (metric === 'total_ms' ? 1.05 : 1);
  expect(foundIn('primary', shifted) / pairs).toBeGreaterThanOrEqual(0.8);
});

test('totals that differ because of other load are no finding of the primary family', () => {
  const loaded = (metric: string) => (metric === 'total_ms' ? 1 : 1.5);
  expect(foundIn('other', loaded)).toBe(pairs);
  expect(foundIn('primary', loaded) / pairs).toBeLessThanOrEqual(0.05);
});
