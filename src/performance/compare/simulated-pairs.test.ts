import { expect, test } from 'vitest';
import { foundIn } from '../../../tests/fixtures/simulated-pairs.js';

const pairs = 400;

test('400 pairs of equal runs: at most 5 % have a false finding in the primary family', () => {
  const same = () => 1;
  expect(foundIn('primary', same, pairs) / pairs).toBeLessThanOrEqual(0.05);
  // The expected rate of the other family is 5 % as well; within three standard errors of 400 pairs.
  expect(foundIn('other', same, pairs) / pairs).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / pairs));
});

test('a primary metric 5 % higher at 3 % of noise is found in at least 80 % of 400 pairs', () => {
  const shifted = (metric: string) => (metric === 'total_ms' ? 1.05 : 1);
  expect(foundIn('primary', shifted, pairs) / pairs).toBeGreaterThanOrEqual(0.8);
});

test('totals that differ because of other load are no finding of the primary family', () => {
  const loaded = (metric: string) => (metric === 'total_ms' ? 1 : 1.5);
  expect(foundIn('other', loaded, pairs)).toBe(pairs);
  expect(foundIn('primary', loaded, pairs) / pairs).toBeLessThanOrEqual(0.05);
});
