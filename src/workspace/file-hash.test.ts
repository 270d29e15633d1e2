import { createHash } from 'node:crypto';
import { mkdtemp, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256OfFile, sha256OfFiles } from './file-hash.js';

const hashOf = (content: string) => createHash('sha256').update(content).digest('hex');

test('hashes a file of any size by its content', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hash-'));
  const contents = ['', 'small', 'x'.repeat(5_000_000)];
  const paths = contents.map((_, index) => join(folder, String(index)));
  for (const [index, path] of paths.entries()) await writeFile(path, contents[index] ?? '');
  expect(await sha256OfFiles(paths)).toEqual(contents.map(hashOf));
});

test('detects a change at once, even if size and time stay the same', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'hash-')), 'a');
  const time = new Date(1000);
  for (const content of ['one', 'two', 'six']) {
    await writeFile(path, content);
    await utimes(path, time, time);
    expect(await sha256OfFile(path)).toBe(hashOf(content));
  }
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(await sha256OfFile(path)).toBe(hashOf('six'));
  await writeFile(path, 'ten');
  await utimes(path, time, time);
  expect(await sha256OfFile(path)).toBe(hashOf('ten'));
});

test('a missing file is an error', async () => {
  await expect(sha256OfFile('/nonexistent')).rejects.toThrow('ENOENT');
});
