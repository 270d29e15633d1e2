import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RunFolder, runOf } from '../../../tests/fixtures/run-folder.js';
import { listRuns, type RunRecord, thisController } from '../../logs/index.js';
import { Workspace } from '../../workspace/index.js';
import { planRunRemoval } from './plan-removal.js';
import { removeRuns } from './remove-runs.js';

const [codeA, codeB, image] = ['aa11', 'bb22', 'cc33'] as const;

/** Runs 1 and 2 of the code A, run 3 of the code B; all of one image. */
async function bed(change: Partial<Record<1 | 2 | 3, Partial<RunRecord>>> = {}) {
  const workspace = new Workspace(await mkdtemp(join(tmpdir(), 'collab-removal-')));
  for (const id of [codeA, codeB]) {
    await mkdir(join(workspace.keptExperiments, id), { recursive: true });
    await writeFile(join(workspace.keptExperiments, id, 'main.py'), '12345');
  }
  await mkdir(workspace.keptImages, { recursive: true });
  await writeFile(join(workspace.keptImages, `${image}.json`), '{}');
  for (const [at, id] of [codeA, codeA, codeB].entries()) {
    const number = (at + 1) as 1 | 2 | 3;
    const run = runOf({
      run_id: `20261121-10000${number}-aaaa`,
      experiment: { name: 'hello', id, definition: null },
      images: [{ role: 'a', device: 'nano1', ref: 'x', image_id: `sha256:${image}` }],
      ...change[number],
    });
    await RunFolder.make(run, workspace.logs, `hello/${run.run_id}`);
  }
  const runs = async (...numbers: number[]) =>
    (await listRuns(workspace.logs)).filter(({ runId }) => numbers.includes(Number(runId[14])));
  const left = async () => ({
    runs: (await listRuns(workspace.logs)).map(({ runId }) => Number(runId[14])).sort(),
    code: (await readdir(workspace.keptExperiments)).sort(),
    lists: await readdir(workspace.keptImages),
    aside: existsSync(join(workspace.logs, '.removed')),
  });
  return { workspace, runs, left };
}

test('removes a run, and what is kept only when its last user goes', async () => {
  const { workspace, runs, left } = await bed();
  const first = await removeRuns({ workspace, runs: await runs(1), force: false });
  expect(first.parts).toEqual([]);
  expect(await left()).toEqual({ runs: [2, 3], code: [codeA, codeB], lists: ['cc33.json'], aside: false });
  const plan = await planRunRemoval({ workspace, runs: await runs(2), force: false });
  expect(plan.parts).toEqual([{ path: join(workspace.keptExperiments, codeA), sizeBytes: 5 }]);
  await removeRuns({ workspace, runs: await runs(2), force: false });
  expect(await left()).toMatchObject({ runs: [3], code: [codeB], lists: ['cc33.json'] });
  await removeRuns({ workspace, runs: await runs(3), force: false });
  expect(await left()).toEqual({ runs: [], code: [], lists: [], aside: false });
  expect(existsSync(join(workspace.logs, 'hello'))).toBe(false);
});

test('two copies of a run go together', async () => {
  const { workspace, runs, left } = await bed();
  await cp(join(workspace.logs, 'hello'), join(workspace.logs, 'copies'), { recursive: true });
  await removeRuns({ workspace, runs: await runs(1, 2, 3), force: false });
  expect(await left()).toEqual({ runs: [], code: [], lists: [], aside: false });
});

test('a run under way is refused, or left out of many', async () => {
  const going = { state: 'running', ended_at: null, controller: await thisController() } as const;
  const { workspace, runs, left } = await bed({ 2: going });
  await expect(removeRuns({ workspace, runs: await runs(1, 2), force: true })).rejects.toMatchObject({
    name: 'run-goes-on',
    exitCode: 5,
  });
  expect((await left()).runs).toEqual([1, 2, 3]);
  const some = await removeRuns({ workspace, runs: await runs(1, 2), force: false, skipUnderWay: true });
  expect(some.notes).toEqual(['20261121-100002-aaaa stays: The run 20261121-100002-aaaa is under way.']);
  expect((await left()).runs).toEqual([2, 3]);
});

test('a run that another machine may still work on needs --force', async () => {
  const elsewhere = { ...(await thisController()), host: 'other', machine: 'x', boot_id: 'y' };
  const { workspace, runs, left } = await bed({
    2: { state: 'running', ended_at: null, controller: elsewhere },
  });
  const two = await runs(2);
  await expect(removeRuns({ workspace, runs: two, force: false })).rejects.toMatchObject({
    name: 'run-unchecked',
  });
  await removeRuns({ workspace, runs: two, force: true });
  expect((await left()).runs).toEqual([1, 3]);
});

test('while a run cannot be read, nothing that it may use is removed', async () => {
  const { workspace, runs, left } = await bed();
  await writeFile(join(workspace.logs, 'hello/20261121-100001-aaaa/run.json'), '{');
  const removed = await removeRuns({ workspace, runs: await runs(2, 3), force: false });
  expect(removed.notes).toContain(
    'What is kept of the code and the images stays, because the run 20261121-100001-aaaa cannot be read.',
  );
  expect(await left()).toMatchObject({ runs: [1], code: [codeA, codeB], lists: ['cc33.json'] });
});

test('what a killed removal has left is removed by the next one, with what only it used', async () => {
  const { workspace, runs, left } = await bed();
  // No process has such a high id.
  const aside = join(workspace.logs, '.removed/4194999-abcdef');
  await mkdir(aside, { recursive: true });
  await rename(join(workspace.logs, 'hello/20261121-100003-aaaa'), join(aside, '20261121-100003-aaaa'));
  expect((await left()).runs).toEqual([1, 2]);
  await removeRuns({ workspace, runs: await runs(1), force: false });
  expect(await left()).toEqual({ runs: [2], code: [codeA], lists: ['cc33.json'], aside: false });
});

test('links are not followed, and an id of somebody else leads nowhere', async () => {
  const outside = await mkdtemp(join(tmpdir(), 'collab-outside-'));
  await writeFile(join(outside, 'kept'), '');
  const { workspace, runs } = await bed({
    1: { experiment: { name: 'hello', id: '../../hello', definition: null } },
  });
  await symlink(outside, join(workspace.logs, 'hello/20261121-100001-aaaa/link'));
  await symlink(outside, join(workspace.logs, 'hello/20261121-100009-aaaa'));
  expect(await runs(9)).toEqual([]);
  const removed = await removeRuns({ workspace, runs: await runs(1), force: false });
  expect(removed.parts).toEqual([]);
  expect(await readdir(outside)).toEqual(['kept']);
});

test('says what else the user should know of a run', async () => {
  const { workspace, runs } = await bed({ 1: { state: 'interrupted' } });
  const { notes } = await planRunRemoval({ workspace, runs: await runs(1), force: false });
  expect(notes).toEqual([expect.stringContaining('may have left logs on nano1, nano2')]);
});
