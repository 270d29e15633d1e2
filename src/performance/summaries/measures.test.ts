import { expect, it, test } from 'vitest';
import { onlyClient, rowsOf } from '../../../tests/fixtures/performance-bed.js';
import { completeRole, lines, RunFolder, runOf, trial } from '../../../tests/fixtures/run-folder.js';
import { Performance } from '../opening/index.js';
import { numberText, spreadText } from './number-text.js';

type Texts = string | Record<string, unknown>[];

/** A client's rows, by trial; text as it is. */
async function opened(trials: ReturnType<typeof trial>[], ...rows: Texts[]): Promise<Performance> {
  const folder = await RunFolder.make(runOf({ placement: onlyClient, trials }));
  for (const [at, own] of rows.entries())
    await folder.role(
      at + 1,
      'client',
      completeRole({ results: typeof own === 'string' ? own : lines(own) }),
    );
  return Performance.open(folder.path);
}
const figuresOf = ({ combinations }: Performance) =>
  combinations.map(({ parameters, outcomes }) => [
    parameters,
    Object.fromEntries(outcomes.map(({ quantity, overRepeats, n }) => [quantity, [overRepeats.mean, n]])),
  ]);

it('has the figure of each quantity by parameter values, over repeats and without warm-ups', async () => {
  const at = (split: number, change = {}) => ({ parameters: { split }, ...change });
  const performance = await opened(
    [trial(1, at(4, { warmup: true })), trial(2, at(4)), trial(3, at(4, { repeat: 1 })), trial(4, at(9))],
    [{ total_ms: 9000 }],
    [{ total_ms: 10 }, { total_ms: 31 }],
    [{ total_ms: 22 }],
    [{ total_ms: 1 }, { total_ms: 2 }],
  );
  expect(figuresOf(performance)).toEqual([
    [{ split: 4 }, { total_ms: [(20.5 + 22) / 2, 3] }],
    [{ split: 9 }, { total_ms: [1.5, 2] }],
  ]);
});

test('every column of numbers has statistics, with or without a unit; the others are named with the reason', async () => {
  const row = { accuracy: 0.5, time_s: 3, loss_2: 7, frame: 1, predicted_class: 4, split: 4, monotonic_s: 9 };
  const performance = await opened(
    [trial(1)],
    [{ ...row, model: 'a', ok: true, list: [1], gone: null, nan: null }],
  );
  expect(figuresOf(performance)).toEqual([
    [
      { split: 4, codec: 'raw' },
      { accuracy: [0.5, 1], time_s: [3, 1], loss_2: [7, 1] },
    ],
  ]);
  const named = performance.first.withoutStatistics.map(({ column, reason, rows }) => [column, reason, rows]);
  expect(named).toEqual([
    ['frame', 'identifier', 1],
    ['predicted_class', 'identifier', 1],
    ['split', 'parameter', 1],
    ['model', 'text', 1],
    ['ok', 'true or false', 1],
    ['list', 'nested', 1],
    ['gone', 'empty', 1],
    ['nan', 'empty', 1],
  ]);
  const summary = await rowsOf(performance.table('summary'));
  expect(summary.find(({ metric }) => metric === 'accuracy')).toMatchObject({
    unit: null,
    median: 0.5,
    n: 1,
  });
});

test('a column that counts the rows of each trial is a row number; one with a unit, or that skips, is a quantity', async () => {
  const rows = [0, 1, 2].map((at) => ({
    message: at,
    sent_bytes: at,
    skips: 2 * at,
    once: at === 1 ? 7 : null,
  }));
  const repeats = [1, 2].map((number) => trial(number, { repeat: number - 1 }));
  const performance = await opened(repeats, rows, rows);
  expect(figuresOf(performance)).toEqual([
    [expect.anything(), { sent_bytes: [1, 6], skips: [2, 6], once: [7, 2] }],
  ]);
  const named = performance.first.withoutStatistics.map(({ column, reason, rows: all }) => [
    column,
    reason,
    all,
  ]);
  expect(named).toEqual([['message', 'row number', 6]]);
});

test('values that are not numbers are counted by kind, and the statistics are of the others', async () => {
  const rows = [
    ...Array.from({ length: 6 }, () => ({ total_ms: 10 })),
    { total_ms: 'timeout' },
    { total_ms: 'timeout' },
    { total_ms: null },
    { total_ms: null, _not_finite: { total_ms: 'NaN' } },
    { total_ms: true },
    { total_ms: [1] },
  ];
  const performance = await opened([trial(1)], `${lines(rows)}{"total_ms":Infinity}\n`);
  const [summary] = (await rowsOf(performance.table('summary'))).filter(
    ({ metric }) => metric === 'total_ms',
  );
  expect(summary).toMatchObject({
    n: 6,
    mean: 10,
    left_out: 7,
    left_out_values: "2 text ('timeout'), 2 not finite, 1 empty, 1 true or false, 1 nested",
  });
  expect(performance.table('results').columns).not.toContain('_not_finite');
});

test('a combination whose values are all text has a line in the summary', async () => {
  const at = (split: number) => ({ parameters: { split } });
  const performance = await opened(
    [trial(1, at(1)), trial(2, at(2))],
    [{ total_ms: 5 }],
    [{ total_ms: 'lost' }, { total_ms: 'lost' }],
  );
  const rows = (await rowsOf(performance.table('summary'))).filter(({ metric }) => metric === 'total_ms');
  expect(rows).toEqual([
    expect.objectContaining({ split: 1, n: 1, left_out: 0, median_of_repeats: 5 }),
    expect.objectContaining({ split: 2, n: 0, left_out: 2, left_out_values: "2 text ('lost')", mean: null }),
  ]);
});

test('a repeat without a value is named', async () => {
  const repeats = [1, 2, 3].map((number) => trial(number, { repeat: number - 1 }));
  const performance = await opened(repeats, [{ a_ms: 1, b_ms: 1 }], [{ a_ms: 2 }], [{ a_ms: 3, b_ms: 5 }]);
  expect(performance.first.leftOut).toMatchObject([{ metric: 'b_ms', n: 2, missingTrials: [2] }]);
});

test('a combination at which a role recorded nothing stays in view', async () => {
  const at = (split: number) => ({ parameters: { split } });
  const performance = await opened([trial(1, at(1)), trial(2, at(2))], [{ total_ms: 5 }], '');
  expect(figuresOf(performance)).toEqual([
    [{ split: 1 }, { total_ms: [5, 1] }],
    [{ split: 2 }, {}],
  ]);
  expect(performance.first.leftOut).toMatchObject([
    { metric: 'total_ms', parameters: { split: 2 }, n: 0, missingTrials: [2], silentTrials: [2] },
  ]);
  const rows = (await rowsOf(performance.table('summary'))).filter(({ metric }) => metric === 'total_ms');
  expect(rows.map(({ split, n, left_out: leftOut }) => [split, n, leftOut])).toEqual([
    [1, 1, 0],
    [2, 0, 0],
  ]);
});

test('one integer above 2^53 among others; times in nanoseconds with their spread', async () => {
  const text = [1, 2, 3]
    .map(
      (at) =>
        `{"sent_bytes":${at === 2 ? '9007199254740993' : at},"at_ns":${1763729581123456789n + BigInt(at)}}\n`,
    )
    .join('');
  const performance = await opened([trial(1)], text);
  const of = async (name: string) =>
    (await rowsOf(performance.table('summary'))).find(({ metric }) => metric === name);
  expect(await of('sent_bytes')).toMatchObject({
    n: 3,
    median: 3,
    max: Number(9007199254740993n),
    left_out: 0,
  });
  expect(await of('at_ns')).toMatchObject({ n: 3, sd: 1, median: Number(1763729581123456791n), unit: 'ns' });
  const results = await rowsOf(performance.table('results'));
  const [from = 0n, , to = 0n] = results.map(({ at_ns: ns }) => ns as bigint);
  expect(to - from).toBe(2n);
  const { columns, types } = performance.table('results');
  expect([types[columns.indexOf('at_ns')], types[columns.indexOf('sent_bytes')]]).toEqual([
    'integer',
    'integer',
  ]);
});

test.each([
  [62.125, 1.234, '62.13 +- 1.2'],
  [3e-9, 2.2e-11, '3e-9 +- 2.2e-11'],
  [3.14159e-9, 2.2e-13, '3.14159e-9 +- 2.2e-13'],
  [1000.12345, 0.0021, '1000.1235 +- 0.0021'],
  [12345.678, 12, '12346 +- 12'],
  [12345.678, 0, '12345.678 +- 0'],
  [0, 0.5, '0 +- 0.5'],
  [-5.5, 130.4, '-5.5 +- 130'],
  [1.763729581123456e18, 1000, '1763729581123456000 +- 1000'],
])('%d with half an interval of %d reads as %s', (value, half, expected) => {
  expect(spreadText(value, half)).toBe(expected);
});

test.each([
  [1234.5, '1235'],
  [1e-300, '1e-300'],
  [-0.000012346, '-0.00001235'],
  [0, '0'],
])('%d reads as %s', (value, expected) => {
  expect(numberText(value)).toBe(expected);
});
