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
import type { FakeWorker } from '../../../tests/fixtures/fake-workers.js';

const held = ({ holds }: FakeWorker) => holds.map(({ job, task }) => `${job === jobA ? 'A' : 'B'}${task}`);

/** A leader, and a worker that takes tasks ahead and has ended one of ten. */
async function begun(tasks = 10) {
  const bed = await dispatcherBed();
  await bed.ask(submitOf(jobA, tasks));
  const first = bed.worker(one);
  first.ahead = 1;
  await first.ask(bed.leader);
  expect(held(first)).toEqual(['A0']);
  await first.ask(bed.leader);
  // How long its tasks take is not known before one has ended.
  expect(held(first)).toEqual(['A0']);
  await first.end(first.holds[0], 'done');
  await first.ask(bed.leader);
  return { ...bed, first };
}

it('gives a worker a task ahead, which is queued until the worker says that it has a slot', async () => {
  const { ask, leader, show, first } = await begun();
  expect(held(first)).toEqual(['A1', 'A2']);
  await first.ask(leader);
  expect(held(first)).toEqual(['A1', 'A2']);
  expect(await show(jobA)).toMatchObject({ counts: { running: 1, queued: 8, done: 1 }, state: 'running' });
  const [answer] = await ask({ kind: 'tasks', id: jobA, from: 1, limit: 2 });
  expect(answer).toMatchObject({
    tasks: [
      { task: 1, state: 'running', member: one, started_at: expect.any(String) as string },
      { task: 2, state: 'queued', member: null, attempt: null, started_at: null },
    ],
  });
  await first.end(first.holds[0], 'done');
  await first.ask(leader);
  expect(held(first)).toEqual(['A2', 'A3']);
  await first.ask(leader);
  expect(await show(jobA)).toMatchObject({ counts: { running: 1, queued: 7, done: 2 } });
});

it('gives none ahead near the end of a job, nor to a worker that takes none', async () => {
  const { ask, leader, first, worker } = await begun(3);
  // Two are left, and it has one slot: the last one waits in the queue.
  expect(held(first)).toEqual(['A1']);
  await ask(submitOf(jobB, 10));
  const second = worker(two);
  for (let turn = 0; turn < 3; turn += 1) {
    await second.ask(leader);
    expect(second.holds.length).toBe(1);
    await second.end(second.holds[0], 'done');
  }
});

it('takes a task back that waits behind a long one, once another worker is idle, and counts no attempt', async () => {
  const { leader, show, taskOf, first, worker } = await begun(4);
  expect(held(first)).toEqual(['A1', 'A2']);
  const second = worker(two);
  second.ahead = 1;
  await second.ask(leader);
  expect(held(second)).toEqual(['A3']);
  await second.end(second.holds[0], 'done');
  // It has nothing to do now, and the first one says that A2 waits.
  await Promise.all([first.ask(leader), second.ask(leader), look(leader)]);
  await Promise.all([second.ask(leader), look(leader)]);
  await first.ask(leader);
  expect(held(first)).toEqual(['A1']);
  await first.ask(leader);
  await second.ask(leader);
  expect(held(second)).toEqual(['A2']);
  expect(await taskOf(jobA, 2)).toMatchObject({ state: 'assigned', member: two, ends: [] });
  await second.end(second.holds[0], 'done');
  await first.end(first.holds[0], 'done');
  await first.ask(leader);
  await second.ask(leader);
  expect(await show(jobA)).toMatchObject({ state: 'done', counts: { done: 4 } });
});

it('takes nothing back that has a slot', async () => {
  const { leader, first, worker } = await begun(4);
  first.slots = 2; // It has begun the second one.
  const second = worker(two);
  await second.ask(leader);
  await second.end(second.holds[0], 'done');
  for (let turn = 0; turn < 3; turn += 1)
    await Promise.all([first.ask(leader), second.ask(leader), look(leader)]);
  expect(held(first)).toEqual(['A1', 'A2']);
  expect(second.holds).toEqual([]);
});

it('runs a task again that waited on a worker that is lost', async () => {
  const { pass, show, worker } = await begun(4);
  const second = worker(two);
  second.ahead = 1;
  for (let passed = 0; passed < 14; passed += 1) {
    await pass(1, [second]);
    if (second.holds.length > 0) await second.end(second.holds[0], 'done');
  }
  expect(await show(jobA)).toMatchObject({ state: 'done', counts: { done: 4 } });
});

it('a job that is cancelled has no task that is queued', async () => {
  const { ask, show } = await begun();
  await ask({ kind: 'cancel', id: jobA });
  expect(await show(jobA)).toMatchObject({ counts: { queued: 0, running: 2, done: 1, cancelled: 7 } });
});
