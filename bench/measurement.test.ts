import { describe, expect, it } from 'vitest';
import { judge, median, type Measurement } from './measurement.js';
import { benchTable } from './table.js';

const connect: Measurement = {
  what: 'connect',
  unit: 'ms',
  ours: [300, 100, 200],
  peer: { name: 'ssh', values: [1000, 800] },
  target: { of: 'ratio', atMost: 0.35 },
};

describe('a median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
    [[], NaN],
  ])('of %j is %d', (values, expected) => expect(median(values)).toBe(expected));
});

describe('a target', () => {
  it('of a ratio compares our median with the peer', () => {
    expect(judge(connect)).toEqual({ ratio: 200 / 900, met: true });
    expect(judge({ ...connect, target: { of: 'ratio', atMost: 0.2 } }).met).toBe(false);
  });

  it('of a value needs no peer', () => {
    const alone = { what: 'found', unit: 'of 20', ours: [20] };
    expect(judge({ ...alone, target: { of: 'value', atLeast: 20 } })).toEqual({ ratio: null, met: true });
    expect(judge({ ...alone, target: { of: 'value', atLeast: 21 } }).met).toBe(false);
    expect(judge(alone)).toEqual({ ratio: null, met: null });
  });

  it('is missed where a figure is missing', () => {
    expect(judge({ ...connect, ours: [] }).met).toBe(false);
    expect(judge({ ...connect, peer: { name: 'ssh', values: [] } }).met).toBe(false);
    expect(judge({ ...connect, ours: [NaN] }).met).toBe(false);
  });
});

it('a table has the figures in columns, and notes by number', () => {
  const note = 'Whole programs.';
  const rows = [
    { ...connect, note },
    { what: 'alone', unit: 's', ours: [1.23456], note, target: { of: 'value' as const, atMost: 1 } },
  ];
  expect(benchTable(rows)).toBe(
    [
      '| measured    |              collab | peer |               theirs |   ratio |    target | result     |',
      '| ----------- | ------------------: | ---- | -------------------: | ------: | --------: | ---------- |',
      '| connect (1) | 200 ms (100 to 300) | ssh  | 900 ms (800 to 1000) | 0.222 x | <= 0.35 x | met        |',
      '| alone (1)   |              1.23 s |      |                      |         |    <= 1 s | **missed** |',
      '',
      '1. Whole programs.',
    ].join('\n'),
  );
});
