import { expect, it } from 'vitest';
import {
  completeRole,
  lines,
  monotonic,
  RunFolder,
  runOf,
  trial,
} from '../../../tests/fixtures/run-folder.js';
import { Performance } from '../opening/index.js';
import { resultMedians } from './result-medians.js';

const results = (...rows: Record<string, unknown>[]) =>
  completeRole({ results: lines(rows.map((row, at) => ({ ...row, monotonic_s: monotonic(at) }))) });

it('gives the median of each quantity by parameter values, over repeats and without warm-ups', async () => {
  const run = runOf({
    trials: [
      trial(1, { parameters: { split: 4 }, warmup: true }),
      trial(2, { parameters: { split: 4 } }),
      trial(3, { parameters: { split: 4 }, repeat: 1 }),
      trial(4, { parameters: { split: 9 } }),
    ],
  });
  const folder = await RunFolder.make(run);
  await folder.role(1, 'client', results({ total_ms: 9000, predicted_class: 1 }));
  await folder.role(
    2,
    'client',
    results({ total_ms: 10, predicted_class: 7 }, { total_ms: 30, predicted_class: 8 }),
  );
  await folder.role(3, 'client', results({ total_ms: 20, predicted_class: 7 }));
  await folder.role(4, 'client', results({ total_ms: 1, note_ms: 'slow' }, { total_ms: 2, note_ms: 3 }));
  expect(resultMedians(await Performance.open(folder.path))).toEqual([
    { parameters: { split: 4 }, role: 'client', rows: 3, medians: { total_ms: 20 } },
    { parameters: { split: 9 }, role: 'client', rows: 2, medians: { total_ms: 1.5 } },
  ]);
});

it('distinguishes parameters with the names of columns', async () => {
  const run = runOf({
    trials: [
      trial(1, { parameters: { samples: 1, rank: 'low' } }),
      trial(2, { parameters: { samples: 2, rank: 'low' } }),
    ],
  });
  const folder = await RunFolder.make(run);
  await folder.role(1, 'client', results({ total_ms: 101 }));
  await folder.role(2, 'client', results({ total_ms: 201 }));
  expect(resultMedians(await Performance.open(folder.path))).toEqual([
    { parameters: { samples: 1, rank: 'low' }, role: 'client', rows: 1, medians: { total_ms: 101 } },
    { parameters: { samples: 2, rank: 'low' }, role: 'client', rows: 1, medians: { total_ms: 201 } },
  ]);
});
