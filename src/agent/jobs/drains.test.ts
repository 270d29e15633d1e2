import { expect, it } from 'vitest';
import { dispatcherBed, jobA, jobB, one, submitOf, two } from '../../../tests/fixtures/dispatcher-bed.js';
import type { FakeWorker } from '../../../tests/fixtures/fake-workers.js';
import type { JobsQuestion } from '../../fleet/jobs/index.js';

const drain = (member: string, deadline_s: number | null = null): JobsQuestion => ({
  kind: 'drain',
  member,
  deadline_s,
});
const undrain = (member: string): JobsQuestion => ({ kind: 'undrain', member });
const drains: JobsQuestion = { kind: 'drains' };

it('gives a drained worker nothing more, and lets it end what it runs', async () => {
  const { ask, leader, pass, show, worker } = await dispatcherBed();
  await ask(submitOf(jobA, 4));
  const [drained, other] = [worker(one), worker(two)];
  const { run } = await drained.ask(leader);
  expect(await ask(drain(one), 'root')).toMatchObject([
    { drains: [{ member: one, by: 'root', deadline_at: null, holds: [{ job: jobA, task: 0, attempt: 1 }] }] },
  ]);
  await pass(3, [drained, other]);
  expect([drained.holds.length, other.holds.length]).toEqual([1, 1]);
  await drained.end(run[0], 'done');
  await pass(3, [drained, other]);
  expect(drained.holds).toEqual([]);
  expect(await ask(drains)).toMatchObject([{ drains: [{ member: one, holds: [] }] }]);
  expect(await ask({ kind: 'workers' })).toMatchObject([
    {
      workers: [
        { member: one, drained: true },
        { member: two, drained: false },
      ],
    },
  ]);
  expect((await show(jobA)).counts).toMatchObject({ done: 1, running: 1, queued: 2 });
  expect(await ask(undrain(one), 'root')).toMatchObject([{ drains: [{ member: one }] }]);
  expect((await drained.ask(leader)).run).toMatchObject([{ job: jobA, task: 2 }]);
  expect(await ask(undrain(one), 'root')).toEqual([{ kind: 'drains', drains: [] }]);
});

it('gives back at the deadline what still runs, which is no failed attempt', async () => {
  const { ask, leader, pass, show, taskOf, worker } = await dispatcherBed();
  await ask(submitOf(jobA, 1, { attempts: 1 }));
  const [drained, other] = [worker(one), worker(two)];
  const { run } = await drained.ask(leader);
  await ask(drain(one, 5), 'root');
  await pass(3, [drained, other]);
  expect([drained.holds.length, other.holds.length]).toEqual([1, 0]);
  await pass(4, [drained, other]);
  expect(drained.holds).toEqual([]);
  expect(other.holds).toMatchObject([{ task: 0, attempt: 2, ends: [] }]);
  // What it still writes of its attempt does not count.
  expect(await drained.end(run[0], 'done')).toBe(false);
  await drained.ask(leader);
  await other.end(other.holds[0], 'done');
  await pass(2, [drained, other]);
  expect(await show(jobA)).toMatchObject({ state: 'done', counts: { done: 1, failed: 0 } });
  expect((await taskOf(jobA, 0))?.ends).toMatchObject([{ attempt: 2, member: two, outcome: 'done' }]);
});

it('counts a task that ended just when it was to be given back', async () => {
  const { ask, leader, pass, show, taskOf, worker } = await dispatcherBed();
  await ask(submitOf(jobA, 1));
  const [drained, other] = [worker(one), worker(two)];
  const { run } = await drained.ask(leader);
  expect(await drained.end(run[0], 'done')).toBe(true);
  await ask(drain(one, 0), 'root');
  await pass(2, [drained, other]);
  expect(await show(jobA)).toMatchObject({ state: 'done', counts: { done: 1 } });
  expect((await taskOf(jobA, 0))?.ends).toMatchObject([{ attempt: 1, member: one, outcome: 'done' }]);
});

it('gives others at once what waits on a drained worker for a slot', async () => {
  const { ask, leader, pass, worker } = await dispatcherBed();
  await ask(submitOf(jobA, 9));
  const drained = worker(one);
  drained.ahead = 1;
  const { run } = await drained.ask(leader);
  await drained.end(run[0], 'done');
  await pass(2, [drained]);
  expect(drained.holds).toHaveLength(2);
  await ask(drain(one), 'root');
  await pass(2, [drained]);
  expect(drained.holds).toHaveLength(1);
});

it('moves replicas of services at once', async () => {
  const { ask, pass, show, worker } = await dispatcherBed();
  await ask(submitOf(jobA, 2, { service: { port: 8080 } }));
  const [drained, other] = [worker(one), worker(two)];
  await pass(1, [drained]);
  expect(drained.holds).toHaveLength(2);
  await ask(drain(one), 'root');
  await pass(4, [drained, other]);
  expect([drained.holds.length, other.holds.length]).toEqual([0, 2]);
  expect((await show(jobA)).counts).toMatchObject({ running: 2 });
});

it('says of a job that only drained workers could run it', async () => {
  const { ask, leader, pass, show, worker } = await dispatcherBed();
  const [drained, other] = [worker(one), worker(two)];
  [drained.name, drained.tags] = ['nano1', ['gpu']];
  await drained.ask(leader);
  await ask(drain(one), 'root');
  await ask(submitOf(jobA, 1, { pool: ['gpu'] }));
  await ask(submitOf(jobB, 1, { pool: ['fpga'] }));
  await pass(7, [drained]);
  expect((await show(jobA)).waits_for).toBe('only drained workers could run it: nano1');
  await pass(1, [drained, other]);
  expect((await show(jobA)).waits_for).toBe('only drained workers could run it: nano1');
  expect((await show(jobB)).waits_for).toBe('no worker has the tag fpga');
});

it('is known to the next leader, who counts the deadline on', async () => {
  const { ask, clock, lead, leader: first, pass, stop, worker } = await dispatcherBed();
  await ask(submitOf(jobA, 2));
  const [drained, other] = [worker(one), worker(two)];
  await drained.ask(first);
  await ask(drain(one, 30), 'root');
  const drainedMs = clock.passedMs;
  const until = async (seconds: number, workers: FakeWorker[], leader = first) => {
    while (clock.passedMs - drainedMs < seconds * 1000) await pass(1, workers, leader);
  };
  await until(15, [drained]);
  stop.abort();
  const { leader } = await lead();
  await until(25, [drained, other], leader);
  expect([drained.holds.length, other.holds.length]).toEqual([1, 1]);
  await other.end(other.holds[0], 'done');
  await until(35, [drained, other], leader);
  expect(drained.holds).toEqual([]);
  expect(other.holds).toMatchObject([{ task: 0, attempt: 2 }]);
});

it('is shown to all users, and changed by admins', async () => {
  const { ask } = await dispatcherBed();
  await expect(ask(drain(one))).rejects.toThrow('only admins');
  await expect(ask(undrain(one))).rejects.toThrow('only admins');
  await ask(drain(one, 60), 'root');
  const [answer] = await ask(drains, 'bob');
  const [shown] = answer?.kind === 'drains' ? answer.drains : [];
  expect(Date.parse(shown?.deadline_at ?? '') - Date.parse(shown?.drained_at ?? '')).toBe(60_000);
});
