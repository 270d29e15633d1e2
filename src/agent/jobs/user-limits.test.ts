import { expect, it } from 'vitest';
import { dispatcherBed, jobA, jobB, one, submitOf } from '../../../tests/fixtures/dispatcher-bed.js';

it('refuses a job with which its user would have too many tasks', async () => {
  const { ask, leader, worker } = await dispatcherBed({ tasks_per_user: 10 });
  await expect(ask(submitOf(jobA, 11))).rejects.toThrow('limit of 10');
  await ask(submitOf(jobA, 8, { attempts: 1 }));
  // The same job again is no new one, and others have limits of their own.
  expect(await ask(submitOf(jobA, 8, { attempts: 1 }))).toMatchObject([{ tasks: 0 }]);
  await expect(ask(submitOf(jobB, 3))).rejects.toThrow('ann has 8 tasks queued or running');
  await ask(submitOf(jobB, 10), 'bob');
  const first = worker(one);
  first.slots = 4;
  const { run } = await first.ask(leader);
  for (const assigned of run.filter(({ job }) => job === jobA)) await first.end(assigned, 'failed');
  await first.ask(leader);
  // Those that ended do not count any more, unless they are tried again.
  await ask(submitOf('20261121-120002-cccccc', 4));
  await expect(ask({ kind: 'retry', id: jobA })).rejects.toThrow('limit of 10');
});

it('runs no more tasks of a user than are allowed, and says so', async () => {
  const { ask, leader, worker, show, pass } = await dispatcherBed({ running_per_user: 2 });
  await ask(submitOf(jobA, 5));
  const first = worker(one);
  first.slots = 4;
  await pass(7, [first]);
  expect(first.holds).toHaveLength(2);
  await ask(submitOf(jobB, 5));
  expect((await show(jobB)).waits_for).toBe('2 tasks of ann run, and 2 may at the same time');
  await first.end(first.holds[0], 'done');
  expect((await first.ask(leader)).run).toHaveLength(1);
});

it('the replicas of a user count for themselves', async () => {
  const { ask, worker, pass } = await dispatcherBed({ running_per_user: 2 });
  await ask(submitOf(jobA, 3, { name: 'app', service: { port: 8080 } }));
  await ask(submitOf(jobB, 3));
  const first = worker(one);
  first.slots = 4;
  await pass(7, [first]);
  expect(first.holds.map(({ job }) => job).sort()).toEqual([jobA, jobA, jobB, jobB]);
});
