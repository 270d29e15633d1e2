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
const before = {
  images: [image],
  data: [data],
  versions: versionsHere(),
};

const then = 'the trials before';

test('nothing is said of a run that goes on with the same', () => {
  expect(changesSince(before, then, [image], [data])).toEqual([]);
});

test('another image, other data and another collab are said', () => {
  const notes = changesSince(
    { ...before, versions: { collab: '0.0.1' } },
    then,
    [{ ...image, image_id: 'sha256:bbbbbbbbbbbbbbbb' }],
    [{ ...data, hash: 'bb' }],
  );
  expect(notes).toEqual([
    'The image of client on nano1 is not the one of the trials before: bbbbbbbbbbbb, and aaaaaaaaaaaa then.',
    'The data digits of client on nano1 is not that of the trials before.',
    expect.stringContaining('The trials before had collab 0.0.1'),
  ]);
});
