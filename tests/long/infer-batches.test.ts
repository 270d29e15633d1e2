import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { localMembers, localPid, localResult, localWords } from '../e2e/local-fleet.js';
import { TestWorkspace } from '../e2e/workspace.js';
import { writeSleepingModels } from '../fixtures/sleeping-models.js';

/** Batches of images on a fleet of this machine, through models that need no library: a process sleeps for each image. */
const workspace = TestWorkspace.make();
const at = (...path: string[]) => join(workspace.folder, ...path);
const result = <T>(...words: string[]) => localResult<T>(workspace, ...words);

interface Task {
  task: number;
  state: string;
  parameters: { first_image: number; images: number };
  ends: { member: string; outcome: string; ended_at: string; processing_s?: number }[];
}
interface Job {
  id: string;
  state: string;
  counts: { done: number };
  task_list: Task[];
}
const show = (id: string) => result<Job>('job', 'show', id);
const submit = async (...words: string[]) => (await result<{ id: string }>('infer', 'submit', ...words)).id;
const soon = { timeout: 60_000, interval: 300 };
const doneOf = async (id: string) => (await show(id)).counts.done;
const isOver = async (id: string) => {
  await expect.poll(async () => (await show(id)).state, soon).toBe('done');
  return show(id);
};

/** The rows of a job's output: each image once, in order. */
async function rows(id: string): Promise<Record<string, unknown>[]> {
  const ended = await workspace.collab(...localWords(['infer', 'output', id, 'out.jsonl']));
  expect(ended.code, ended.stderr).toBe(0);
  const lines = readFileSync(at('out.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

beforeAll(async () => {
  writeSleepingModels(workspace.folder, 'text', { quick: 10, slow: 60 });
  mkdirSync(at('photos'));
  for (let image = 0; image < 10; image += 1) writeFileSync(at(`photos/${image}.png`), `text ${image}`);
  const words = 'fleet up --local --yes --profile fast --members 4 --keepers m1,m2,m3';
  const up = await workspace.collab(...words.split(' '));
  expect(up.code, up.stderr).toBe(0);
}, 120_000);
afterAll(() => workspace.collab('fleet', 'down', '--local', '--purge'));

it('each image has one answer, and a model is loaded once on each device', { timeout: 120_000 }, async () => {
  const id = await submit('quick', 'photos', '--count', '50');
  const { task_list: tasks } = await isOver(id);
  expect(tasks).toHaveLength(13);
  const found = await rows(id);
  expect(found.map(({ index }) => index)).toEqual([...Array(50).keys()]);
  for (const { index, image, class: text } of found)
    expect([image, text]).toEqual([`${Number(index) % 10}.png`, `text ${Number(index) % 10}`]);
  const again = await submit('quick', 'photos', '--count', '40');
  await isOver(again);
  const processes = new Set([...found, ...(await rows(again))].map(({ weights }) => weights));
  expect(processes.size).toBeLessThanOrEqual(4);
  const { models } = await result<{ models: { model: string; n: number; mean_s: number; p50_s: number }[] }>(
    'infer',
    'times',
    again,
  );
  expect(models).toMatchObject([{ model: 'quick', n: 10 }]);
  expect(models[0]?.p50_s).toBeGreaterThan(0.03);
});

it('another size of batches holds from the next one on', { timeout: 120_000 }, async () => {
  const id = await submit('slow', 'photos', '--count', '800');
  await expect.poll(() => doneOf(id), soon).toBeGreaterThan(3);
  await result('infer', 'batch-size', 'slow', '10');
  const { task_list: tasks } = await isOver(id);
  const sizes = tasks.map(({ parameters }) => parameters.images);
  expect(sizes[0]).toBe(4);
  expect(sizes.filter((size) => size === 10).length).toBeGreaterThan(3);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(800);
  expect((await rows(id)).map(({ index }) => index)).toEqual([...Array(800).keys()]);
});

it('two jobs of different models are answered at rates within the bound', { timeout: 180_000 }, async () => {
  const slow = await submit('slow', 'photos', '--count', '800', '--batch-size', '4');
  await expect.poll(() => doneOf(slow), soon).toBeGreaterThan(3);
  const quick = await submit('quick', 'photos', '--count', '800', '--batch-size', '4');
  const jobs = await Promise.all([isOver(slow), isOver(quick)]);
  const ends = jobs.map(({ task_list: tasks }) =>
    tasks.map(({ ends }) => Date.parse(ends.find(({ outcome }) => outcome === 'done')?.ended_at ?? '')),
  );
  // Both have work from the first results of the second job on, until one has no more.
  const from = [...(ends[1] ?? [])].sort((a, b) => a - b)[4] ?? NaN;
  const to = Math.min(...ends.map((all) => Math.max(...all)));
  const [one = 0, other = 0] = ends.map((all) => all.filter((end) => end > from && end <= to).length);
  expect(Math.min(one, other)).toBeGreaterThan(20);
  // The bound that holds: two batches of each of the four devices, and two more.
  expect(Math.abs(one - other)).toBeLessThanOrEqual(2 * 4 + 2);
});

it(
  'batches of a worker and of a leader that are killed are answered once',
  { timeout: 240_000 },
  async () => {
    const id = await submit('slow', 'photos', '--count', '200', '--batch-size', '4');
    const { store } = await result<{ store: { leader: string } }>('fleet', 'status');
    const names = localMembers(workspace).map(({ name }) => name);
    const worker = names.find((name) => name !== store.leader) ?? '';
    await expect.poll(() => doneOf(id), soon).toBeGreaterThan(3);
    process.kill(localPid(workspace, worker, 'agent'), 'SIGKILL');
    await expect.poll(() => doneOf(id), soon).toBeGreaterThan(12);
    process.kill(localPid(workspace, store.leader, 'agent'), 'SIGKILL');
    const { task_list: tasks } = await isOver(id);
    for (const { ends } of tasks) expect(ends.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
    expect((await rows(id)).map(({ index }) => index)).toEqual([...Array(200).keys()]);
  },
);
