import { expect, it } from 'vitest';
import { describe } from './describe.js';
import { Distribution, ValueBudget } from './distribution.js';

function distribution(values: readonly (number | bigint)[], room: number) {
  const one = new Distribution(new ValueBudget(room));
  for (const value of values) one.add(value);
  return one;
}
const distributed = (values: readonly (number | bigint)[], room: number) =>
  distribution(values, room).describe();

const skewed = Array.from(
  { length: 20_000 },
  (_, n) => Math.exp(Math.sin(n * 12.9898) * 3) * (n % 7 === 0 ? -1 : 1),
);

it('is exact within the budget', () => {
  expect(distributed(skewed, 20_000)).toMatchObject({ ...describe(skewed), exact: true });
  expect(distributed([], 10)).toBeNull();
});

it('above the budget: exact count, mean, spread and extremes; percentiles within 0.05 %', () => {
  const exact = describe(skewed);
  const thin = distributed(skewed, 100);
  expect(thin).toMatchObject({ n: exact?.n, min: exact?.min, max: exact?.max, exact: false });
  expect(thin?.mean).toBeCloseTo(exact?.mean ?? NaN, 9);
  expect(thin?.sd).toBeCloseTo(exact?.sd ?? NaN, 9);
  for (const name of ['median', 'p90', 'p95', 'p99'] as const)
    expect(Math.abs((thin?.[name] ?? NaN) / (exact?.[name] ?? NaN) - 1), name).toBeLessThan(0.0005);
  expect(Math.abs((thin?.outliers ?? NaN) - (exact?.outliers ?? NaN))).toBeLessThan(40);
});

it.each([10, 100_000])(
  'two sources that take turns have the median between them, with room for %i values',
  (room) => {
    const values = Array.from({ length: 5000 }, (_, n) => (n % 2 === 0 ? 10 : 100));
    const described = distributed(values, room);
    expect(described).toMatchObject({ n: 5000, min: 10, max: 100, exact: room > 10 });
    expect(described?.mean).toBeCloseTo(55, 9);
    expect(Math.abs((described?.median ?? NaN) / 55 - 1)).toBeLessThan(0.0005);
  },
);

it('keeps the bound at every magnitude of a double', () => {
  for (const scale of [1e-320, 1e-300, 3e-13, 1, 1e18, 1e300]) {
    const values = [1, 2, 3, 4, 5].map((value) => value * scale);
    const median = distributed(values, 2)?.median ?? NaN;
    // Below 1e-308 doubles themselves have fewer digits.
    expect(Math.abs(median / (3 * scale) - 1), String(scale)).toBeLessThan(scale < 1e-308 ? 0.02 : 0.0005);
  }
});

it('several together are as one, kept or counted', () => {
  const parts = [skewed.slice(0, 7000), skewed.slice(7000, 7001), skewed.slice(7001), []];
  const exact = describe(skewed);
  const kept = Distribution.together(parts.map((part) => distribution(part, 20_000)));
  expect(kept).toMatchObject({ ...exact, exact: true });
  const mixed = Distribution.together(parts.map((part, at) => distribution(part, at === 0 ? 10 : 20_000)));
  expect(mixed).toMatchObject({ n: 20_000, min: exact?.min, max: exact?.max, exact: false });
  expect(mixed?.sd).toBeCloseTo(exact?.sd ?? NaN, 9);
  expect(Math.abs((mixed?.p90 ?? NaN) / (exact?.p90 ?? NaN) - 1)).toBeLessThan(0.0005);
});

const ns = 1_763_729_581_123_456_789n;

it.each([1, 1000])('times in nanoseconds: only the result is rounded, with room for %i values', (room) => {
  const described = distributed([ns, ns + 1n, ns + 5n, ns + 2n, ns + 3n], room);
  expect(described).toMatchObject({ n: 5, min: Number(ns), max: Number(ns + 5n) });
  // Of 0, 1, 5, 2 and 3: a double at this size only knows multiples of 256.
  expect(described?.sd).toBeCloseTo(1.923538406167134, 12);
  expect(described?.mean).toBe(Number(ns + 2n));
  if (room > 1) expect(described?.median).toBe(Number(ns + 2n));
});

it('together, times in nanoseconds keep their distances', () => {
  const day = 86_400_000_000_000n;
  const both = Distribution.together(
    [[ns], [ns + day + 1n, ns + day + 3n]].map((one) => distribution(one, 9)),
  );
  expect(both).toMatchObject({ n: 3, median: Number(ns + day + 1n), exact: true });
  expect(both?.sd).toBeCloseTo(49883063257984.82, 1);
});

it.each([2, 1000])('one integer above 2^53 changes no other value, with room for %i values', (room) => {
  for (const values of [
    [2n ** 60n, 7, 8.5, 9],
    [7, 8.5, 2n ** 60n, 9],
    [2n ** 60n, 2n ** 60n + 4n, 7, 8.5, 9],
  ]) {
    const described = distributed(values, room);
    expect(described?.min).toBe(7);
    expect(described?.max).toBe(Number(values.reduce((a, b) => (b > a ? b : a))));
    const lower = distributed(
      values.filter((value) => value < 100),
      9,
    );
    expect(lower?.median).toBe(8.5);
    if (values.length === 4) expect(Math.abs((described?.median ?? NaN) / 8.75 - 1)).toBeLessThan(0.0005);
  }
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
