import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onlyClient, rowsOf } from '../../../tests/fixtures/performance-bed.js';
import {
  completeRole,
  lines,
  monotonic,
  RunFolder,
  runOf,
  trial,
} from '../../../tests/fixtures/run-folder.js';
import { compareRuns, Performance, writeReport } from '../../index.js';
import { compareText } from './comparison.js';
import { outcomesText } from './outcomes.js';

/** A run of as many repeats as there are lists of `total_ms`. */
async function runWith(id: string, repeats: readonly (readonly number[])[]): Promise<string> {
  const trials = repeats.map((_, at) => trial(at + 1, { repeat: at, parameters: {} }));
  const folder = await RunFolder.make(runOf({ run_id: id, placement: onlyClient, trials }), undefined, id);
  for (const [at, values] of repeats.entries()) {
    const rows = values.map((ms, row) => ({ total_ms: ms, monotonic_s: monotonic(row / 1000) }));
    await folder.role(at + 1, 'client', completeRole({ results: lines(rows) }));
  }
  return folder.path;
}

/** Every place that shows the figure of `total_ms`. */
async function figures(path: string, other: string) {
  const performance = await Performance.open(path);
  const text = outcomesText(performance.first, 100);
  const [summary] = (await rowsOf(performance.table('summary'))).filter(
    ({ metric }) => metric === 'total_ms',
  );
  const pair = compareRuns(await Performance.open([path, other]));
  const compared = pair.metrics.find(({ metric }) => metric === 'total_ms');
  const dir = await mkdtemp(join(tmpdir(), 'collab-figures-'));
  const written = async (format: string) =>
    readFile((await writeReport(performance, format, dir, { tables: ['summary'] })).files[0] ?? '', 'utf8');
  const document = JSON.parse(await written('json')) as { summary: Record<string, unknown>[] };
  const csv = (await written('csv')).split('\n').map((line) => line.split(','));
  const row = csv.find((cells) => cells.includes('total_ms')) ?? [];
  return {
    text,
    summary,
    compared,
    compareText: compareText(pair, { all: false, width: 120 }),
    html: (await written('html')).replace(/<[^>]+>/g, ' '),
    json: document.summary.find(({ metric }) => metric === 'total_ms')?.median_of_repeats,
    csv: row[csv[0]?.indexOf('median_of_repeats') ?? -1],
  };
}

/** Two sources that take turns: a sample of every second row would see only one of them. */
const turns = (rows: number, low = 10, high = 100) =>
  Array.from({ length: rows }, (_, at) => (at % 2 === 0 ? low : high));

test('two sources that take turns over 5,000 rows: one repeat has the same median in every place', async () => {
  const found = await figures(
    await runWith('20261121-125301-aaaa', [turns(5000)]),
    await runWith('20261121-125302-bbbb', [turns(5000)]),
  );
  expect(found.text.split('\n').slice(1)).toEqual(['repeats  n     total_ms', '1        5000  55']);
  expect(found.summary).toMatchObject({ median: 55, median_of_repeats: 55, n: 5000, percentiles: 'exact' });
  expect(found.compared).toMatchObject({ a: 55, b: 55 });
  expect(found.compareText).toMatch(/client +total_ms +55 +55 /);
  expect(found.html).toMatch(/total_ms\s+1\s+5000\s+–\s+55\s/);
  expect([found.json, found.csv]).toEqual([55, '55']);
});

test('five repeats: every place has the mean of their medians, with the same interval', async () => {
  const repeats = [
    turns(5000),
    turns(5000, 12),
    turns(5001, 57, 57),
    turns(4999, 10, 106),
    turns(1000, 68, 70),
  ];
  const found = await figures(
    await runWith('20261121-125301-cccc', repeats),
    await runWith('20261121-125302-dddd', [...repeats].reverse()),
  );
  // The fourth has one more row of 10 than of 106. The median of all rows is another number.
  const medians = [55, 56, 57, 10, 69];
  const mean = medians.reduce((sum, one) => sum + one) / 5;
  expect(mean).toBeCloseTo(49.4, 12);
  expect(found.text).toMatch(/^5 +21000 +49\.4 \+- 28$/m);
  expect(found.summary).toMatchObject({ median_of_repeats: expect.closeTo(49.4, 12) as number, repeats: 5 });
  expect(found.summary?.median_of_repeats_ci95_low).toBeCloseTo(49.4 - 28.2407, 3);
  expect(found.compared?.a).toBeCloseTo(49.4, 12);
  expect(found.compared?.b).toBeCloseTo(49.4, 12);
  expect(found.html).toMatch(/total_ms\s+5\s+21000\s+–\s+49\.4\s+21\.\d+ to 77\.\d+\s/);
  expect(found.json).toBeCloseTo(49.4, 12);
  expect(Number(found.csv)).toBeCloseTo(49.4, 12);
});
