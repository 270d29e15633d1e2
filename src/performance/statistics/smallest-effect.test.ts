import { expect, test } from 'vitest';
import { mannWhitney } from './mann-whitney.js';
import { normalFrom, randomFrom } from './random.js';
import { smallestEffect } from './smallest-effect.js';

/** Share of pairs of normal samples, one shifted, in which the test finds the shift. */
function powerAt(effect: number, a: number, b: number, significance: number, pairs: number): number {
  const normal = normalFrom(randomFrom(20_261_129));
  let found = 0;
  for (let pair = 0; pair < pairs; pair += 1) {
    const left = Array.from({ length: a }, normal);
    const right = Array.from({ length: b }, () => normal() + effect);
    if ((mannWhitney(left, right)?.p ?? 1) < significance) found += 1;
  }
  return found / pairs;
}

test.each([
  [4, 4, 1, 2000],
  [5, 5, 1, 2000],
  [10, 10, 1, 2000],
  [10, 10, 2, 2000],
  [10, 10, 26, 2000],
  [6, 12, 1, 2000],
  [30, 30, 3, 300],
  // Noether's formula.
  [31, 31, 1, 300],
  [40, 25, 6, 300],
])(
  '%i against %i values, one of %i tests, %i pairs: the effect is found in four of five',
  (a, b, tests, pairs) => {
    const significance = 0.05 / tests;
    const effect = smallestEffect(a, b, significance) ?? Number.NaN;
    const tolerance = 3 * Math.sqrt((0.8 * 0.2) / pairs) + 0.01;
    expect(Math.abs(powerAt(effect, a, b, significance, pairs) - 0.8)).toBeLessThan(tolerance);
  },
);

test('more values find less, more tests find more, and too few find nothing', () => {
  const of = (n: number, tests: number) => smallestEffect(n, n, 0.05 / tests) ?? Number.NaN;
  expect(of(20, 1)).toBeLessThan(of(10, 1));
  expect(of(10, 5)).toBeGreaterThan(of(10, 1));
  // Next to each other on both sides of the change of method.
  expect(of(31, 1) / of(30, 1)).toBeCloseTo(Math.sqrt(30 / 31), 1);
  expect(smallestEffect(3, 3, 0.05)).toBeNull();
  expect(smallestEffect(4, 4, 0.05 / 2)).toBeNull();
  expect(smallestEffect(5, 5, 0.05 / 6)).not.toBeNull();
  expect(smallestEffect(5, 5, 0.05 / 7)).toBeNull();
});
