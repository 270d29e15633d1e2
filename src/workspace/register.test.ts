import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { otherWorkspaces, registerWorkspace } from './register.js';
import { Workspace } from './workspace.js';

let root: string;
const make = async (name: string) => {
  const workspace = new Workspace(join(root, name));
  await mkdir(workspace.testCases, { recursive: true });
  await workspace.openPrivate();
  return workspace;
};
const others = async (of: Workspace) => (await otherWorkspaces(of)).map((one) => one.root);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'register-'));
  vi.stubEnv('COLLAB_CACHE', join(root, 'cache'));
});
afterEach(() => vi.unstubAllEnvs());

test('each workspace finds the others, once, and forgets those that are gone', async () => {
  const [a, b, c] = [await make('a'), await make('b'), await make('c')];
  expect(await others(a)).toEqual([]);
  await symlink(b.root, join(root, 'link'));
  for (const one of [a, b, b, c, new Workspace(join(root, 'link'))]) registerWorkspace(one);
  expect(await others(a)).toEqual([b.root, c.root]);
  expect(await others(new Workspace(join(root, 'link')))).toEqual([a.root, c.root]);
  await rm(b.root, { recursive: true });
  expect(await others(a)).toEqual([c.root]);
  expect(await readdir(join(root, 'cache/workspaces'))).toHaveLength(2);
});

test('a workspace without a LAN keeps nothing on devices, and is not registered', async () => {
  const [a, b] = [await make('a'), await make('b')];
  await rm(b.private, { recursive: true });
  registerWorkspace(b);
  expect(await others(a)).toEqual([]);
});
