import { mkdtemp, rm, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Workspace } from '../../workspace/index.js';
import { validateExperiment } from './load-experiment.js';

let workspace: Workspace;
beforeEach(async () => {
  workspace = new Workspace(await mkdtemp(join(tmpdir(), 'collab-restart-')));
});
afterEach(() => rm(workspace.root, { recursive: true }));

async function faultsOf(role: string, code: string): Promise<string[]> {
  const folder = join(workspace.testCases, 'x');
  await mkdir(folder, { recursive: true });
  const parameters = 'parameters: { split: [0, 4], codec: raw, n: [1] }';
  await writeFile(join(folder, 'experiment.yaml'), `name: x\nroles:\n  a:\n    ${role}\n${parameters}\n`);
  await writeFile(join(folder, 'run.py'), code);
  const { faults } = await validateExperiment(workspace, 'x');
  return faults
    .filter(({ path }) => path !== 'roles.a.base')
    .map(({ path, message }) => `${path}: ${message}`);
}

const loop = 'import collab\nfor trial in collab.trials():\n    pass\n';

test('a role whose process stays asks for its trials', async () => {
  expect(await faultsOf('{ command: [python3, run.py], restart: run }', loop)).toEqual([]);
  expect(await faultsOf('{ command: [python3, run.py] }', 'print(1)\n')).toEqual([]);
  expect(await faultsOf('{ command: [python3, run.py], restart: run }', 'print(1)\n')).toEqual([
    'roles.a.restart: with restart: run the process stays for all trials, and no Python file of the experiment asks for them; write: for trial in collab.trials(): ...',
  ]);
});

test('its command is the same in all trials', async () => {
  const command = "[python3, run.py, '{codec}', '{n}', '{rank}', '{split}', '{outputs}']";
  expect(await faultsOf(`{ command: ${command} }`, loop)).toEqual([]);
  expect(await faultsOf(`{ command: ${command}, restart: run }`, loop)).toEqual([
    'roles.a.command.5: with restart: run the command is started once for all trials, so {split} has no single value; read trial.parameters["split"] in the code, or use restart: trial',
    'roles.a.command.6: with restart: run the command is started once for all trials, so {outputs} has no single value; use collab.outputs in the code, or restart: trial',
  ]);
});

test('restart has two values', async () => {
  expect(await faultsOf('{ command: [python3, run.py], restart: never }', loop)).toEqual([
    'roles.a.restart: must be trial or run',
  ]);
});
