import { expect, it } from 'vitest';
import { dispatcherBed, jobA, jobB, one, submitOf, two } from '../../../tests/fixtures/dispatcher-bed.js';
import type { FakeWorker } from '../../../tests/fixtures/fake-workers.js';
import { inferenceOf } from '../../../tests/fixtures/inference-jobs.js';

const inferring = (id: string, batches: number) => submitOf(id, 1, inferenceOf('resnet50', batches, 1));
const held = ({ holds }: FakeWorker) => holds.map(({ job, task }) => `${job === jobA ? 'A' : 'B'}${task}`);

it('gives a worker one batch more than it has slots', async () => {
  const { ask, leader, show, worker } = await dispatcherBed();
  await ask(inferring(jobA, 10));
  const first = worker(one);
  await first.ask(leader);
  expect(held(first)).toEqual(['A0', 'A1']);
  await first.ask(leader);
  expect(held(first)).toEqual(['A0', 'A1']);
  await first.end(first.holds[0], 'done');
  await first.ask(leader);
  expect(held(first)).toEqual(['A1', 'A2']);
  expect(await show(jobA)).toMatchObject({ counts: { running: 2, queued: 7, done: 1 }, waits_for: null });
});

it('gives none ahead of a slot that is free elsewhere', async () => {
  const { ask, leader, worker } = await dispatcherBed();
  const [first, second] = [worker(one), worker(two)];
  await second.ask(leader);
  await ask(inferring(jobA, 2));
  await first.ask(leader);
  // The other one is alive and has a slot, though it does not ask at the moment.
  expect(held(first)).toEqual(['A0']);
  await second.ask(leader);
  expect(held(second)).toEqual(['A1']);
});

it('gives no batch ahead of tasks that wait, and none to a worker that works on a task', async () => {
  const { ask, leader, worker } = await dispatcherBed();
  const first = worker(one);
  await ask(submitOf(jobB, 1));
  await first.ask(leader);
  expect(held(first)).toEqual(['B0']);
  await ask(inferring(jobA, 10));
  await first.ask(leader);
  // It may take long until the slot is free.
  expect(held(first)).toEqual(['B0']);
  await first.end(first.holds[0], 'done');
  await first.ask(leader);
  expect(held(first)).toEqual(['A0', 'A1']);
  await ask(submitOf('20261121-120002-cccccc', 1, { name: 'c' }), 'bob');
  await first.end(first.holds[0], 'done');
  await first.ask(leader);
  expect(held(first)).toEqual(['A1']);
  await first.end(first.holds[0], 'done');
  await first.ask(leader);
  expect(first.holds).toMatchObject([{ name: 'c', task: 0 }]);
});

it('a batch ahead takes no slot that a task could have', async () => {
  const { ask, leader, worker } = await dispatcherBed();
  const first = worker(one);
  first.slots = 2;
  await ask(inferring(jobA, 3));
  await first.ask(leader);
  expect(held(first)).toEqual(['A0', 'A1', 'A2']);
  for (const run of first.holds.slice(0, 2)) await first.end(run, 'done');
  await ask(submitOf(jobB, 5));
  await first.ask(leader);
  // What was ahead runs, and the other slot is free.
  expect(held(first)).toEqual(['A2', 'B0']);
});

it('runs a batch again that was ahead on a worker that is lost', async () => {
  const { ask, leader, pass, show, worker } = await dispatcherBed();
  await ask(inferring(jobA, 3));
  const [first, second] = [worker(one), worker(two)];
  await first.ask(leader);
  expect(held(first)).toEqual(['A0', 'A1']);
  for (let passed = 0; passed < 14; passed += 1) {
    await pass(1, [second]);
    if (second.holds.length > 0) await second.end(second.holds[0], 'done');
  }
  expect(await show(jobA)).toMatchObject({ state: 'done', counts: { done: 3 } });
});
