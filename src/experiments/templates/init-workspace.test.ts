import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Workspace } from '../../workspace/index.js';
import { validateExperiment } from '../definition/index.js';
import { initWorkspace } from './init-workspace.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'init-'));
});

test('makes a workspace in a new folder; its hello is valid, and git would see no run', async () => {
  const root = join(folder, 'a/b');
  expect(await initWorkspace(root)).toEqual({
    folder: root,
    existed: false,
    made: ['README.md', 'Logs/.gitignore', 'TestCases/hello/'],
    kept: [],
  });
  expect(await validateExperiment(Workspace.find(root), 'hello')).toEqual({ faults: [], remarks: [] });
  expect(await readFile(join(root, 'README.md'), 'utf8')).toMatch(/^# b\n/);
  expect(await readFile(join(root, 'Logs/.gitignore'), 'utf8')).toMatch(/^\*$/m);
});

test('the second time it changes nothing, even where the user removed hello', async () => {
  await mkdir(join(folder, 'TestCases/mine'), { recursive: true });
  expect(await initWorkspace(folder)).toEqual({ folder, existed: true, made: [], kept: [] });
  expect(await readdir(folder)).toEqual(['TestCases']);
});

test('examples are added to a workspace that has some of them already, which stay', async () => {
  const first = await initWorkspace(folder, { examples: true });
  expect(first.made).toContain('TestCases/split-inference/');
  const file = join(folder, 'examples/linear-regression/run.sh');
  await writeFile(file, 'mine');
  const second = await initWorkspace(folder, { examples: true });
  expect(second.made).toEqual([]);
  expect(second.kept).toEqual(first.made.slice(-3));
  expect(await readFile(file, 'utf8')).toBe('mine');
});

test('what is there stays as it is, and is named', async () => {
  await writeFile(join(folder, 'README.md'), 'mine');
  expect((await initWorkspace(folder)).kept).toEqual(['README.md']);
  expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe('mine');
});

test('a folder inside a workspace is refused, unless forced', async () => {
  await initWorkspace(folder);
  const inside = join(folder, 'TestCases/sub');
  await expect(initWorkspace(inside)).rejects.toMatchObject({ name: 'inside-workspace', exitCode: 2 });
  expect(await readdir(join(folder, 'TestCases'))).toEqual(['hello']);
  expect((await initWorkspace(inside, { force: true })).existed).toBe(false);
  expect(Workspace.find(inside).root).toBe(inside);
});

test('a file in the way is an error, after which nothing is left', async () => {
  await writeFile(join(folder, 'Logs'), 'mine');
  for (const path of [folder, join(folder, 'Logs'), join(folder, 'Logs/deeper')])
    await expect(initWorkspace(path), path).rejects.toMatchObject({ name: 'not-a-folder', exitCode: 2 });
  expect(await readdir(folder)).toEqual(['Logs']);
});
