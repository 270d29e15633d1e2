import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { findRun, listRuns } from './find-run.js';
import { RunFolder } from '../../../tests/fixtures/run-folder.js';
import { readRunOrRebuild } from './rebuild-run.js';

const time = (second: number) => `2026-11-21T12:53:0${second}.000Z`;
const trial = (number: number) => ({
  trial: number,
  of: 3,
  parameters: { split: number },
  repeat: 0,
  warmup: false,
});
const journal = [
  { time: time(1), kind: 'run.started', run_id: 'r1', experiment: 'hello', trials: 3 },
  { time: time(1), kind: 'run.placed', placement: [{ role: 'a', rank: 0, device: 'nano1' }] },
  { time: time(2), kind: 'layer.built' },
  { time: time(3), kind: 'trial.started', ...trial(1) },
  { time: time(4), kind: 'trial.ended', trial: 1, state: 'complete' },
  { time: time(5), kind: 'trial.started', ...trial(2) },
];

let logs: string;
let folder: string;
beforeEach(async () => {
  logs = await mkdtemp(join(tmpdir(), 'collab-rebuild-'));
  folder = (await RunFolder.make('{"format":1,', join(logs, 'hello'), 'r1')).path;
});

const write = (events: readonly object[]) =>
  writeFile(join(folder, 'events.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));

test('uses what the journal contains, and says what it lacks', async () => {
  await write(journal);
  const run = await readRunOrRebuild(folder);
  expect(run).toMatchObject({ run_id: 'r1', state: 'interrupted', runtime: 'docker', ended_at: time(5) });
  expect(run.trials.map(({ state, parameters }) => [state, parameters.split])).toEqual([
    ['complete', 1],
    ['interrupted', 2],
  ]);
  expect(run.devices).toMatchObject([{ name: 'nano1', clock: null }]);
  expect(run.rebuilt).toMatch(/2 of 3 trials.*not known are devices, clocks/s);
});

test('takes the end of the run from its last event', async () => {
  await write([...journal, { time: time(9), kind: 'run.ended', state: 'failed', seconds: 8 }]);
  expect(await readRunOrRebuild(folder)).toMatchObject({ state: 'failed', ended_at: time(9) });
});

test('finds and lists a run without run.json by its journal', async () => {
  await write(journal);
  await rm(join(folder, 'run.json'));
  expect(await listRuns(logs)).toMatchObject([{ runId: 'r1' }]);
  expect(await findRun(logs, 'r1')).toBe(folder);
});

test.each([
  ['no journal', []],
  ['a journal that begins later', journal.slice(1)],
  [
    'a role that would lead out of the folder',
    [journal[0], { ...journal[1], placement: [{ role: '../x', rank: 0, device: 'd' }] }],
  ],
  ['an invalid placement', [journal[0], { ...journal[1], placement: 'all' }]],
])('%s: reports the fault of run.json', async (_, events) => {
  await write(events.map((event) => event ?? {}));
  await expect(readRunOrRebuild(folder)).rejects.toMatchObject({ name: 'run-unreadable', exitCode: 2 });
});
