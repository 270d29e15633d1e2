import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { findRun, listRuns } from './find-run.js';
import { readRun } from './read-run.js';
import { RunFolder, runOf } from '../../../tests/fixtures/run-folder.js';

let logs = '';
beforeAll(async () => {
  logs = await mkdtemp(join(tmpdir(), 'collab-logs-'));
  for (const id of [
    'hello/20261121-100000-aaaa',
    'hello/20261121-100000-abbb',
    'split/20261120-090000-cccc',
  ]) {
    await RunFolder.make(runOf(), logs, id);
  }
  await mkdir(join(logs, 'hello', '20261122-000000-dddd'));
  await writeFile(join(logs, '.gitignore'), '*\n');
});

test('lists runs newest first, without folders that lack run.json', async () => {
  expect((await listRuns(logs)).map(({ experiment, runId }) => `${experiment}/${runId}`)).toEqual([
    'hello/20261121-100000-abbb',
    'hello/20261121-100000-aaaa',
    'split/20261120-090000-cccc',
  ]);
  expect(await listRuns(join(logs, 'nowhere'))).toEqual([]);
});

test.each([
  [undefined, 'hello/20261121-100000-abbb'],
  ['20261121-100000-aaaa', 'hello/20261121-100000-aaaa'],
  ['20261121-100000-aa', 'hello/20261121-100000-aaaa'],
  ['20261120', 'split/20261120-090000-cccc'],
  ['split/20261120-090000-cccc', 'split/20261120-090000-cccc'],
  ['hello/20261121-100000-ab', 'hello/20261121-100000-abbb'],
])('finds %s', async (wanted, expected) => {
  expect(await findRun(logs, wanted)).toBe(join(logs, expected));
});

test('accepts a path to a run anywhere', async () => {
  const elsewhere = await RunFolder.make(runOf());
  expect(await findRun(logs, elsewhere.path)).toBe(elsewhere.path);
  expect(await findRun(logs, `${elsewhere.path}/`)).toBe(elsewhere.path);
});

test.each([
  ['2026112', 'run-ambiguous', 'hello/20261121-100000-abbb'],
  ['nope', 'no-such-run', 'split/20261120-090000-cccc'],
  ['', 'no-such-run', 'hello'],
  ['20261122-000000-dddd', 'no-such-run', 'hello'],
])("'%s' is answered with %s", async (wanted, name, why) => {
  await expect(findRun(logs, wanted)).rejects.toMatchObject({
    name,
    exitCode: 2,
    why: expect.stringContaining(why) as string,
  });
});

test('without any run, the error says how to start one', async () => {
  await expect(findRun(join(logs, 'nowhere'))).rejects.toMatchObject({ name: 'no-runs', exitCode: 2 });
});

test.each([
  ['', 'run-unreadable', 'JSON'],
  ['{"format":1,"run_id":"x"', 'run-unreadable', 'JSON'],
  ['{"format":1}', 'run-unreadable', 'run_id'],
  ['null', 'run-unreadable', 'expected object'],
  ['{"format":2}', 'run-too-new', 'format 2'],
])('rejects a run.json that contains %j with a reason', async (text, name, why) => {
  const { path } = await RunFolder.make(text);
  await expect(readRun(path)).rejects.toMatchObject({
    name,
    exitCode: 2,
    why: expect.stringContaining(why) as string,
  });
});

test('rejects a role name that would escape the run folder', async () => {
  const placement = [{ role: '../../other', rank: 0, device: 'nano1' }];
  const { path } = await RunFolder.make(runOf({ placement }));
  await expect(readRun(path)).rejects.toMatchObject({ name: 'run-unreadable' });
});

test('a folder without run.json is not a run', async () => {
  await expect(readRun(logs)).rejects.toMatchObject({ name: 'not-a-run', exitCode: 2 });
});
