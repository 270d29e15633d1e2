import { expect, test } from 'vitest';
import { beyondBounds, shiftedLedgers, workloads } from '../../../tests/fixtures/known-frames.js';
import { frameLedger } from './frame-ledger.js';
import type { LedgerSpan } from './span.js';

/** Spans of one frame, by turns on two devices, each with a call of the first around what the second does. */
function frameOf(spans: number, serverErrorMs: number | null, withCalls = false): LedgerSpan[] {
  return Array.from({ length: spans }, (_, at): LedgerSpan[] => {
    const instance = at % 2 === 0 ? 'client' : 'server';
    const errorMs = at % 2 === 0 ? 0.1 : serverErrorMs;
    const frame = { frame: '0', startMs: 2 * at, endMs: 2 * at + 1.5 };
    const work = { ...frame, instance, device: instance, name: 'x', part: 'compute' as const, errorMs };
    if (!withCalls || at % 2 === 0) return [work];
    const call = { ...work, instance: 'client', device: 'client', name: 'call', part: 'call' as const };
    return [{ ...call, startMs: 2 * at - 0.2, endMs: 2 * at + 1.8, errorMs: 0.1 }, work];
  }).flat();
}

test.each([
  ['an unmeasured clock', frameOf(4000, null)],
  ['a clock that is off by seconds', frameOf(4000, 5000)],
  ['an unmeasured clock and calls', frameOf(1000, null, true)],
])('a frame of thousands of spans with %s takes seconds at most', (_, spans) => {
  const startedMs = performance.now();
  const [entry] = frameLedger(spans);
  expect(performance.now() - startedMs).toBeLessThan(4000);
  const worked = spans.filter(({ part }) => part === 'compute').length;
  expect(entry?.parts.compute.ms).toBeCloseTo(1.5 * worked, 6);
});

test('clocks off by more than the spans of a frame of 600: every part has a bound, and the truth is within it', () => {
  const workload: typeof workloads.nonsense = (frame, atMs, random) =>
    Array.from({ length: 120 }, () => workloads.nonsense(frame, atMs + random() * 500, random)).flat();
  for (let seed = 1; seed <= 5; seed += 1) {
    const pairs = shiftedLedgers({ workload, errorMs: 300, everyMs: 200 }, seed * 7919, 3);
    expect(beyondBounds(pairs), `seed ${seed}`).toEqual([]);
    for (const [{ parts }] of pairs)
      for (const { errorMs } of Object.values(parts)) expect(Number.isFinite(errorMs)).toBe(true);
  }
});

test('hundreds of round trips in a frame have no error', () => {
  const [entry] = frameLedger(frameOf(600, 0.5, true));
  const none = { errorMs: 0 };
  expect(entry?.parts).toMatchObject({ compute: none, wire: none, idle: none });
});
