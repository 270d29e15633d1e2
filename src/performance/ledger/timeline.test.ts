import { expect, test } from 'vitest';
import { frameLedger } from './frame-ledger.js';
import { partOf } from './part.js';
import type { LedgerSpan } from './span.js';
import { timelineOf } from './timeline.js';

function span(instance: string, name: string, startMs: number, endMs: number, frame = ''): LedgerSpan {
  const device = instance.startsWith('client') ? 'nano2' : 'nano1';
  return { frame, instance, device, name, part: partOf(name, undefined), startMs, endMs, errorMs: 1 };
}

const frames = frameLedger(
  ['0', '1'].flatMap((frame, at) => [
    span('client-0', 'frame', at * 100, at * 100 + 90, frame),
    span('client-0', 'head', at * 100, at * 100 + 30, frame),
    span('client-0', 'call', at * 100 + 30, at * 100 + 90, frame),
    span('server-0', 'tail', at * 100 + 40, at * 100 + 80, frame),
  ]),
);

test('a lane per role instance, an enclosing span above what it encloses, transfers between lanes', () => {
  const { lanes, spans, transfers, leftOut } = timelineOf(
    { leading: [], frames, others: [], leftOut: 0 },
    100,
  );
  expect(lanes).toEqual([
    { instance: 'client-0', device: 'nano2', errorMs: 1, rows: 2 },
    { instance: 'server-0', device: 'nano1', errorMs: 1, rows: 1 },
  ]);
  expect(spans.slice(0, 4).map(({ span: { name }, lane, row }) => [name, lane, row])).toEqual([
    ['frame', 0, 0],
    ['head', 0, 1],
    ['call', 0, 1],
    ['tail', 1, 0],
  ]);
  expect(
    transfers.map(({ from, to, startMs, endMs, errorMs, frame }) => [
      from,
      to,
      startMs,
      endMs,
      errorMs,
      frame,
    ]),
  ).toEqual([
    ['client-0', 'server-0', 30, 40, 2, '0'],
    ['server-0', 'client-0', 80, 90, 2, '0'],
    ['client-0', 'server-0', 130, 140, 2, '1'],
    ['server-0', 'client-0', 180, 190, 2, '1'],
  ]);
  expect(leftOut).toBe(0);
});

test('above the limit only complete frames are shown, and the rest is counted', () => {
  const others = [span('client-0', 'load', -50, -10)];
  const shown = timelineOf({ leading: [], frames, others, leftOut: 3 }, 6);
  expect(shown.frames).toEqual([{ name: '0', startMs: 0, endMs: 90 }]);
  expect(shown.spans.map(({ span: { name } }) => name)).toEqual(['load', 'frame', 'head', 'call', 'tail']);
  // Three that no frame can use, and four above the limit.
  expect(shown.leftOut).toBe(7);
});
