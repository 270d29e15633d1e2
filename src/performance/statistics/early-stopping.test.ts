import { expect, test } from 'vitest';
import { stoppedCoverage, tightnessOf } from './early-stopping.js';

test('how well a mean is known: half of its 95 % interval, as a share of it', () => {
  // Student's t for 4 degrees of freedom is 2.776; sd of 8..12 is sqrt(2.5).
  const tight = tightnessOf([8, 9, 10, 11, 12]);
  expect(tight?.mean).toBe(10);
  expect(tight?.halfWidthShare).toBeCloseTo((2.776445 * Math.sqrt(2.5 / 5)) / 10, 6);
  expect(tightnessOf([3, 3])?.halfWidthShare).toBe(0);
  expect(tightnessOf([-1, 1])?.halfWidthShare).toBe(Infinity);
  expect(tightnessOf([3])).toBeNull();
});

test('intervals of a rule that looks again and again cover less than 95 %, the less the earlier it may stop', () => {
  const share = (atLeast: number, atMost = 50) =>
    stoppedCoverage({ interval: 0.05, atLeast, atMost }, 2000).share;
  expect(share(2)).toBeGreaterThan(0.84);
  expect(share(2)).toBeLessThan(0.9);
  expect(share(5)).toBeGreaterThan(0.9);
  expect(share(5)).toBeLessThan(0.94);
  // Without a choice of when to stop, they cover what they say, but for the chance of the simulation.
  expect(Math.abs(share(20, 20) - 0.95)).toBeLessThan(0.02);
});

test('the same rule gives the same figure', () => {
  const rule = { interval: 0.05, atLeast: 5, atMost: 20 };
  expect(stoppedCoverage(rule, 500)).toEqual(stoppedCoverage(rule, 500));
});
