import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Workspace } from '../../workspace/index.js';
import { loadExperiment } from '../definition/index.js';
import { changesSinceRun } from './changes-since-run.js';
import { keepExperiment } from './keep-experiment.js';

let workspace: Workspace;
let id: string;
let kept: string;
const at = (...path: string[]) => join(workspace.testCases, 'x', ...path);
const changes = async () => changesSinceRun(workspace, await loadExperiment(workspace, 'x'), id);

beforeEach(async () => {
  workspace = new Workspace(await mkdtemp(join(tmpdir(), 'changes-')));
  await mkdir(at('lib'), { recursive: true });
  await writeFile(at('experiment.yaml'), 'name: x\nroles: { a: { command: [python3, one.py] } }\n');
  await writeFile(at('one.py'), 'print(1)\n');
  await writeFile(at('lib/two.py'), 'print(2)\n');
  const experiment = await loadExperiment(workspace, 'x');
  id = experiment.id;
  kept = await keepExperiment(workspace, experiment);
});

test('nothing', async () => {
  expect(await changes()).toEqual({ known: true, added: [], changed: [], removed: [] });
});

test('files that were added, changed, and removed', async () => {
  await writeFile(at('one.py'), 'print(3)\n');
  await writeFile(at('lib/three.py'), '');
  await rm(at('lib/two.py'));
  expect(await changes()).toEqual({
    known: true,
    added: ['lib/three.py'],
    changed: ['one.py'],
    removed: ['lib/two.py'],
  });
});

test('a copy that is gone or was changed is compared with nothing', async () => {
  await writeFile(at('one.py'), 'print(3)\n');
  await chmod(join(kept, 'one.py'), 0o644);
  await writeFile(join(kept, 'one.py'), 'print(3)\n');
  expect(await changes()).toEqual({ known: false, why: 'kept code was changed' });
  await rm(kept, { recursive: true });
  expect(await changes()).toEqual({ known: false, why: 'code not kept' });
  id = '';
  expect(await changes()).toEqual({ known: false, why: 'code not kept' });
  id = '../../TestCases/x';
  expect(await changes()).toEqual({ known: false, why: 'code not kept' });
});
