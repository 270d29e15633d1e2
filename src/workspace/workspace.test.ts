import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Workspace } from './workspace.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'workspace-'));
  await mkdir(join(root, 'TestCases', 'hello'), { recursive: true });
});

test('it is found from any folder below it; otherwise the error says what to do', async () => {
  expect(Workspace.find(join(root, 'TestCases', 'hello')).root).toBe(root);
  const elsewhere = await mkdtemp(join(tmpdir(), 'nowhere-'));
  expect(() => Workspace.find(elsewhere)).toThrow(
    expect.objectContaining({
      name: 'no-workspace',
      exitCode: 2,
      next: expect.stringContaining('collab init') as string,
    }),
  );
});

test('.collab is accessible to the user only, even if it existed before', async () => {
  const workspace = new Workspace(root);
  await mkdir(workspace.private, { mode: 0o755 });
  const path = await workspace.openPrivate();
  expect((await stat(path)).mode & 0o777).toBe(0o700);
});

test('.collab carries an ignore file of its own, so that git sees nothing of it; a changed one stays', async () => {
  const workspace = new Workspace(root);
  const file = join(await workspace.openPrivate(), '.gitignore');
  await writeFile(join(workspace.private, 'id_ed25519'), 'secret');
  const git = (...words: string[]) => execFileSync('git', ['-C', root, ...words], { encoding: 'utf8' });
  git('init', '-q');
  await writeFile(join(root, 'notes.txt'), '');
  expect(git('status', '--porcelain', '--untracked-files=all')).toBe('?? notes.txt\n');
  await writeFile(file, '# mine\n');
  await workspace.openPrivate();
  expect(await readFile(file, 'utf8')).toBe('# mine\n');
});

test('a base image of the workspace takes precedence over the included one', async () => {
  const workspace = new Workspace(root);
  expect(workspace.baseImage('python')).toBe(resolve('base-images/python'));
  expect(workspace.baseImage('nope')).toBeNull();
  await mkdir(join(root, 'base-images/python'), { recursive: true });
  await writeFile(join(root, 'base-images/python/Dockerfile'), 'FROM scratch\n');
  expect(workspace.baseImage('python')).toBe(join(root, 'base-images/python'));
});

test('experiments are the folders with an experiment.yaml, named or given by their path', async () => {
  const workspace = new Workspace(root);
  await writeFile(join(root, 'TestCases/hello/experiment.yaml'), '');
  await mkdir(join(root, 'TestCases/notes'));
  expect(await workspace.experiments()).toEqual(['hello']);
  expect(workspace.experimentFolder('hello')).toBe(join(root, 'TestCases/hello'));
  expect(workspace.experimentFolder('./my/own')).toBe(resolve('my/own'));
});
