import { describe, expect, test } from 'vitest';
import { type FrameEntry, frameLedger } from './frame-ledger.js';
import { partOf, parts } from './part.js';
import type { LedgerSpan } from './span.js';

const errors: Record<string, number | null> = { nano1: 2, nano2: 0.5, unmeasured: null };

/** `client` on nano2, `server` on nano1 unless specified otherwise. */
function span(
  instance: string,
  name: string,
  startMs: number,
  endMs: number,
  change: Partial<LedgerSpan> = {},
): LedgerSpan {
  const device = change.device ?? (instance === 'client' ? 'nano2' : 'nano1');
  return {
    frame: '0',
    instance,
    device,
    name,
    part: partOf(name, undefined),
    startMs,
    endMs,
    errorMs: errors[device] ?? null,
    ...change,
  };
}

function entryOf(entries: readonly FrameEntry[], frame: string): FrameEntry {
  const entry = entries.find((one) => one.frame === frame);
  if (entry === undefined) throw new Error(`There is no frame ${frame}.`);
  return entry;
}

function only(spans: LedgerSpan[]): FrameEntry {
  const entries = frameLedger(spans);
  expect(entries).toHaveLength(1);
  return entryOf(entries, '0');
}

const milliseconds = (entry: FrameEntry) =>
  Object.fromEntries(parts.map((part) => [part, Number(entry.parts[part].ms.toFixed(9))]));

const roundTrip = [
  span('client', 'frame', 0, 100),
  span('client', 'head', 1, 31),
  span('client', 'serialize', 31, 35),
  span('client', 'call', 35, 99),
  span('server', 'decode', 40, 43),
  span('server', 'tail', 44, 90),
];

test('a round trip: every moment is in one part, and the clock errors cancel out', () => {
  const entry = only(roundTrip);
  expect(milliseconds(entry)).toEqual({ compute: 76, serialize: 7, queue: 0, wire: 14, idle: 3 });
  expect(entry.endToEnd).toEqual({ ms: 100, errorMs: 0 });
  expect(entry.parts.wire.errorMs).toBe(0);
  expect(entry.transfers).toEqual([
    { from: 'client', to: 'server', startMs: 35, endMs: 40, errorMs: 2.5 },
    { from: 'server', to: 'client', startMs: 90, endMs: 99, errorMs: 2.5 },
  ]);
  expect([...entry.work].map(([instance, { ms }]) => [instance, ms])).toEqual([
    ['client', 30],
    ['server', 46],
  ]);
  expect(entry.conflictMs).toBe(0);
});

test('one way: a part that spans two clocks has the error of both', () => {
  const entry = only([span('client', 'head', 0, 10), span('server', 'tail', 15, 35)]);
  expect(milliseconds(entry)).toEqual({ compute: 30, serialize: 0, queue: 0, wire: 5, idle: 0 });
  expect(entry.endToEnd).toEqual({ ms: 35, errorMs: 2.5 });
  expect(entry.parts.wire).toEqual({ ms: 5, errorMs: 2.5 });
  expect(entry.parts.compute.errorMs).toBe(0);
});

test('an unmeasured clock leaves the error unknown where it matters, and only there', () => {
  const entry = only([
    span('client', 'head', 0, 10),
    span('server', 'tail', 15, 35, { device: 'unmeasured', errorMs: null }),
  ]);
  expect(entry.parts.wire.errorMs).toBeNull();
  expect(entry.endToEnd.errorMs).toBeNull();
  // The two may also have worked at the same time.
  expect(entry.parts.compute.errorMs).toBeNull();
  expect(entry.parts.serialize.errorMs).toBe(0);
  // A call confines the work inside, so that the parts are known though the server's clock is not.
  const inCall = only(
    roundTrip.map((one) =>
      one.instance === 'server' ? { ...one, device: 'unmeasured', errorMs: null } : one,
    ),
  );
  expect(inCall.parts).toEqual(only(roundTrip).parts);
  expect(inCall.transfers.map(({ errorMs }) => errorMs)).toEqual([null, null]);
});

test('on one device there is no clock error', () => {
  const entry = only([
    span('client', 'head', 0, 10),
    span('server', 'tail', 15, 35, { device: 'nano2', errorMs: 0.5 }),
  ]);
  expect(entry.endToEnd).toEqual({ ms: 35, errorMs: 0 });
  expect(entry.parts.wire).toEqual({ ms: 5, errorMs: 0 });
});

describe('queue', () => {
  test('the time in which the next instance still works on another frame', () => {
    const entries = frameLedger([
      span('client', 'call', 0, 50, { frame: 'b' }),
      span('server', 'tail', 30, 45, { frame: 'b' }),
      span('server', 'tail', 10, 29, { frame: 'a' }),
      span('server', 'tail', 8, 12, { frame: 'c' }),
    ]);
    const b = entryOf(entries, 'b');
    expect(milliseconds(b)).toEqual({ compute: 15, serialize: 0, queue: 21, wire: 14, idle: 0 });
  });
  test('a span with the part `queue`', () => {
    const entry = only([
      span('client', 'call', 0, 50),
      span('server', 'in_queue', 5, 25),
      span('server', 'tail', 25, 45),
    ]);
    expect(milliseconds(entry)).toEqual({ compute: 20, serialize: 0, queue: 20, wire: 10, idle: 0 });
  });
});

test('simultaneous work on two devices counts once, and the parallel time is reported', () => {
  const entry = only([span('client', 'left', 0, 10), span('server', 'right', 4, 12)]);
  expect(milliseconds(entry)).toEqual({ compute: 12, serialize: 0, queue: 0, wire: 0, idle: 0 });
  expect(entry.parallel).toEqual({ ms: 6, errorMs: 2.5 });
  expect(entry.parts.compute.errorMs).toBe(2.5);
});

describe('clocks that contradict causality', () => {
  const early = (byMs: number) => [
    ...roundTrip.slice(0, 4),
    span('server', 'decode', 40 - byMs, 43 - byMs),
    span('server', 'tail', 44 - byMs, 90 - byMs),
  ];
  test('work before its call is moved into it, within the error bound without a conflict', () => {
    const entry = only(early(7));
    expect(milliseconds(entry)).toEqual(milliseconds(only(roundTrip)));
    expect(entry.conflictMs).toBe(0);
  });
  test('beyond the error bound the conflict is reported', () => {
    const entry = only(early(15));
    expect(entry.parts.wire.ms).toBeCloseTo(14, 9);
    expect(entry.conflictMs).toBeCloseTo(10 - 2.5, 9);
  });
  test('work that is longer than its call is not moved', () => {
    const entry = only([span('client', 'call', 0, 10), span('server', 'tail', 5, 40)]);
    expect(entry.endToEnd.ms).toBe(40);
    expect(entry.conflictMs).toBe(0);
  });
});

test('whatever the spans, the parts add up to the end-to-end time', () => {
  let seed = 7;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const names = ['head', 'serialize', 'call', 'wire_out', 'in_queue', 'sleep', 'tail', 'frame'];
  for (let round = 0; round < 200; round += 1) {
    const spans = Array.from({ length: 1 + Math.floor(random() * 12) }, () => {
      const startMs = random() * 100;
      const name = names[Math.floor(random() * names.length)] ?? '';
      const instance = random() < 0.5 ? 'client' : 'server';
      return span(instance, name, startMs, startMs + random() * 40, { frame: random() < 0.7 ? '0' : '1' });
    });
    for (const entry of frameLedger(spans)) {
      const sum = parts.reduce((total, part) => total + entry.parts[part].ms, 0);
      expect(sum).toBeCloseTo(entry.endToEnd.ms, 6);
      for (const part of parts) expect(entry.parts[part].ms).toBeGreaterThanOrEqual(-1e-9);
      expect(entry.parallel.ms).toBeGreaterThanOrEqual(0);
    }
  }
});

test.each([
  ['head', undefined, 'compute'],
  ['serialize', undefined, 'serialize'],
  ['decode', undefined, 'serialize'],
  ['call', undefined, 'call'],
  ['recall_memory', undefined, 'compute'],
  ['frame', undefined, 'whole'],
  ['frame_norm', undefined, 'compute'],
  ['waiting', undefined, 'queue'],
  ['upload', undefined, 'wire'],
  ['head', 'wire', 'wire'],
  ['head', 'serialize', 'serialize'],
  ['head', 'serialise', 'serialize'],
  ['head', 'nonsense', 'compute'],
])('a span named %s with the part %s is %s', (name, given, expected) => {
  expect(partOf(name, given)).toBe(expected);
});
