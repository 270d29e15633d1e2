import { expect, it } from 'vitest';
import {
  dispatcherBed,
  jobA,
  jobB,
  one,
  submitOf,
  two,
  look,
} from '../../../tests/fixtures/dispatcher-bed.js';
import { inferenceOf } from '../../../tests/fixtures/inference-jobs.js';
import type { JobsQuestion } from '../../fleet/jobs/index.js';

const jobC = '20261121-120002-cccccc';
const inferring = (id: string, model: string, images: number, size: number, other: object = {}) =>
  submitOf(id, 1, { ...inferenceOf(model, images, size), ...other });
const sizeOf = (model: string, size: number): JobsQuestion => ({ kind: 'set-batch-size', model, size });
const listed: JobsQuestion = { kind: 'batch-sizes' };

it('sets the size of the batches that were not given out, of all jobs of a model', async () => {
  const { ask, leader, show, worker } = await dispatcherBed();
  await ask(inferring(jobA, 'resnet50', 30, 8));
  await ask(inferring(jobC, 'resnet50', 9, 3), 'bob');
  await ask({ kind: 'cancel', id: jobC }, 'bob');
  const first = worker(one);
  // One that it works on, and one ahead.
  const { run } = await first.ask(leader);
  expect(run.map(({ parameters }) => parameters)).toEqual([
    { first_image: 0, images: 8 },
    { first_image: 8, images: 8 },
  ]);
  await ask(inferring(jobB, 'detector', 20, 8));
  expect(await ask(sizeOf('resnet50', 5), 'bob')).toEqual([
    { kind: 'batch-sizes', sizes: [{ model: 'resnet50', size: 5 }], jobs: [jobA] },
  ]);
  const sizes = [
    { task: 0, image: 0, size: 8 },
    { task: 2, image: 16, size: 5 },
  ];
  expect(await show(jobA)).toMatchObject({
    tasks: 5,
    counts: { running: 2, queued: 3 },
    inference: { batches: { sizes } },
  });
  expect(await show(jobB)).toMatchObject({ tasks: 3 });
  const [page] = await ask({ kind: 'tasks', id: jobA, from: 0, limit: 10 });
  if (page?.kind !== 'tasks') throw new Error('no tasks');
  expect(page.total).toBe(5);
  expect(page.tasks.map(({ parameters }) => [parameters.first_image, parameters.images])).toEqual([
    [0, 8],
    [8, 8],
    [16, 5],
    [21, 5],
    [26, 4],
  ]);
  await ask({ kind: 'cancel', id: jobB });
  const done: unknown[] = [];
  for (let next = first.holds[0]; next !== undefined; next = first.holds[0]) {
    done.push(next.parameters.images);
    await first.end(next, 'done');
    await first.ask(leader);
  }
  expect(done).toEqual([8, 8, 5, 5, 4]);
  await look(leader);
  expect(await show(jobA)).toMatchObject({ state: 'done', tasks: 5, counts: { done: 5, queued: 0 } });
  // It has ended, and stays as it was.
  expect(await ask(sizeOf('resnet50', 1))).toMatchObject([{ jobs: [] }]);
  expect(await show(jobA)).toMatchObject({ tasks: 5, counts: { done: 5 } });
});

it('gives nothing out while it changes the size, so that no work is lost', async () => {
  const { ask, leader, worker, show, taskOf } = await dispatcherBed();
  await ask(inferring(jobA, 'resnet50', 12, 4));
  const first = worker(one);
  for (const size of [3, 2, 1, 4, 3, 2]) {
    const [, { run }] = await Promise.all([ask(sizeOf('resnet50', size)), first.ask(leader)]);
    for (const assigned of run) await first.end(assigned, 'done');
  }
  await first.ask(leader);
  const { counts, tasks } = await show(jobA);
  expect(counts.done).toBeGreaterThan(2);
  for (let task = 0; task < tasks; task += 1)
    expect((await taskOf(jobA, task))?.ends.filter(({ outcome }) => outcome !== 'done') ?? []).toEqual([]);
});

it('keeps the sizes for the next leader, and those of two models apart', async () => {
  const { ask, lead, stop, show } = await dispatcherBed();
  expect(await ask(listed)).toEqual([{ kind: 'batch-sizes', sizes: [], jobs: [] }]);
  await ask(inferring(jobA, 'resnet50', 20, 20));
  await ask(sizeOf('resnet50', 4));
  await ask(sizeOf('detector', 2));
  await ask(sizeOf('resnet50', 2));
  stop.abort();
  const { leader } = await lead();
  expect(await ask(listed, 'bob', leader)).toMatchObject([
    {
      sizes: [
        { model: 'detector', size: 2 },
        { model: 'resnet50', size: 2 },
      ],
    },
  ]);
  expect(await show(jobA, leader)).toMatchObject({ tasks: 10, counts: { queued: 10 } });
});

it('refuses what would be more batches than a user may have, and changes nothing then', async () => {
  const { ask, show } = await dispatcherBed({ tasks_per_user: 30 });
  await ask(inferring(jobA, 'resnet50', 40, 4));
  await ask(inferring(jobB, 'resnet50', 40, 4));
  await expect(ask(sizeOf('resnet50', 2), 'bob')).rejects.toThrow('the limit of 30');
  expect(await ask(listed)).toMatchObject([{ sizes: [] }]);
  expect([(await show(jobA)).tasks, (await show(jobB)).tasks]).toEqual([10, 10]);
  expect(await ask(sizeOf('resnet50', 40))).toMatchObject([{ jobs: [jobA, jobB] }]);
  expect([(await show(jobA)).tasks, (await show(jobB)).tasks]).toEqual([1, 1]);
});

it('refuses batches that leave images out, or have no model', async () => {
  const { ask } = await dispatcherBed();
  const gap = [
    { task: 0, image: 0, size: 4 },
    { task: 2, image: 9, size: 4 },
  ];
  await expect(
    ask(inferring(jobA, 'resnet50', 40, 4, { tasks: { kind: 'batches', images: 40, sizes: gap } })),
  ).rejects.toThrow('entry 2 of the sizes');
  await expect(ask(inferring(jobA, 'resnet50', 40, 4, { model: null }))).rejects.toThrow('a model');
});

it('does not count what an earlier leader gave out with other images', async () => {
  const { ask, lead, leader: earlier, show, pass, worker, taskOf } = await dispatcherBed();
  await ask(inferring(jobA, 'resnet50', 8, 4));
  const { leader } = await lead();
  // The earlier one does not know of the new size, and gives out task 0 as it was.
  await ask(sizeOf('resnet50', 2), 'ann', leader);
  const [late, other] = [worker(one), worker(two)];
  const [run] = (await late.ask(earlier)).run;
  expect(run?.parameters).toEqual({ first_image: 0, images: 4 });
  expect(await late.end(run, 'done')).toBe(true);
  await late.ask(leader);
  for (let count = 0; count < 8 && (await show(jobA, leader)).ended_at === null; count += 1) {
    await pass(1, [late, other], leader);
    for (const one of [late, other]) await Promise.all(one.holds.map((held) => one.end(held, 'done')));
  }
  expect(await show(jobA, leader)).toMatchObject({ state: 'done', tasks: 4, counts: { done: 4 } });
  expect((await taskOf(jobA, 0))?.ends).toMatchObject([
    { outcome: 'lost', reason: expect.stringContaining('other images') as string },
    { outcome: 'done', batch: { first: 0, images: 2 } },
  ]);
});
