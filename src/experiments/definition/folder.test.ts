import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folderId, listFolder } from './folder.js';

let outer: string;
let folder: string;

beforeEach(async () => {
  outer = await mkdtemp(join(tmpdir(), 'collab-folder-'));
  folder = join(outer, 'hello');
  await put('server.py', 'print(1)');
  await put('data/b.txt', 'b');
  await put('data/a.txt', 'a');
});
afterEach(() => rm(outer, { recursive: true }));

async function put(path: string, content: string) {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), content);
}
async function id() {
  return folderId(folder, (await listFolder(folder)).files);
}

test('lists files with relative paths, sorted, without caches, git and logs', async () => {
  await put('__pycache__/server.cpython-311.pyc', 'x');
  await put('data/__pycache__/y.pyc', 'x');
  await put('.git/HEAD', 'x');
  await put('Logs/old/run.json', 'x');
  expect(await listFolder(folder)).toMatchObject({
    files: ['data/a.txt', 'data/b.txt', 'server.py'],
    faults: [],
  });
});

test('a name that is not UTF-8 is a fault, unless it is excluded', async () => {
  const name = Buffer.concat([Buffer.from(`${folder}/data/caf`), Buffer.from([0xe9, 0x2e, 0x62])]);
  await writeFile(name, 'x');
  expect(await listFolder(folder)).toMatchObject({
    files: ['data/a.txt', 'data/b.txt', 'server.py'],
    faults: [{ file: 'data/caf\ufffd.b', message: expect.stringContaining('not valid UTF-8') as string }],
  });
  await put('.collabignore', '*.b\n');
  expect((await listFolder(folder)).faults).toEqual([]);
});

test('the id depends only on content and path', async () => {
  const before = await id();
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  await put('__pycache__/x.pyc', 'x');
  await rename(folder, join(outer, 'other'));
  folder = join(outer, 'other');
  expect(await id()).toBe(before);
  await put('server.py', 'print(2)');
  const changed = await id();
  expect(changed).not.toBe(before);
  await rename(join(folder, 'data/a.txt'), join(folder, 'data/c.txt'));
  expect(await id()).not.toBe(changed);
});

test('text that moves from one file to another changes the id', async () => {
  await put('data/a.txt', 'ab');
  await put('data/b.txt', '');
  const before = await id();
  await put('data/a.txt', 'a');
  await put('data/b.txt', 'b');
  expect(await id()).not.toBe(before);
});

test('a link inside the folder counts as its target', async () => {
  await symlink('data/a.txt', join(folder, 'link.txt'));
  await symlink('data', join(folder, 'more'));
  const { files, faults } = await listFolder(folder);
  expect(faults).toEqual([]);
  expect(files).toEqual(['data/a.txt', 'data/b.txt', 'link.txt', 'more/a.txt', 'more/b.txt', 'server.py']);
  expect(await id()).toMatch(/^[0-9a-f]{64}$/);
});

test('rejects links to the outside, broken links and circular links, each by name', async () => {
  await writeFile(join(outer, 'secret'), 'x');
  await mkdir(join(outer, 'hello-2'));
  await symlink('../secret', join(folder, 'out'));
  await symlink('../hello-2', join(folder, 'neighbor'));
  await symlink('/etc/passwd', join(folder, 'data/absolute'));
  await symlink('nowhere', join(folder, 'dangling'));
  await symlink('..', join(folder, 'data/around'));
  const { files, faults } = await listFolder(folder);
  expect(files).toEqual(['data/a.txt', 'data/b.txt', 'server.py']);
  expect(Object.fromEntries(faults.map((fault) => [fault.file, fault.message]))).toEqual({
    out: expect.stringContaining('outside') as string,
    neighbor: expect.stringContaining('outside') as string,
    'data/absolute': expect.stringContaining('outside') as string,
    dangling: 'this link is broken; fix it, or exclude it in .collabignore',
    'data/around': 'this link leads to a folder that it lies in',
  });
});

test('reads an experiment that is itself a link', async () => {
  await symlink('hello', join(outer, 'alias'));
  expect((await listFolder(join(outer, 'alias'))).files).toHaveLength(3);
});

test('.collabignore excludes files, including broken links, from the list, the id and the checks', async () => {
  const before = await id();
  await symlink('nowhere', join(folder, 'plot.lnk'));
  await symlink('user@host.1234:5678', join(folder, '.#server.py'));
  expect((await listFolder(folder)).faults.map(({ file }) => file)).toEqual(['plot.lnk']);
  await put('.collabignore', '*.lnk\n/plots/\n.collabignore\n');
  await put('plots/a.png', 'x');
  const { faults, leftOut } = await listFolder(folder);
  expect(faults).toEqual([]);
  expect(leftOut.sort()).toEqual(['.#server.py', '.collabignore', 'plot.lnk', 'plots']);
  expect(await id()).toBe(before);
});

test('a folder pattern excludes a link to a folder', async () => {
  await symlink('data', join(folder, 'more'));
  await put('.collabignore', 'more/\n');
  expect((await listFolder(folder)).files).toEqual([
    '.collabignore',
    'data/a.txt',
    'data/b.txt',
    'server.py',
  ]);
});

test('the list excludes data folders', async () => {
  expect((await listFolder(folder, ['data'])).files).toEqual(['server.py']);
});
