import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProcessWorker } from '../../../tests/fixtures/process-worker.js';
import { processesWith } from '../../../tests/fixtures/run-wrapper.js';
import { jobId, memberId, type WorkLeader } from '../../../tests/fixtures/work-leader.js';
import { taskRecord } from '../../fleet/jobs/record.js';

let worker: ProcessWorker;
let leader: WorkLeader;
let state: string;

beforeEach(async () => {
  worker = await ProcessWorker.start(1);
  ({ leader, state } = worker);
  leader.isGenerous = true;
});
afterEach(() => worker[Symbol.asyncDispose]());

const folderOf = (trial: string) => join(state, '.collab/runs', jobId, trial);
/** The wrapper of a task is up and waits. */
const waits = async (trial: string) => {
  const folder = join(folderOf(trial), 'task-0');
  return existsSync(join(folder, 'hold')) && (await processesWith(folder)).length > 0;
};
const sinceOf = (task: number) => leader.asked.at(-1)?.holds.find((one) => one.task === task)?.since;
const recordOf = async (task: number) => {
  const message = await leader.broker.last('JOBS', `j.${jobId}.${task}`);
  return taskRecord.parse(JSON.parse(Buffer.from(message?.data ?? '').toString()));
};
const writes = 'echo ran >"$COLLAB_OUTPUTS/ran"';

test('the next task is ready before the slot is free, and its time begins with the slot', async () => {
  const first = await leader.give(['sh', '-c', 'sleep 2'], { task: 0 });
  const next = await leader.give(['sh', '-c', `${writes}; date +%s.%N`], { task: 1, timeout_s: 1 });
  await leader.until(() => waits('2'));
  await leader.until(() => sinceOf(1) === null);
  expect(typeof sinceOf(0)).toBe('string');
  expect(existsSync(join(folderOf('2'), 'task-0/outputs'))).toBe(false);
  const [before, after] = [await leader.endOf(first), await leader.endOf(next)];
  expect([before.outcome, after.outcome]).toEqual(['done', 'done']);
  const left = await worker.left('2');
  const exit = JSON.parse(left['exit.json'] ?? '') as {
    started_realtime_s: number;
    totals: { wall_s: { value: number } };
  };
  const firstExit = JSON.parse((await worker.left('1'))['exit.json'] ?? '') as typeof exit;
  expect(exit.started_realtime_s).toBeGreaterThanOrEqual(firstExit.started_realtime_s + 2);
  expect(exit.started_realtime_s * 1000).toBeGreaterThanOrEqual(Date.parse(after.started_at ?? ''));
  expect(exit.totals.wall_s.value).toBeLessThan(1.5);
  const [sample = ''] = left['samples.jsonl']?.split('\n') ?? [];
  expect(JSON.parse(sample)).toMatchObject({ monotonic_s: expect.any(Number) as number });
  expect(left).not.toHaveProperty('go');
  expect(existsSync(folderOf('2'))).toBe(false);
  expect(worker.log).toEqual([]);
});

test('a task that is stopped before it has a slot has run nothing, and leaves nothing', async () => {
  const first = await leader.give(['sleep', '60'], { task: 0 });
  const next = await leader.give(['sh', '-c', writes], { task: 1 });
  await leader.until(() => waits('2'));
  leader.stopping.push(next);
  const end = await leader.endOf(next);
  expect(end).toMatchObject({ outcome: 'cancelled', code: null });
  expect(end).not.toHaveProperty('started_at');
  await leader.until(() => !existsSync(folderOf('2')));
  expect(await processesWith(folderOf('2'))).toEqual([]);
  leader.stopping.push(first);
  await leader.endOf(first);
});

test('a task that is wanted back has run nothing, and no attempt is counted', async () => {
  await leader.give(['sleep', '60'], { task: 0 });
  const next = await leader.give(['sh', '-c', writes], { task: 1 });
  await leader.until(() => waits('2'));
  leader.recalling.push(next, { ...next, task: 0 });
  await leader.until(() => leader.asked.some(({ ended }) => ended.some(({ task }) => task === 1)));
  expect(await recordOf(1)).toMatchObject({ state: 'ended', attempt: 1, member: memberId, ends: [] });
  expect(existsSync(folderOf('2'))).toBe(false);
  expect(await processesWith(folderOf('2'))).toEqual([]);
  expect(await readdir(join(state, '.collab/runs', jobId, 'work'))).toEqual(['1-task-0']);
  // What has a slot is not given back.
  expect(typeof sinceOf(0)).toBe('string');
  expect((await recordOf(0)).state).toBe('assigned');
});

test('an agent that ends gives back what waited, and leaves nothing of it', async () => {
  await leader.give(['sleep', '60'], { task: 0 });
  await leader.give(['sh', '-c', writes], { task: 1 });
  await leader.until(() => waits('2'));
  await worker.end();
  expect(await recordOf(0)).toMatchObject({ state: 'assigned' });
  expect(await recordOf(1)).toMatchObject({ state: 'ended', ends: [] });
  expect(existsSync(folderOf('2'))).toBe(false);
  expect(await processesWith(join(state, '.collab/runs'))).toEqual([]);
});

test('a task that cannot be made ready fails when its slot is free', async () => {
  const first = await leader.give(['sleep', '1'], { task: 0 });
  const next = await leader.give(['true'], { task: 1, requirements: 'torch' });
  expect((await leader.endOf(first)).outcome).toBe('done');
  expect(await leader.endOf(next)).toMatchObject({
    outcome: 'failed',
    reason: 'its requirements could not be installed',
  });
});
