import { expect, test } from 'vitest';
import { normalBothTails } from '../statistics/index.js';
import { firstRankP, smallestFirstRankP } from './first-rank.js';

test('the rank of the first value within each stratum, exactly', () => {
  // 2 of the 3 * 3 pairs of ranks are as extreme as the largest first value in both.
  const largest = { first: 9, later: [1, 2] };
  expect(firstRankP([largest, largest])).toBeCloseTo(2 / 9);
  expect(firstRankP([largest, { first: 0, later: [1, 2] }])).toBe(1);
  // Ties share a rank: of the ranks 2.5, 2.5, 1, only the last two are on the other side.
  expect(firstRankP([{ first: 2, later: [2, 1] }])).toBe(1);
  expect(firstRankP([{ first: 1, later: [1, 1] }])).toBe(1);
  expect(firstRankP([{ first: 1, later: [] }])).toBeNull();
});

test('the smallest p that there can be', () => {
  expect(smallestFirstRankP([3, 3, 3])).toBeCloseTo(2 / 27);
  expect(smallestFirstRankP([1, 40])).toBeCloseTo(0.05);
  expect(smallestFirstRankP([1])).toBe(1);
});

test('for many strata, the normal approximation is near', () => {
  const strata = Array.from({ length: 120 }, (_, at) => ({ first: at % 5, later: [0.5, 1.5, 2.5, 3.5] }));
  expect(firstRankP(strata)).toBe(1);
  const shifted = strata.map((one, at) => (at % 10 === 0 ? { ...one, first: 9 } : one));
  // A sum of 12 * 8, with a variance of 120 * 8.
  expect(firstRankP(shifted)).toBeCloseTo(normalBothTails(96 / Math.sqrt(960)));
});
