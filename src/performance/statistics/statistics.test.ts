import { readFileSync } from 'node:fs';
import { describe as group, expect, it, test } from 'vitest';
import { bootstrapInterval } from './bootstrap.js';
import { describe } from './describe.js';
import { hodgesLehmann } from './hodges-lehmann.js';
import { mannWhitney } from './mann-whitney.js';
import { normalCritical } from './normal.js';
import { median } from './quantile.js';
import { Running } from './running.js';
import { tCritical } from './student-t.js';

interface Cases {
  asked: { rows: number[][]; pairs: [number[], number[]][]; degrees: number[]; tails: number[] };
  answers: {
    rows: Record<string, unknown>[];
    pairs: { u: number; p: number; estimate: number; interval: unknown; tied: boolean }[];
    t: number[][];
    z: number[];
  };
}
const { asked, answers } = JSON.parse(
  readFileSync(new URL('./fixtures/cases.json', import.meta.url), 'utf8'),
) as Cases;

/** The precision of sums of doubles in a different order. */
function expectClose(ours: unknown, theirs: unknown, relative = 1e-9): void {
  if (typeof ours === 'number' && typeof theirs === 'number') {
    expect(Math.abs(ours - theirs), `${ours} and ${theirs}`).toBeLessThanOrEqual(
      relative * Math.max(Math.abs(theirs), 1e-12),
    );
  } else if (ours !== null && theirs !== null && typeof ours === 'object' && typeof theirs === 'object') {
    expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
    for (const [key, value] of Object.entries(ours))
      expectClose(value, (theirs as Record<string, unknown>)[key], relative);
  } else expect(ours).toEqual(theirs);
}

group('as numpy and scipy have it', () => {
  test.each(asked.rows.map((row, at) => [at, row] as const))('row %i', (at, row) => {
    expectClose(describe(row), answers.rows[at]);
  });

  test.each(asked.pairs.map((pair, at) => [at, ...pair] as const))('pair %i', (at, a, b) => {
    const { u, p, estimate, interval } = answers.pairs[at] ?? {};
    const test = mannWhitney(a, b);
    expect(test?.u).toBe(u);
    expectClose(test?.p, p);
    const shift = hodgesLehmann(a, b);
    expectClose(shift?.estimate, estimate);
    if (a.length + b.length <= 30 && answers.pairs[at]?.tied === false)
      expectClose(shift?.interval, interval);
  });

  it('critical values of t and of the normal distribution', () => {
    expectClose(
      asked.degrees.map((degrees) => asked.tails.map((share) => tCritical(degrees, share))),
      answers.t,
    );
    expectClose(
      asked.tails.map((share) => normalCritical(share)),
      answers.z,
    );
  });
});

it('returns null without values, and no spread for a single one', () => {
  expect(describe([])).toBeNull();
  expect(mannWhitney([], [1])).toBeNull();
  expect(hodgesLehmann([1], [])).toBeNull();
  expect(describe([4])).toMatchObject({ n: 1, mean: 4, sd: null, interval: null, p99: 4 });
});

it('includes outliers in the statistics and counts them', () => {
  expect(describe([1, 2, 3, 4, 100])).toMatchObject({ outliers: 1, max: 100, mean: 22 });
});

// Differences of logarithms of whole numbers, of which some are neighboring numbers: the search for them did not end.
it('finds differences that are equal but for the rounding of their last bit', () => {
  const logs = (...counts: number[]) => counts.map(Math.log);
  const shift = hodgesLehmann(logs(2, 3, 3, 4, 4), logs(4, 4, 4, 6, 6));
  expect(shift?.interval?.high).toBeCloseTo(Math.log(2), 14);
});

it('finds the same median difference for many values as for few, without listing all pairs', () => {
  const values = (count: number, by: number) =>
    Array.from({ length: count }, (_, i) => ((i * 7919) % count) + by);
  const shift = hodgesLehmann(values(3000, 0), values(3000, 12.5));
  expect(shift?.estimate).toBe(12.5);
  expect(shift?.interval?.low).toBeLessThan(12.5);
  expect(shift?.interval?.high).toBeGreaterThan(12.5);
});

it('computes a bootstrap interval that contains the median and is reproducible from the seed', () => {
  const row = asked.rows[6] ?? [];
  const interval = bootstrapInterval([row], median);
  expect(interval?.low).toBeLessThan(median(row));
  expect(interval?.high).toBeGreaterThan(median(row));
  expect(bootstrapInterval([row], median)).toEqual(interval);
  expect(bootstrapInterval([row], median, { seed: 2 })).not.toEqual(interval);
  const ratio = bootstrapInterval([row, row.map((value) => value * 2)], (a, b) => median(b) / median(a));
  expect(ratio?.low).toBeLessThan(2);
  expect(ratio?.high).toBeGreaterThan(2);
  expect(bootstrapInterval([[1]], median)).toBeNull();
});

it('computes the same statistics from a stream of values', () => {
  const row = asked.rows[8] ?? [];
  const running = new Running();
  expect(running.mean).toBeNull();
  for (const value of row) running.add(value);
  const { n, mean, sd, min, max } = running;
  expectClose(
    { n, mean, sd, min, max },
    Object.fromEntries(
      Object.entries(answers.rows[8] ?? {}).filter(([key]) =>
        ['n', 'mean', 'sd', 'min', 'max'].includes(key),
      ),
    ),
  );
});
