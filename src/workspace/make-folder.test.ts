import { mkdtemp, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from './make-folder.js';

test('makes a folder with its parents, and again without an error', async () => {
  const root = await mkdtemp(join(tmpdir(), 'made-'));
  await makeFolder(join(root, 'a/b/c'));
  await makeFolder(join(root, 'a/b/c'));
  expect((await stat(join(root, 'a/b/c'))).isDirectory()).toBe(true);
});

test("says the system's error, where a file is in the way", async () => {
  const root = await mkdtemp(join(tmpdir(), 'made-'));
  await writeFile(join(root, 'file'), '');
  await expect(makeFolder(join(root, 'file/b'))).rejects.toMatchObject({
    code: expect.stringMatching(/ENOTDIR|EEXIST/) as string,
  });
});
