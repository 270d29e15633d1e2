import { expect, test } from 'vitest';
import { journalEvent } from '../records/index.js';
import { upgradeEvent } from './upgrade-event.js';

const time = '2026-11-21T12:53:01.000Z';
const image = { device: 'nano1', ref: 'collab/hello:1' };

test.each([
  { kind: 'data.present', device: 'nano1', name: 'digits', path: 'digits', hash: 'ab', sizeBytes: 3 },
  { kind: 'data.sending', device: 'nano1', name: 'digits', path: 'digits', files: 3, totalBytes: 9 },
  { kind: 'data.sent', device: 'nano1', name: 'digits', hash: 'ab', sentBytes: 9, seconds: 1 },
  { kind: 'delivery.packing', layer: 'sha256:a', how: 'gzip', sizeBytes: null },
  { kind: 'delivery.packed', layer: 'sha256:a', how: 'gzip', sizeBytes: 5, seconds: 9 },
  { kind: 'delivery.done', ...image, sentBytes: 1, imageId: 'sha256:a', seconds: 2, bytesPerS: 5 },
  { kind: 'layer.built', ...image, layer: 'code', imageId: 'sha256:a', seconds: 1 },
  {
    kind: 'delivery.started',
    ...image,
    way: 'partial',
    why: 'so',
    gzipped: true,
    layersThere: 1,
    layersMissing: 2,
    plainBytes: 5,
    totalBytes: null,
  },
])('$kind of format 1 becomes an event of format 2', (event) => {
  expect(journalEvent.safeParse(event).success).toBe(false);
  const upgraded: Record<string, unknown> = { ...upgradeEvent({ time, ...event }) };
  delete upgraded.time;
  expect(journalEvent.parse(upgraded)).toEqual(upgraded);
});

test('keeps an event of format 2 unchanged, including nested values', () => {
  const event = { time, kind: 'trial.started', trial: 1, parameters: { batchSize: 4 }, warmup: false };
  expect(upgradeEvent(event)).toEqual(event);
  const started = { time, kind: 'run.started', format: 2, run_id: 'r1', record: { run_id: 'r1' } };
  expect(upgradeEvent(started)).toEqual(started);
});
