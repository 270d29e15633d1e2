import { expect, test } from 'vitest';
import { describe as describeValues } from '../../../statistics/index.js';
import type { Combination } from '../../../summaries/index.js';
import { markerPath, mostLooks, ticksBetween, ticksOver } from '../drawing/index.js';
import { chartsOf, hatches, outcomeChart, stackedChart, varying } from './index.js';

/** What a client recorded: the medians of the repeats of each combination. */
function combination(
  parameters: Combination['parameters'],
  medians: number[],
  quantity = 'total_ms',
): Combination {
  const overRepeats = describeValues(medians);
  if (overRepeats === null) throw new Error('no values');
  const leftOut = { values: 0 } as Combination['outcomes'][number]['leftOut'];
  const outcome = {
    quantity,
    unit: 'ms',
    medians,
    overRepeats,
    meanOfRows: overRepeats.mean,
    withinRepeat: overRepeats,
  };
  return {
    role: 'client',
    parameters,
    trials: medians.map((_, at) => at),
    outcomes: [{ ...outcome, n: medians.length, exact: true, leftOut }],
  };
}

const chartOf = (all: Combination[], parameter: string, quantity = 'total_ms') =>
  outcomeChart('client', all, parameter, quantity, 'small').text;
const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

test('numbers are joined by lines; names, also those that are numbers, are points', () => {
  const numbers = [1, 2, 8].map((batch) => combination({ batch }, [batch, batch + 1]));
  expect(count(chartOf(numbers, 'batch'), /class="line"/g)).toBe(1);
  for (const [name, values] of [
    ['codec', ['raw', 'zlib', 'jpeg']],
    ['seed', [1, 2, 8]],
    ['fast', [true, false]],
  ] as const) {
    const chart = chartOf(
      values.map((value) => combination({ [name]: value }, [3, 4])),
      name,
    );
    expect(count(chart, /class="line"/g), name).toBe(0);
    expect(count(chart, /class="marker"/g), name).toBe(values.length);
    expect(count(chart, /class="whisker"/g), name).toBe(values.length);
  }
});

test('title, axes with units, and a caption that is true of the repeats', () => {
  const chart = (...repeats: number[][]) =>
    chartOf(
      repeats.map((medians, at) => combination({ size_bytes: at }, medians)),
      'size_bytes',
    );
  const several = chart([3, 4, 5], [4, 5, 6]);
  expect(several).toContain('<figcaption>total_ms against size_bytes, recorded by client</figcaption>');
  expect(several).toMatch(/class="axis"[^>]*>\s*total \(ms\)/);
  expect(several).toMatch(/class="axis"[^>]*>\s*size \(bytes\)/);
  expect(several).toContain(
    'Points: means of the medians of 3 repeats. Whiskers: 95 % intervals (Student’s t).',
  );
  expect(chart([3], [4])).toContain('Points: medians of the rows of the one repeat, which has no interval.');
  expect(chart([3], [4])).not.toContain('class="whisker"');
  expect(chart([3], [4, 5])).toContain(
    'of 1 to 2 repeats. Whiskers: 95 % intervals (Student’s t), where there are several repeats.',
  );
});

test('bytes of an axis have one unit for all of its numbers', () => {
  const chart = chartOf(
    [900, 2_100_000].map((bytes, split) => combination({ split }, [bytes, bytes], 'sent_bytes')),
    'split',
    'sent_bytes',
  );
  expect(chart).toMatch(/class="axis"[^>]*>\s*sent \(MB\)/);
  expect(chart).toMatch(/text-anchor="end"[^>]*>\s*2.5</);
});

test('every series of a chart has a marker of its own, with the same one in the legend, and the caption says what is cut', () => {
  const all = Array.from({ length: 10 }, (_, at) =>
    [1, 2].map((batch) => combination({ batch, codec: `c${at}` }, [at, at])),
  ).flat();
  const chart = chartOf(all, 'batch');
  const legend = [
    ...chart.matchAll(
      /class="s(\d)"\s*><path class="line" d="M0 7H28"\s*\/><path class="marker" d="([^"]+)"/g,
    ),
  ];
  expect(legend.map(([, look]) => look)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  expect(new Set(legend.map(([, , path]) => path)).size).toBe(mostLooks);
  expect(chart).toContain('The first 8 of 10 series; the table has all of them.');
});

test('names that do not fit side by side are at a slant, and shortened only where they would leave the chart', () => {
  const names = ['a', 'b'].map((one) => `quantized-${one}-with-a-long-explanation-of-itself`);
  const chart = chartOf(
    names.map((codec) => combination({ codec }, [3, 4])),
    'codec',
  );
  for (const name of names) expect(chart).toContain(`<title>${name}</title>`);
  expect(count(chart, /rotate\(-30/g)).toBe(2);
  expect(
    chartOf([combination({ codec: 'raw' }, [1, 2]), combination({ codec: 'zlib' }, [1, 2])], 'codec'),
  ).not.toContain('rotate(-30');
});

test('a stacked bar has the mean that it stands for at its end, also if its parts do not add up to it exactly', () => {
  const chart = stackedChart({
    title: 'Title',
    caption: 'Caption',
    words: 'total',
    unit: 'ms',
    labels: 'split',
    parts: [
      { name: 'head_ms', look: 's0' },
      { name: 'tail_ms', look: 's1' },
    ],
    bars: [{ label: '4', values: [60, 41], total: 100 }],
  }).text;
  expect(chart).toMatch(/class="value"[^>]*>\s*100 ms/);
  expect(chart).toContain('split 4: head_ms 60, tail_ms 41 ms.');
});

test('charts over time are divided where lines would look the same', () => {
  const series = Array.from({ length: 10 }, (_, at) => ({
    device: 'nano1',
    instance: `worker-${at}`,
    metric: 'cpu_percent',
    unit: '%',
    points: [{ timeS: 1, part: 1, min: 1, mean: 2, max: 3, n: 1 }],
  }));
  expect(chartsOf(series).map(({ title, words, series: own }) => [title, words, own.length])).toEqual([
    ['CPU (1 of 2)', 'CPU', 8],
    ['CPU (2 of 2)', 'CPU', 2],
  ]);
  expect(chartsOf(series.slice(0, 8)).map(({ title }) => title)).toEqual(['CPU']);
});

test('each look has a hatching and a marker of its own', () => {
  const drawn = [...hatches().text.matchAll(/class="hatch" d="([^"]*)"/g)]
    .slice(0, mostLooks)
    .map(([, path]) => path);
  expect(new Set(drawn).size).toBe(mostLooks);
  expect(new Set(drawn.map((_, look) => markerPath(look, 5, 5, 4))).size).toBe(mostLooks);
});

test('parameters that vary, those with an order first', () => {
  expect(
    varying([
      { codec: 'raw', seed: 1, split: 1, frames: 9 },
      { codec: 'zlib', seed: 2, split: 2, frames: 9 },
    ]),
  ).toEqual(['split', 'codec', 'seed']);
});

test.each([
  [-3, 12, [-5, -2.5, 0, 2.5, 5, 7.5, 10, 12.5]],
  [0, 0, [0, 1]],
  [-1, 0, [-1, -0.8, -0.6, -0.4, -0.2, 0]],
])('ticks over 0 from %d to %d', (least, greatest, expected) => {
  expect(ticksOver(least, greatest)).toEqual(expected);
});

test('ticks between two values', () => {
  expect(ticksBetween(0.31, 2.04, 5)).toEqual([0.5, 1, 1.5, 2]);
});
