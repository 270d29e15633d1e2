import { expect, test } from 'vitest';
import type { Combination } from '../../index.js';
import { barsText, digits, outcomesText } from './outcomes.js';
import { seriesText } from './series.js';
import { glyphsFor } from './charts.js';

const described = (mean: number, half: number | null): Combination['outcomes'][number]['overRepeats'] => ({
  n: half === null ? 1 : 5,
  mean,
  sd: null,
  median: mean,
  p90: mean,
  p95: mean,
  p99: mean,
  interval: half === null ? null : { low: mean - half, high: mean + half },
  min: mean,
  max: mean,
  outliers: 0,
});

function combination(
  split: number,
  quantities: Record<string, number>,
  half: number | null = null,
): Combination {
  return {
    role: 'client',
    parameters: { split, codec: 'raw' },
    trials: half === null ? [1] : [1, 2, 3, 4, 5],
    outcomes: Object.entries(quantities).map(([quantity, mean]) => ({
      quantity,
      medians: [mean],
      meanOfRows: mean,
      overRepeats: described(mean, half),
      withinRepeat: described(mean, null),
    })),
  };
}

test('one line per combination; repeats give an interval', () => {
  const text = outcomesText(
    [combination(0, { total_ms: 62.125 }, 1.234), combination(9, { total_ms: 5 })],
    80,
  );
  expect(text.split('\n')).toEqual([
    'Results of client (mean of the medians of the repeats, +- half the 95 % interval):',
    'split  codec  repeats  total_ms',
    '0      raw    5        62.13 +- 1.2',
    '9      raw    1        5',
  ]);
});

test('columns too wide for the terminal go to a table below', () => {
  const wide = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`quantity_${at}_ms`, at]));
  const text = outcomesText([combination(0, wide)], 60);
  expect(
    Math.max(
      ...text
        .split('\n')
        .slice(1)
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(60);
  for (const name of Object.keys(wide)) expect(text).toContain(name);
  expect(text.match(/^split {2}codec/gm)).toHaveLength(4);
});

test('bars of the main quantity; with one combination there is nothing to compare', () => {
  const glyphs = glyphsFor({});
  const both = [combination(0, { head_ms: 1, total_ms: 10 }), combination(9, { head_ms: 9, total_ms: 5 })];
  expect(barsText(both, 41, glyphs).split('\n')).toEqual([
    'total_ms of client:',
    'split=0 codec=raw  ########## 10',
    'split=9 codec=raw  ##### 5',
  ]);
  expect(barsText(both.slice(0, 1), 80, glyphs)).toBe('');
  expect(barsText(both, 40, glyphs).split('\n')).toEqual([
    'total_ms of client:',
    'split=0 codec=raw',
    `  ${'#'.repeat(26)} 10`,
    'split=9 codec=raw',
    `  ${'#'.repeat(13)} 5`,
  ]);
});

test('series: from the first sample to the last, with the greatest value and its unit', () => {
  const point = (timeS: number, mean: number) => ({ timeS, part: 1, min: 0, mean, max: mean * 2 });
  const one = { device: 'nano2', instance: 'client-0' };
  const all = [
    { ...one, metric: 'cpu_percent', unit: '%', points: [point(100, 0), point(102, 50)] },
    { ...one, metric: 'network_sent_bytes', unit: 'bytes/s', points: [point(101, 1000)] },
    { ...one, metric: 'processes', unit: 'count', points: [point(101, 0)] },
  ];
  const draw = (width: number) => seriesText(all, width, glyphsFor({ LANG: 'C.UTF-8' }));
  const text = draw(69);
  expect(text.split('\n')).toEqual([
    'From second 100 of the run to second 102:',
    'nano2  client-0  cpu_percent         ▁        █  up to 100 %',
    'nano2  client-0  network_sent_bytes       █      up to 2.0 kB/s',
  ]);
  for (const line of draw(40).split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(40);
});

test.each([
  [0, '0'],
  [1234.5, '1235'],
  [0.123456, '0.1235'],
  [0.00001234, '0.0000123'],
  [-5.5, '-5.5'],
])('%d is shown as %s', (value, expected) => {
  expect(digits(value)).toBe(expected);
});
