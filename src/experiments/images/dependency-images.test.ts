import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { FakeEngine } from '../../deployment/engine/fake-engine.js';
import { CollabError } from '../../errors.js';
import { Workspace } from '../../workspace/index.js';
import { dependencyImages } from './dependency-images.js';
import { neededImages } from './needed-images.js';
import { deviceOf, factsOf } from '../../../tests/fixtures/connected-device.js';

let workspace: Workspace;
let engine: FakeEngine;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'collab-dependencies-'));
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await put('base-images/small/Dockerfile', 'FROM scratch\n');
  const role = (name: string, more: string) =>
    `  ${name}:\n    base: small\n    command: [python3, main.py]\n${more}`;
  const both = role('client', '    dependencies: { apt: [netbase] }\n') + role('server', '');
  await put('TestCases/both/experiment.yaml', `name: both\nroles:\n${both}`);
  await put('TestCases/both/main.py', '');
  await put('TestCases/plain/experiment.yaml', `name: plain\nroles:\n${role('only', '')}`);
  await put('TestCases/plain/main.py', '');
  workspace = new Workspace(folder);
  engine = new FakeEngine('this machine');
});

test('an experiment needs its flavors, and the dependencies that this engine has', async () => {
  const facts = factsOf({ architecture: 'amd64' });
  const { refs } = await neededImages(workspace, [deviceOf('pc', { facts })]);
  const ref = [...refs].find((one) => one.startsWith('collab/dependencies:amd64-')) ?? '';
  engine.images.set(ref, { id: 'sha256:d', sizeBytes: 1, layers: ['sha256:base', 'sha256:deps'] });
  const { flavors, dependencies } = await dependencyImages(workspace, ['both', 'plain'], engine);
  expect(flavors.map(({ name }) => name)).toEqual(['small']);
  expect(dependencies).toEqual([{ flavor: 'small', architecture: 'amd64', ref }]);
});

test('dependencies that are not installed here are an error that says what to do', async () => {
  expect((await dependencyImages(workspace, ['plain'], engine)).dependencies).toEqual([]);
  const error = await dependencyImages(workspace, ['both'], engine).catch((thrown: unknown) => thrown);
  if (!(error instanceof CollabError)) throw new Error('it was not refused');
  expect(error).toMatchObject({ name: 'no-dependencies', exitCode: 2 });
  expect(error.next).toBe('Build it here first: collab images build both --here');
});
