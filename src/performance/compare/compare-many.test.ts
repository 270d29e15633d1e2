import { expect, test } from 'vitest';
import { folderOf, type Shape } from '../../../tests/fixtures/recorded-run.js';
import { Performance } from '../opening/index.js';
import { compareRuns } from './compare.js';
import { compareMany, type ComparisonOfMany, labelOfRun } from './compare-many.js';

async function opened(shapes: readonly Shape[]): Promise<Performance> {
  const folders = [];
  for (const [at, shape] of shapes.entries())
    folders.push(await folderOf({ ...shape, run: { run_id: `r${at}`, ...shape.run } }));
  return Performance.open(folders);
}
const compared = async (...shapes: Shape[]) => compareMany(await opened(shapes));

const six = [10, 11, 12, 13, 14, 15];
const plus = (more: number) => six.map((value) => value + more);
const at = (split: number, total_ms: readonly number[]) => ({ parameters: { split }, values: { total_ms } });
const results = ({ metrics }: ComparisonOfMany) => metrics.filter(({ of }) => of === 'results');
const findings = (comparison: ComparisonOfMany) =>
  results(comparison).map(({ parameters, against }) => [
    parameters,
    ...against.map((one) => one?.finding ?? null),
  ]);

test('each run is compared with the first, and all of them share one correction', async () => {
  const comparison = await compared(
    { recorded: [at(4, six), at(9, six)] },
    { recorded: [at(4, plus(10)), at(9, six)] },
    { recorded: [at(4, plus(-9.5)), at(9, plus(0.25))] },
  );
  expect(comparison.runs.map(({ label, run_id }) => [label, run_id])).toEqual([
    ['A', 'r0'],
    ['B', 'r1'],
    ['C', 'r2'],
  ]);
  expect(findings(comparison)).toEqual([
    [{ split: 4 }, null, 'higher', 'lower'],
    [{ split: 9 }, null, 'none', 'none'],
  ]);
  const [first] = results(comparison);
  expect(first).toMatchObject({ family: 'primary', family_tests: 4 });
  expect(first?.figures.map((one) => [one?.repeats, one?.mean])).toEqual([
    [6, 12.5],
    [6, 22.5],
    [6, 3],
  ]);
  // Both have the smallest p of six against six repeats, 2 / 924; Holm multiplies it by all four tests.
  for (const one of first?.against.slice(1) ?? []) {
    expect(one?.p).toBeCloseTo(2 / 924, 12);
    expect(one?.p_adjusted).toBeCloseTo((4 * 2) / 924, 12);
  }
  expect(comparison.correction).toBe('Holm');
});

test('the ratio is the median of all ratios, and its interval leaves out 1 if the test finds a difference', async () => {
  const twice = six.map((value) => value * 2);
  const [one] = results(
    await compared({ recorded: [at(4, six)] }, { recorded: [at(4, twice)] }, { recorded: [at(4, six)] }),
  );
  const [, b, c] = one?.against ?? [];
  expect(b?.ratio).toBeCloseTo(2, 12);
  expect(b?.ratio_interval?.low).toBeGreaterThan(1);
  expect(c?.ratio).toBeCloseTo(1, 12);
  expect(c?.ratio_interval?.low).toBeLessThan(1);
  expect(c?.ratio_interval?.high).toBeGreaterThan(1);
});

test('a baseline with 0 has differences and no ratio', async () => {
  const [one] = results(
    await compared(
      { recorded: [at(4, [0, 1, 2, 3, 4, 5])] },
      { recorded: [at(4, plus(10))] },
      { recorded: [at(4, plus(0))] },
    ),
  );
  expect(one?.against[1]).toMatchObject({ ratio: null, ratio_interval: null, finding: 'higher' });
  expect(one?.against[1]?.difference).toBe(20);
});

test('two runs are compared as compareRuns does', async () => {
  const performance = await opened([
    { recorded: [at(4, six), at(9, six)] },
    { recorded: [at(4, plus(4)), at(9, plus(1))] },
  ]);
  const [pair, many] = [compareRuns(performance), compareMany(performance)];
  expect(many.correction).toBe('Benjamini-Hochberg');
  expect(many.metrics).toHaveLength(pair.metrics.length);
  for (const [index, one] of pair.metrics.entries()) {
    const { metric, p, p_adjusted, finding, difference, interval, smallest_effect } = one;
    expect(many.metrics[index]).toMatchObject({ metric, figures: [{ mean: one.a }, { mean: one.b }] });
    expect(many.metrics[index]?.against[1]).toMatchObject({
      p,
      p_adjusted,
      finding,
      difference,
      interval,
      smallest_effect,
    });
  }
});

test('runs that each used one value of a parameter differ by it, and are compared at all others', async () => {
  const codec = (name: string, total_ms: readonly number[]) => ({
    recorded: [4, 9].map((split) => ({ parameters: { codec: name, split }, values: { total_ms } })),
  });
  const comparison = await compared(codec('raw', six), codec('zlib', plus(9)), codec('raw', six));
  expect(comparison.runs.map(({ parameters }) => parameters)).toEqual([
    { codec: 'raw' },
    { codec: 'zlib' },
    { codec: 'raw' },
  ]);
  expect(findings(comparison)).toEqual([
    [{ split: 4 }, null, 'higher', 'none'],
    [{ split: 9 }, null, 'higher', 'none'],
  ]);
  expect(comparison.differences).toEqual([
    { about: 'parameters', what: 'codec', values: ['"raw"', '"zlib"', '"raw"'] },
  ]);
});

test('combinations and metrics that are not in all runs are listed, and not compared', async () => {
  const comparison = await compared(
    { recorded: [at(0, six), at(4, six)] },
    { recorded: [at(4, six), at(9, six)] },
    { recorded: [{ parameters: { split: 8 }, values: { energy_j: six } }] },
  );
  expect(findings(comparison)).toEqual([[{ split: 4 }, null, 'none', null]]);
  expect(comparison.combinations).toEqual([
    { parameters: { split: 0 }, runs: [true, false, false] },
    { parameters: { split: 4 }, runs: [true, true, false] },
    { parameters: { split: 9 }, runs: [false, true, false] },
    { parameters: { split: 8 }, runs: [false, false, true] },
  ]);
  expect(comparison.partial).toEqual([
    { role: 'client', metric: 'total_ms', runs: [true, true, false] },
    { role: 'client', metric: 'energy_j', runs: [false, false, true] },
  ]);
});

test('how many repeats so many tests need', async () => {
  const five = six.slice(0, 5);
  const shape = (values: readonly number[]) => ({
    recorded: [0, 4, 9, 12].map((split) => at(split, values)),
  });
  const comparison = await compared(shape(five), shape(five.map((value) => value + 50)), shape(five));
  const [one] = results(comparison);
  // 2 / 252 times 8 tests is above 5 %, 2 / 924 times 8 is not.
  expect(one?.against[1]).toMatchObject({ finding: 'perhaps', smallest_effect: null });
  expect(comparison.needed_repeats).toEqual({ primary: 6, other: null });
});

test('one run is too few', async () => {
  await expect(compared({ recorded: [at(4, six)] })).rejects.toMatchObject({ name: 'too-few-runs' });
});

test('labels of more runs than letters', () => {
  expect([0, 25, 26, 27, 701, 702].map(labelOfRun)).toEqual(['A', 'Z', 'AA', 'AB', 'ZZ', 'AAA']);
});
