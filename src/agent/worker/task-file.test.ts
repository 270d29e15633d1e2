import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readTaskFile } from './task-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'task-file-'));
});
afterEach(() => rm(folder, { recursive: true }));

const read = async (name: string, from: 'beginning' | 'end' = 'beginning', maxBytes = 4) =>
  (await readTaskFile(join(folder, name), { maxBytes, from }))?.toString();

test('reads the beginning or the end of a file, and no more than that', async () => {
  await writeFile(join(folder, 'a'), '0123456789');
  expect(await read('a')).toBe('0123');
  expect(await read('a', 'end')).toBe('6789');
  expect(await read('a', 'end', 100)).toBe('0123456789');
});

test('reads nothing that is no file: a link, a pipe, a folder, or what is not there', async () => {
  await writeFile(join(folder, 'secret'), 'secret');
  await symlink('secret', join(folder, 'link'));
  await mkdir(join(folder, 'folder'));
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'pipe')]);
  for (const name of ['link', 'pipe', 'folder', 'missing', 'secret/x'])
    expect(await read(name), name).toBeUndefined();
});
