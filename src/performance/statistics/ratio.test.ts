import { expect, test } from 'vitest';
import { hodgesLehmann } from './hodges-lehmann.js';
import { ratioOf, testRatio } from './ratio.js';
import { welchInterval, welchP } from './welch.js';

test('the median of all ratios, exact for equal values', () => {
  expect(ratioOf([1, 2, 4], [3])?.estimate).toBeCloseTo(1.5, 12);
  expect(ratioOf([5, 5, 5, 5], [5, 5, 5, 5])).toEqual({ estimate: 1, interval: { low: 1, high: 1 } });
  expect(ratioOf([-1, -2, -4], [-2, -4, -8])?.estimate).toBeCloseTo(2, 12);
});

test.each([
  [3, 3, false],
  [4, 4, true],
  [3, 5, true],
  [2, 8, true],
  [1, 100, false],
])('%i against %i values have an interval: %s', (a, b, hasInterval) => {
  const values = (count: number) => Array.from({ length: count }, (_, at) => 10 + at);
  expect(ratioOf(values(a), values(b))?.interval != null).toBe(hasInterval);
});

test('there is no ratio to 0 or to values of both signs; there is one of them', () => {
  for (const [a, b] of [
    [[0, 1], [1]],
    [[-1, 1], [1]],
    [[], [1]],
    [[1], []],
  ] as const)
    expect(ratioOf(a, b)).toBeNull();
  expect(ratioOf([1, 2, 4, 8], [0, 0, 0, 0])).toEqual({ estimate: 0, interval: { low: 0, high: 0 } });
  expect(ratioOf([2, 2, 2, 2], [-2, 0, 2, 4])).toEqual({ estimate: 0.5, interval: { low: -1, high: 2 } });
});

test('the interval covers that of the ranks and that of Welch', () => {
  const [a, b] = [
    [10, 11, 12, 13, 14],
    [15, 19, 24, 30, 60],
  ];
  const logarithms = (values: number[]) => values.map(Math.log);
  const ranks = hodgesLehmann(logarithms(a), logarithms(b))?.interval;
  const welch = welchInterval(logarithms(a), logarithms(b));
  expect(Math.log(ratioOf(a, b)?.interval?.low ?? 0)).toBeCloseTo(
    Math.min(ranks?.low ?? 0, welch?.low ?? 0),
    10,
  );
  expect(Math.log(ratioOf(a, b)?.interval?.high ?? 0)).toBeCloseTo(
    Math.max(ranks?.high ?? 0, welch?.high ?? 0),
    10,
  );
});

// scipy.stats.ttest_ind(a, b, equal_var=False)
test("Welch's t test agrees with scipy", () => {
  const [a, b] = [
    [27.5, 21.0, 19.0, 23.6, 17.0, 17.9],
    [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0],
  ];
  expect(welchP(a, b)).toBeCloseTo(0.20198867735345505, 10);
  expect(welchInterval(a, b)?.low).toBeCloseTo(-1.6960940521602073, 8);
  expect(welchInterval(a, b)?.high).toBeCloseTo(6.696094052160207, 8);
  expect(welchP([1, 1], [1, 1])).toBe(1);
  expect(welchP([1, 1], [2, 2])).toBe(0);
  expect(welchP([1], [2, 2])).toBeNull();
});

test('the test of a factor is the larger p of both', () => {
  const [a, b] = [
    [10, 11, 12, 13],
    [20, 22, 24, 26],
  ];
  expect(testRatio(a, b, 2)).toBe(1);
  expect(testRatio(a, b, 1)).toBeCloseTo(2 / 70, 10);
  expect(testRatio(a, [-1, -2, -3, -4], 1)).toBeCloseTo(2 / 70, 10);
});
