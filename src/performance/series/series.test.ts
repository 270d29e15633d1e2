import { expect, test } from 'vitest';
import {
  completeRole,
  lines,
  monotonic,
  RunFolder,
  runOf,
  trial,
} from '../../../tests/fixtures/run-folder.js';
import { Performance } from '../opening/index.js';
import { Buckets } from './buckets.js';
import { readSeries } from './read-series.js';

test('a bucket keeps the minimum, maximum and mean of its values', () => {
  const buckets = new Buckets(1);
  for (const [time, value] of [
    [2.1, 5],
    [0.2, 1],
    [0.9, 9],
    [0.5, 2],
  ] as const)
    buckets.add(time, value, 1);
  expect(buckets.points()).toEqual([
    { timeS: 0.5, part: 1, min: 1, mean: 4, max: 9, n: 3 },
    { timeS: 2.5, part: 1, min: 5, mean: 5, max: 5, n: 1 },
  ]);
});

test('a peak of one sample among 100,000 is still there', () => {
  const buckets = new Buckets(10);
  for (let index = 0; index < 100_000; index += 1) buckets.add(index / 10, index === 54_321 ? 7 : 1, 1);
  expect(buckets.points()).toHaveLength(1000);
  expect(Math.max(...buckets.points().map(({ max }) => max))).toBe(7);
});

test('gauges are unchanged; counters become rates that restart with each trial', async () => {
  const folder = await RunFolder.make(
    runOf({ placement: [{ role: 'client', rank: 0, device: 'nano2' }], trials: [trial(1), trial(2)] }),
  );
  const samples = (from: number) =>
    lines(
      [0, 1, 2].map((second) => ({
        monotonic_s: monotonic(from + second),
        cpu_percent: 10 * second,
        network_sent_bytes: 1000 * second * second,
      })),
    );
  await folder.role(1, 'client', completeRole({ samples: samples(1) }));
  await folder.role(2, 'client', completeRole({ samples: samples(11) }));
  const performance = await Performance.open(folder.path);
  const series = await readSeries(performance.run, performance.table('samples'), 60);
  expect(series.map(({ device, instance, metric, unit }) => [device, instance, metric, unit])).toEqual([
    ['nano2', 'client-0', 'cpu_percent', '%'],
    ['nano2', 'client-0', 'network_sent_bytes', 'bytes/s'],
  ]);
  expect(series[0]?.points.map(({ part, mean }) => [part, mean])).toEqual([
    ...[0, 10, 20].map((mean) => [1, mean]),
    ...[0, 10, 20].map((mean) => [2, mean]),
  ]);
  expect(series[1]?.points.map(({ part, mean }) => [part, mean])).toEqual([
    [1, 1000],
    [1, 3000],
    [2, 1000],
    [2, 3000],
  ]);
});

test('a role that is on several devices, as in a job, has a series on each', async () => {
  const on = (device: string) => [{ role: 'client', rank: 0, device }];
  const trials = ['nano2', 'nano1'].map((device, at) => trial(at + 1, { placement: on(device) }));
  const folder = await RunFolder.make(runOf({ placement: [...on('nano2'), ...on('nano1')], trials }));
  for (const number of [1, 2]) {
    const samples = lines([{ monotonic_s: monotonic(1), cpu_percent: 10 * number }]);
    await folder.role(number, 'client', completeRole({ samples }));
  }
  const performance = await Performance.open(folder.path);
  const series = await readSeries(performance.run, performance.table('samples'), 60);
  expect(series.map(({ device, points }) => [device, points.map(({ mean }) => mean)])).toEqual([
    ['nano2', [10]],
    ['nano1', [20]],
  ]);
});
