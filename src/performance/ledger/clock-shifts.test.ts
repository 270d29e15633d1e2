import { describe, expect, test } from 'vitest';
import { frameLedger } from './frame-ledger.js';
import type { SpanPart } from './part.js';
import type { LedgerSpan } from './span.js';
import { beyondBounds, shiftedLedgers, workloads } from '../../../tests/fixtures/known-frames.js';

describe.each(Object.entries(workloads))('%s', (_, workload) => {
  test.each([
    [0.05, 200],
    [0.05, 30],
    [1.5, 200],
    [1.5, 30],
    [37.5, 200],
    [37.5, 30],
  ])(
    'clocks off by up to %s ms, a frame every %s ms: the truth is within every bound',
    (errorMs, everyMs) => {
      let count = 0;
      for (let seed = 1; seed <= 25; seed += 1) {
        const pairs = shiftedLedgers({ workload, errorMs, everyMs }, seed * 7919, 10);
        expect(beyondBounds(pairs), `seed ${seed}`).toEqual([]);
        for (const [{ parts: own }] of pairs)
          for (const { errorMs: bound } of Object.values(own)) expect(bound).not.toBeNull();
        count += pairs.length;
      }
      expect(count).toBe(250);
    },
  );
});

test.each(Object.entries(workloads))(
  '%s with an unmeasured clock: what has a bound is within it',
  (_, workload) => {
    let count = 0;
    for (let seed = 1; seed <= 25; seed += 1) {
      const pairs = shiftedLedgers(
        { workload, errorMs: 0.5, everyMs: 40, unmeasured: true },
        seed * 6007,
        10,
      );
      expect(beyondBounds(pairs), `seed ${seed}`).toEqual([]);
      count += pairs.length;
    }
    expect(count).toBe(250);
  },
);

test('one clock off by 37.5 ms: in 250 frames no part is beyond its bound, and queue and idle have one', () => {
  const pairs = Array.from({ length: 25 }, (_, at) =>
    shiftedLedgers({ workload: workloads.split, errorMs: 37.5, everyMs: 30 }, 1 + at * 104_729, 10),
  ).flat();
  expect(pairs).toHaveLength(250);
  expect(beyondBounds(pairs)).toEqual([]);
  const off = (part: 'queue' | 'idle') =>
    pairs.filter(([claim, truth]) => Math.abs(claim.parts[part].ms - truth.parts[part].ms) > 0.001);
  for (const part of ['queue', 'idle'] as const) {
    expect(off(part).length).toBeGreaterThan(5);
    for (const [claim] of off(part)) expect(claim.parts[part].errorMs).toBeGreaterThan(0);
  }
});

test('a span without a duration that a call confines stays inside of it, at both of its ends', () => {
  const partsWith = (markMs: number) => {
    const of = (instance: string, part: SpanPart, startMs: number, endMs: number): LedgerSpan => ({
      frame: '1',
      instance,
      device: instance,
      name: part,
      part,
      startMs,
      endMs,
      errorMs: 0.05,
    });
    const spans = [
      of('edge', 'whole', 0, 100),
      of('edge', 'call', 20, 60),
      of('client', 'wire', markMs, markMs),
    ];
    return frameLedger(spans)[0]?.parts;
  };
  for (const [outside, inside] of [
    [60.03, 59.97],
    [19.97, 20.03],
  ] as const) {
    const [moved, there] = [partsWith(outside), partsWith(inside)];
    expect(moved?.idle.ms).toBeCloseTo(there?.idle.ms ?? NaN, 6);
    expect(moved?.wire.ms).toBeCloseTo(there?.wire.ms ?? NaN, 6);
  }
});
