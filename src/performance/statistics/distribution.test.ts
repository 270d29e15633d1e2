import { expect, it } from 'vitest';
import { describe } from './describe.js';
import { Distribution, ValueBudget } from './distribution.js';

function distributed(values: readonly number[], room: number) {
  const distribution = new Distribution(new ValueBudget(room));
  for (const value of values) distribution.add(value);
  return distribution.describe();
}

const skewed = Array.from(
  { length: 20_000 },
  (_, n) => Math.exp(Math.sin(n * 12.9898) * 3) * (n % 7 === 0 ? -1 : 1),
);

it('is exact within the budget', () => {
  expect(distributed(skewed, 20_000)).toMatchObject({ ...describe(skewed), exact: true });
  expect(distributed([], 10)).toBeNull();
});

it('above the budget: exact count, mean, spread and extremes; percentiles within 0.1 %', () => {
  const exact = describe(skewed);
  const thin = distributed(skewed, 100);
  expect(thin).toMatchObject({ n: exact?.n, min: exact?.min, max: exact?.max, exact: false });
  expect(thin?.mean).toBeCloseTo(exact?.mean ?? NaN, 9);
  expect(thin?.sd).toBeCloseTo(exact?.sd ?? NaN, 9);
  for (const name of ['median', 'p90', 'p95', 'p99'] as const)
    expect(Math.abs((thin?.[name] ?? NaN) / (exact?.[name] ?? NaN) - 1), name).toBeLessThan(0.002);
  expect(Math.abs((thin?.outliers ?? NaN) - (exact?.outliers ?? NaN))).toBeLessThan(40);
});

it('returns its budget when it switches to buckets', () => {
  const room = new ValueBudget(3);
  const first = new Distribution(room);
  for (const value of [1, 2, 3, 4]) first.add(value);
  expect(room.values).toBe(3);
  expect(first.describe()).toMatchObject({ n: 4, min: 1, max: 4, exact: false });
});

it('accepts zeros and negative numbers', () => {
  expect(distributed([0, 0, 0, -5, 5], 1)).toMatchObject({ median: 0, min: -5, max: 5 });
});
