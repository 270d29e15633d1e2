import { expect, test } from 'vitest';
import { described } from '../../../tests/fixtures/described.js';
import type { Combination } from '../../index.js';
import { barsText, digits, outcomesText } from './outcomes.js';
import { seriesText } from './series.js';
import { glyphsFor } from './charts.js';

const nothing = {
  values: 0,
  kinds: { text: 0, 'not finite': 0, empty: 0, 'true or false': 0, nested: 0 },
  examples: [],
};
const recorded = (combinations: Combination[]) => ({ combinations, leftOut: [], withoutStatistics: [] });

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
      unit: null,
      n: 40,
      exact: true,
      leftOut: nothing,
      medians: [mean],
      meanOfRows: mean,
      overRepeats: described(mean, half),
      withinRepeat: described(mean, null),
    })),
  };
}

test('one line per combination; repeats give an interval', () => {
  const text = outcomesText(
    recorded([combination(0, { total_ms: 62.125 }, 1.234), combination(9, { total_ms: 5 })]),
    80,
  );
  expect(text.split('\n')).toEqual([
    'Results of client (mean of the medians of the repeats, +- half the 95 %',
    'interval):',
    'split  codec  repeats  n   total_ms',
    '0      raw    5        40  62.13 +- 1.2',
    '9      raw    1        40  5',
  ]);
});

test('a small value keeps its digits, and a figure of fewer repeats or values says so', () => {
  const one = combination(0, { delay_s: 3e-9, loss: 1000.123, left_ms: 7 }, 2.2e-11);
  const [delay, loss, left] = one.outcomes;
  if (delay === undefined || loss === undefined || left === undefined) throw new Error('no outcomes');
  const fewer = {
    ...loss,
    n: 32,
    overRepeats: { ...loss.overRepeats, n: 4, interval: { low: 1000.121, high: 1000.125 } },
  };
  const leftOut = { values: 8, kinds: { ...nothing.kinds, text: 8 }, examples: ['timeout'] };
  const text = outcomesText(
    {
      combinations: [{ ...one, outcomes: [delay, fewer, { ...left, n: 32, leftOut }] }],
      leftOut: [
        {
          role: 'client',
          of: 'results',
          metric: 'left_ms',
          parameters: { split: 0 },
          n: 32,
          leftOut,
          missingTrials: [],
          silentTrials: [],
          shortTrials: [],
        },
        {
          role: 'client',
          of: 'results',
          metric: 'loss',
          parameters: {},
          n: 32,
          leftOut: nothing,
          missingTrials: [5],
          silentTrials: [],
          shortTrials: [],
        },
      ],
      withoutStatistics: [{ role: 'client', column: 'frame', reason: 'identifier', rows: 40 }],
    },
    120,
  );
  expect(text.split('\n').slice(1)).toEqual([
    'split  codec  repeats  n   delay_s          loss                                 left_ms',
    '0      raw    5        40  3e-9 +- 2.2e-11  1000.123 +- 0.002 (4 repeats, n=32)  7 +- 2.2e-11 (n=32) *',
    "  * left_ms at split=0: 8 of 40 values are in no figure: 8 text ('timeout').",
    '  * loss: no value in trial 5.',
    '  Without statistics: frame (identifier, 40 rows).',
  ]);
});

test.each([80, 40])('what is in no figure is wrapped at %i columns', (width) => {
  const part = { role: 'client', of: 'results', metric: 'left_ms', parameters: { split: 0 }, n: 32 } as const;
  const leftOut = { values: 8, kinds: { ...nothing.kinds, text: 8 }, examples: ['timeout', 'lost'] };
  const missing = {
    missingTrials: Array.from({ length: 20 }, (_, at) => at),
    silentTrials: [],
    shortTrials: [],
  };
  const text = outcomesText(
    {
      combinations: [combination(0, { a_ms: 1 }, 2)],
      leftOut: [{ ...part, leftOut, ...missing }],
      withoutStatistics: ['frame', 'image', 'message', 'class'].map((column, at) => ({
        role: 'client',
        column,
        reason: 'identifier',
        rows: at + 1,
      })),
    },
    width,
  );
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
  expect(text.replaceAll(/\s+/g, ' ')).toContain(
    'Without statistics: frame (identifier, 1 row), image (identifier, 2 rows)',
  );
});

test('columns too wide for the terminal move to a table below', () => {
  const wide = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`quantity_${at}_ms`, at]));
  const text = outcomesText(recorded([combination(0, wide)]), 60);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
  for (const name of Object.keys(wide)) expect(text).toContain(name);
  expect(text.match(/^split {2}codec/gm)).toHaveLength(4);
});

test('shows bars of the main quantity, unless there is only one combination', () => {
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

test('series run from the first to the last sample, with the maximum and its unit', () => {
  const point = (timeS: number, mean: number) => ({ timeS, part: 1, min: 0, mean, max: mean * 2, n: 1 });
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
  [0.00001234, '0.00001234'],
  [3e-9, '3e-9'],
  [-5.5, '-5.5'],
])('%d is shown as %s', (value, expected) => {
  expect(digits(value)).toBe(expected);
});
