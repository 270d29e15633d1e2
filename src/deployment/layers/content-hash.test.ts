import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contentsOf, hashOf } from './content-hash.js';

test('the same content has the same hash in any order and form', () => {
  expect(hashOf({ a: '1', b: '2' })).toBe(hashOf({ b: Buffer.from('2'), a: '1' }));
  expect(hashOf({})).toMatch(/^[0-9a-f]{12}$/);
});

test.each([
  [{ a: '1' }, { a: '2' }],
  [{ a: '1' }, { b: '1' }],
  [{ a: '1', b: '' }, { a: '1' }],
  [
    { a: '12', b: '3' },
    { a: '1', b: '23' },
  ],
  [{ ab: '1' }, { a: 'b1' }],
  [{ a: 'x\0b\x001\0y' }, { a: 'x', b: 'y' }],
])('%j and %j differ', (one, other) => {
  expect(hashOf(one as Record<string, string>)).not.toBe(hashOf(other as Record<string, string>));
});

test('content, name and executable bit of a file count; its location does not', async () => {
  const [here, there] = [await mkdtemp(join(tmpdir(), 'hash-')), await mkdtemp(join(tmpdir(), 'hash-'))];
  for (const folder of [here, there]) await writeFile(join(folder, 'a.py'), 'print(1)\n');
  const hash = async (folder: string, executable = false, name = 'a.py') =>
    hashOf(await contentsOf([{ name, path: join(folder, 'a.py'), executable }]));
  expect(await hash(here)).toBe(await hash(there));
  expect(await hash(here)).toBe(hashOf(await contentsOf([{ name: 'a.py', content: 'print(1)\n' }])));
  expect(await hash(here, true)).not.toBe(await hash(here));
  expect(await hash(here, false, 'b.py')).not.toBe(await hash(here));
});
