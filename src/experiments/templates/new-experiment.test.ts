import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { packageFolder } from '../../package-folder.js';
import { Workspace } from '../../workspace/index.js';
import { validateExperiment } from '../definition/index.js';
import { newExperiment, type TemplateName, templates } from './new-experiment.js';

let workspace: Workspace;
const names = Object.keys(templates) as TemplateName[];

beforeEach(async () => {
  workspace = new Workspace(await mkdtemp(join(tmpdir(), 'new-')));
  await mkdir(workspace.testCases);
});

test('every folder of templates/ is known', async () => {
  expect((await readdir(join(packageFolder, 'templates'))).sort()).toEqual([...names].sort());
});

describe.each(names)('%s', (template) => {
  test('makes an experiment of the wanted name that is valid, without remarks', async () => {
    const made = await newExperiment(workspace, 'my-own_2', template);
    expect(made.files).toContain('experiment.yaml');
    expect(await readFile(join(made.folder, 'experiment.yaml'), 'utf8')).toMatch(/^name: my-own_2 #/m);
    expect(await validateExperiment(workspace, 'my-own_2')).toEqual({ faults: [], remarks: [] });
  });

  test('needs the standard library of Python 3.6 only', async () => {
    const { folder, files } = await newExperiment(workspace, 'x', template);
    const own = files.filter((file) => file.endsWith('.py'));
    const known = ['collab', ...own.map((file) => file.replace(/\.py$/, ''))];
    const standard = 'argparse collections json math os random re socket subprocess sys'.split(' ');
    for (const file of own) {
      const text = await readFile(join(folder, file), 'utf8');
      for (const [, module = ''] of text.matchAll(/^\s*(?:import|from) (\w+)/gm))
        expect([...known, ...standard], file).toContain(module);
    }
  });
});

test.each(['', '..', '../x', 'a/b', 'Hello', '1x', 'x y', '-x', 'x'.repeat(64), 'ü'])(
  'refuses the name %j, and makes nothing',
  async (name) => {
    const made = newExperiment(workspace, name, 'hello');
    await expect(made).rejects.toMatchObject({ name: 'bad-experiment-name', exitCode: 2 });
    expect(await readdir(workspace.testCases)).toEqual([]);
  },
);

test('never overwrites: not a folder, not an empty one, not a file, not the name of another folder', async () => {
  await mkdir(join(workspace.testCases, 'empty'));
  await writeFile(join(workspace.testCases, 'file'), 'mine');
  await newExperiment(workspace, 'there', 'hello');
  await newExperiment(workspace, 'other', 'hello');
  await writeFile(join(workspace.testCases, 'other/experiment.yaml'), 'name: elsewhere\n');
  for (const name of ['empty', 'file', 'there', 'other', 'elsewhere']) {
    const made = newExperiment(workspace, name, 'split');
    await expect(made, name).rejects.toMatchObject({ name: 'experiment-exists', exitCode: 2 });
  }
  expect(await readFile(join(workspace.testCases, 'file'), 'utf8')).toBe('mine');
  expect(await readdir(join(workspace.testCases, 'empty'))).toEqual([]);
  expect(await readFile(join(workspace.testCases, 'there/experiment.yaml'), 'utf8')).toContain('round_trip');
});
