import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { runOf } from '../../../tests/fixtures/run-folder.js';
import { Workspace } from '../../workspace/index.js';
import { loadExperiment } from '../definition/index.js';
import { keepExperiment, keptFolder } from './keep-experiment.js';
import { openKept } from './open-kept.js';

let workspace: Workspace;
const at = (...path: string[]) => join(workspace.testCases, 'x', ...path);
const load = () => loadExperiment(workspace, 'x');
const recordOf = ({ id, name }: { id: string; name: string }) =>
  runOf({ experiment: { name, id, definition: {}, folder: 'TestCases/x' } });

beforeEach(async () => {
  workspace = new Workspace(await mkdtemp(join(tmpdir(), 'kept-')));
  await mkdir(at('lib'), { recursive: true });
  await mkdir(at('digits'));
  await writeFile(
    at('experiment.yaml'),
    'name: x\ndata: [{ name: d, path: digits }]\nroles: { a: { command: [./run.sh] } }\n',
  );
  await writeFile(at('run.sh'), '#!/bin/sh\n');
  await chmod(at('run.sh'), 0o755);
  await writeFile(at('lib/one.py'), 'print(1)\n');
  await writeFile(at('digits/big'), 'data\n');
});

test('keeps the files once per content, read-only, without data', async () => {
  const experiment = await load();
  const folder = await keepExperiment(workspace, experiment);
  expect(await keepExperiment(workspace, await load())).toBe(folder);
  expect((await readdir(folder)).sort()).toEqual(['experiment.yaml', 'lib', 'run.sh']);
  expect((await stat(join(folder, 'run.sh'))).mode & 0o777).toBe(0o555);
  expect((await stat(join(folder, 'lib/one.py'))).mode & 0o777).toBe(0o444);
  await writeFile(at('lib/one.py'), 'print(2)\n');
  await keepExperiment(workspace, await load());
  expect(await readdir(workspace.keptExperiments)).toHaveLength(2);
});

test('two runs that keep it at once agree', async () => {
  const experiment = await load();
  const folders = await Promise.all([1, 2, 3].map(() => keepExperiment(workspace, experiment)));
  expect(new Set(folders).size).toBe(1);
  expect(await readdir(workspace.keptExperiments)).toEqual([experiment.id]);
});

test('what changes while it is kept is not kept', async () => {
  const experiment = await load();
  await writeFile(at('lib/one.py'), 'print(2)\n');
  await expect(keepExperiment(workspace, experiment)).rejects.toMatchObject({ name: 'experiment-changing' });
  expect(await readdir(workspace.keptExperiments)).toEqual([]);
});

test('opens as it was, with the data of the folder that it had', async () => {
  const before = await load();
  await keepExperiment(workspace, before);
  await writeFile(at('lib/one.py'), 'print(2)\n');
  const { experiment, folder } = await openKept(workspace, recordOf(before));
  expect(await readFile(join(experiment.folder, 'lib/one.py'), 'utf8')).toBe('print(1)\n');
  expect(experiment).toMatchObject({ id: before.id, name: 'x', folder, dataFrom: at() });
  expect(folder).toBe(keptFolder(workspace, before.id));
});

test('a copy that was changed or is gone is not opened', async () => {
  const experiment = await load();
  const folder = await keepExperiment(workspace, experiment);
  await chmod(join(folder, 'run.sh'), 0o755);
  await writeFile(join(folder, 'run.sh'), '#!/bin/sh\nexit 1\n');
  const open = () => openKept(workspace, recordOf(experiment));
  await expect(open()).rejects.toMatchObject({ name: 'kept-experiment-changed', exitCode: 2 });
  await rm(folder, { recursive: true });
  await expect(open()).rejects.toMatchObject({ name: 'experiment-not-kept', exitCode: 2 });
  const unknown = openKept(workspace, recordOf({ id: '', name: 'x' }));
  await expect(unknown).rejects.toMatchObject({ name: 'experiment-not-kept' });
});
