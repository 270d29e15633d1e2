import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { RunFolder, runOf } from '../../../tests/fixtures/run-folder.js';
import { findOwnRun, ownRuns } from './own-runs.js';
import { readSettledRun } from './settled-run.js';

const job = { owner: 'ann', fleet: 'lab', asked_at: '2026-11-22T10:00:00.000Z' };
const [run, newer] = ['20261121-125301-a1b2', '20261122-095959-abc123'];
const instead = (id: string) => `collab job something ${id}`;
let logs: string;

beforeEach(async () => {
  logs = await mkdtemp(join(tmpdir(), 'collab-logs-'));
  await RunFolder.make(runOf(), join(logs, 'split-inference'), run);
  await RunFolder.make(
    runOf({ run_id: newer, job, state: 'running', ended_at: null }),
    join(logs, 'jobs'),
    newer,
  );
});

test('without a name, the newest run that is not a job is meant', async () => {
  expect(await findOwnRun(logs, undefined, instead)).toBe(join(logs, 'split-inference', run));
  const found: string[] = [];
  for await (const { runId } of ownRuns(logs)) found.push(runId);
  expect(found).toEqual([run]);
});

test('a job that is named is refused, with the command for jobs', async () => {
  await expect(findOwnRun(logs, '20261122', instead)).rejects.toMatchObject({
    name: 'run-is-job',
    what: `${newer} is a job, and not a run of an experiment.`,
    next: `collab job something ${newer}`,
  });
});

test('a job is neither abandoned nor unchecked: its record is of when it was fetched', async () => {
  expect(await readSettledRun(join(logs, 'jobs', newer))).toMatchObject({ state: 'running', job });
});
