import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { rawBundle, runFiles, runId } from '../../../tests/fixtures/raw-bundle.js';
import { Workspace } from '../../workspace/index.js';
import { badBundle, bundleLimits } from './bundle-file.js';
import { importSource } from './import-source.js';
import { openSource } from './open-source.js';
import { readBundle } from './read-bundle.js';

let workspace: Workspace;
let file = '';
const at = (...path: string[]) => join(workspace.root, ...path);
const stop = () => new AbortController();
const about = () => ({ workspace, source: file, path: undefined, env: {}, emit: () => undefined });
const importing = {
  as: undefined,
  engine: () => Promise.reject(new Error('no engine')),
  emit: () => undefined,
};

beforeEach(async () => {
  workspace = new Workspace(await mkdtemp(join(tmpdir(), 'bundles-')));
  await mkdir(workspace.testCases);
  file = at('x.collab.tar.gz');
  await writeFile(file, rawBundle({ run: runFiles(), more: { 'experiment/big': 'x'.repeat(3_000_000) } }));
});

test('leaves nothing behind when it is stopped while it reads', async () => {
  await writeFile(file, rawBundle({ run: runFiles() }));
  const ending = stop();
  const emit = () => ending.abort(badBundle('stopped'));
  await expect(openSource({ ...about(), emit, signal: ending.signal })).rejects.toMatchObject({
    name: 'bad-bundle',
  });
  expect(await readdir(workspace.private)).not.toContainEqual(expect.stringMatching(/^import-/));
});

test('takes back what it put when the rest fails', async () => {
  await writeFile(file, rawBundle({ run: runFiles() }));
  {
    await using opened = await openSource({ ...about(), signal: stop().signal });
    // Where the experiment is to go, there is something meanwhile.
    const racing = { ...importing, workspace, opened };
    const put = importSource({ ...racing, signal: AbortSignal.abort(new Error('stopped')) });
    await expect(put).rejects.toThrow('stopped');
  }
  expect(await readdir(workspace.testCases)).toEqual([]);
  expect(await readdir(workspace.logs, { recursive: true })).toEqual(['.experiments']);
  expect(await readdir(workspace.private)).not.toContainEqual(expect.stringMatching(/^import-/));
});

test('puts experiment, run and kept code', async () => {
  await writeFile(file, rawBundle({ run: runFiles() }));
  await using opened = await openSource({ ...about(), signal: stop().signal });
  const imported = await importSource({ ...importing, workspace, opened, signal: stop().signal });
  expect(imported).toMatchObject({ name: 'parcel', present: false, run: { id: runId, present: false } });
  expect((await readdir(at('TestCases/parcel'))).sort()).toEqual(['a.py', 'experiment.yaml']);
  expect(await readdir(workspace.keptExperiments)).toEqual([opened.experiment.id]);
  expect((await readdir(at('Logs/parcel', runId))).sort()).toEqual(['events.jsonl', 'run.json']);
});

test.each([
  [{ entries: 3 }, 'more than 3 files'],
  [{ bytes: 2_000_000 }, 'are the most'],
  [{ ratioFromBytes: 1_000_000 }, 'more than 200 for each'],
  [{ manifestBytes: 100 }, 'too large'],
])('limits: %j', async (limit, why) => {
  const into = await mkdtemp(join(tmpdir(), 'into-'));
  const reading = readBundle(file, into, { ...bundleLimits, ...limit }, stop().signal);
  await expect(reading).rejects.toMatchObject({ why: expect.stringContaining(why) as string });
  expect(await readdir(into)).toEqual([]);
});
