import { expect, test } from 'vitest';
import { runOf } from '../../../tests/fixtures/run-folder.js';
import type { Provenance, RunRecord } from '../../index.js';
import { provenanceData, provenanceText } from './provenance.js';
import { textWidth } from './text-width.js';

const id = 'ab'.repeat(32);
const board = (max: number) => ({
  read_at: '2026-11-21T12:53:01.000Z',
  cpu_policies: [
    { name: 'policy0', governor: 'schedutil', min_khz: 102_000, max_khz: max, lowest_khz: 1, highest_khz: 2 },
  ],
  turbo: null,
  platform_profile: null,
  nvpmodel: '5W (1)',
  throttled_flags: null,
  on_mains: null,
  temperatures_c: [],
  load_1min: 0,
});
const [nano1, nano2] = runOf().devices as [RunRecord['devices'][number], RunRecord['devices'][number]];
const run = runOf({
  experiment: { name: 'x', id, definition: {} },
  by: 'ann',
  again: '20260101-000000-0000',
  sweep: { on_failure: 'continue', on_loss: 'stop', order: 'random', seed: 7 },
  devices: [
    {
      ...nano1,
      facts: {
        model: 'Jetson\u001b[31m Nano',
        memoryBytes: 4e9,
        kernel: '4.9.253',
        architecture: null,
        os: { name: 'Ubuntu 18.04' },
      },
      board: { before: board(918_000), after: board(1_479_000) },
    },
    { ...nano2, board: { before: board(918_000), after: board(918_000) } },
  ],
  images: [
    {
      role: 'server',
      device: 'nano1',
      ref: 'collab/x:amd64-0123456789ab',
      image_id: `sha256:${id}`,
      layers: [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`],
      repo_digests: [`nvcr.io/l4t@sha256:${id}`],
      packages: { file: `.images/${id}.json`, dpkg: 103, python: null },
    },
    {
      role: 'client',
      device: 'nano2',
      ref: 'collab/x:1',
      image_id: 'sha256:cd',
      packages: { unavailable: 'python3 there ended with code 1' },
    },
    { role: 'old', device: 'nano2', ref: 'collab/x:1', image_id: 'sha256:cd' },
  ],
  data: [
    {
      role: 'server',
      device: 'nano1',
      name: 'digits',
      path: `/srv/${'long/'.repeat(20)}`,
      hash: id,
      size_bytes: 1e6,
      source: 'device',
    },
  ],
});
const lists = {
  dpkg: { packages: { tar: '1.35' } },
  python: { version: '3.6.9', executable: '/usr/bin/python3', unavailable: 'no' },
};
const provenance: Provenance = {
  run,
  code: { folder: `/w/Logs/.experiments/${id}`, state: 'kept' },
  lists: '/w/Logs/.images',
  images: new Map([
    [`sha256:${id}`, { format: 1, id: `sha256:${id}`, read_at: '2026-11-21T12:53:01.000Z', packages: lists }],
  ]),
  python: null,
};

test('says all that was recorded', () => {
  const text = provenanceText(provenance, 100);
  for (const line of [
    'experiment +x, id abababababab',
    'code +Logs/.experiments/abababababab...',
    'again +it does the run 20260101-000000-0000 again',
    'who +ann',
    'order +random, seed 7',
    '\\{split\\} +4',
    'memory +4.0 GB',
    'architecture +unknown',
    'OS +Ubuntu 18.04',
    'id +abababababab',
    'layers +111111111111, 222222222222',
    'registry +nvcr.io/l4t@abababababab',
    'packages +dpkg: 103, Python: not read; in Logs/.images/abababababab...',
    'packages +could not be read: python3 there ended with code 1',
    'packages +not recorded',
    'its time +\\+250.0 ms \\+- 0.5 ms',
    'hash +abababababab',
  ])
    expect(text).toMatch(new RegExp(`^  ${line}$`, 'm'));
  expect(text.replace(/\s+/g, ' ')).toContain(
    '102 MHz to 918 MHz, nvpmodel 5W (1) before; policy0 schedutil 102 MHz to 1479 MHz',
  );
  expect(text.replace(/\s+/g, ' ')).toContain('nvpmodel 5W (1), before and after');
});

test.each([80, 40])('fits %i columns, without control characters of a device', (width) => {
  const text = provenanceText(provenance, width);
  expect(Math.max(...text.split('\n').map(textWidth))).toBeLessThanOrEqual(width);
  expect(text).not.toContain('\u001b');
});

test('says what an older run did not record, and that code is gone or was changed', () => {
  const older = runOf({ experiment: { name: 'x', id: '', definition: {} }, git: null });
  const gone = { ...provenance, run: older, code: { folder: null, state: 'missing' as const } };
  const text = provenanceText(gone, 100);
  for (const line of [
    'experiment +x, id not recorded',
    'code +not kept',
    'who +not recorded',
    'order +not recorded',
  ])
    expect(text).toMatch(new RegExp(`^  ${line}$`, 'm'));
  expect(text).toMatch(/^ {2}(?:layers|registry|packages|CPU clock) +not recorded$/m);
  const changed = { ...provenance, code: { folder: '/x', state: 'changed' as const } };
  expect(provenanceText(changed, 100)).toContain('was changed: it is not what ran');
});

test('for programs it has the lists of packages', () => {
  expect(provenanceData(provenance)).toMatchObject({
    images: [{ list: lists }, { list: null }, { list: null }],
    by: 'ann',
    python: null,
  });
});
