import { expect, test } from 'vitest';
import { changesSince } from './changes-since.js';
import { versionsHere } from './provenance.js';

const about = { role: 'client', device: 'nano1' };
const image = { ...about, ref: 'collab/hello:1', image_id: 'sha256:aaaaaaaaaaaaaaaa' };
const data = {
  ...about,
  name: 'digits',
  path: 'digits',
  hash: 'aa',
  size_bytes: 1,
  source: 'controller' as const,
};
const controller = {
  host: 'pc',
  machine: null,
  boot_id: null,
  pid_namespace: null,
  pid: 7,
  start_ticks: null,
};
const before = {
  images: [image],
  data: [data],
  versions: versionsHere(),
  resumed: [{ at: '2026-11-21T12:53:01.000Z', controller }],
};

test('nothing is said of a run that starts, or that goes on with the same', () => {
  const { images, data: read } = before;
  expect(changesSince({ images, data: read, versions: {} }, [], [])).toEqual([]);
  expect(changesSince(before, [image], [data])).toEqual([]);
});

test('another image, other data and another collab are said', () => {
  const notes = changesSince(
    { ...before, versions: { collab: '0.0.1' } },
    [{ ...image, image_id: 'sha256:bbbbbbbbbbbbbbbb' }],
    [{ ...data, hash: 'bb' }],
  );
  expect(notes).toEqual([
    'The image of client on nano1 is not the one of the trials before: bbbbbbbbbbbb, and aaaaaaaaaaaa then.',
    'The data digits of client on nano1 is not that of the trials before.',
    expect.stringContaining('The trials before were run by collab 0.0.1'),
  ]);
});
