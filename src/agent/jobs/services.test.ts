import { expect, it } from 'vitest';
import { dispatcherBed, jobA, jobB, one, submitOf, two } from '../../../tests/fixtures/dispatcher-bed.js';
import type { FakeWorker } from '../../../tests/fixtures/fake-workers.js';

type Change = NonNullable<Parameters<typeof submitOf>[2]>;
const serviceOf = (id: string, replicas: number, change: Change = {}) =>
  submitOf(id, replicas, { name: 'app', service: { port: 8080 }, ...change });

/** Two workers with room for several tasks, as seen from outside, after the leader has led for a while. */
async function bed() {
  const made = await dispatcherBed();
  const workers = [made.worker(one), made.worker(two)].map((worker, at) => {
    worker.slots = 4;
    worker.address = `10.0.0.${at + 1}`;
    return worker;
  });
  const [first, second] = workers as [FakeWorker, FakeWorker];
  await made.pass(7, workers);
  return { ...made, first, second, workers };
}

it('gives replicas to all workers, and tells them which are ready', async () => {
  const { leader, ask, pass, show, first, second, workers } = await bed();
  expect(await ask(serviceOf(jobA, 3))).toMatchObject([
    { tasks: 3, job: { service: { port: 8080, ready: 0 } } },
  ]);
  await pass(2, workers);
  expect([first.holds.length, second.holds.length].sort()).toEqual([1, 2]);
  expect(first.holds[0]).toMatchObject({ service: { port: 8080 }, restarts: 0 });
  const [held] = second.holds;
  if (held === undefined) throw new Error('nothing is held');
  const { job, task, attempt } = held;
  second.replicas = [
    { job, task, attempt, port: 40_001, ready: true },
    // It was given to somebody else meanwhile.
    { job, task, attempt: attempt + 1, port: 40_002, ready: true },
  ];
  second.entries = [{ job, port: 8080, fault: null }];
  first.entries = [{ job, port: null, fault: 'EADDRINUSE' }];
  await pass(1, workers);
  const told = [{ job: jobA, name: 'app', port: 8080, replicas: [{ address: '10.0.0.2', port: 40_001 }] }];
  expect((await first.ask(leader)).services).toEqual(told);
  const { service } = await show(jobA);
  expect(service?.ready).toBe(1);
  expect(service?.members).toEqual([
    { member: one, address: '10.0.0.1', port: null, fault: 'EADDRINUSE' },
    { member: two, address: '10.0.0.2', port: 8080, fault: null },
  ]);
});

it('a leader that has just begun says nothing of services', async () => {
  const { lead, worker } = await dispatcherBed();
  const { leader } = await lead();
  expect((await worker(one).ask(leader)).services).toBeNull();
});

it('starts a replica again after a pause, without an end, and keeps five ends', async () => {
  const { ask, pass, show, taskOf, first, clock } = await bed();
  await ask(serviceOf(jobA, 1));
  await pass(7, [first]);
  const passes: number[] = [];
  for (let attempt = 1; attempt <= 7; attempt += 1) {
    const endedMs = clock.passedMs;
    expect(first.holds).toMatchObject([{ attempt, restarts: attempt - 1 }]);
    await first.end(first.holds[0], 'failed');
    while (first.holds.length === 0) await pass(1, [first]);
    passes.push(clock.passedMs - endedMs);
  }
  for (const [at, pauseS] of [1, 2, 4, 8, 16, 32, 60].entries()) {
    expect(passes[at]).toBeGreaterThanOrEqual(pauseS * 1000);
    expect(passes[at]).toBeLessThan((pauseS + 4) * 1000);
  }
  expect((await taskOf(jobA, 0))?.ends.map(({ attempt }) => attempt)).toEqual([4, 5, 6, 7]);
  await first.end(first.holds[0], 'failed');
  expect((await taskOf(jobA, 0))?.ends.map(({ attempt }) => attempt)).toEqual([4, 5, 6, 7, 8]);
  expect(await show(jobA)).toMatchObject({
    state: 'running',
    ended_at: null,
    counts: { done: 0, failed: 0 },
  });
});

it('moves the replica of a lost worker, and ends when it is cancelled', async () => {
  const { leader, ask, pass, show, first, second, workers } = await bed();
  await ask(serviceOf(jobA, 2));
  await pass(2, workers);
  expect([first.holds.length, second.holds.length]).toEqual([1, 1]);
  await pass(9, [second]);
  expect(second.holds).toHaveLength(2);
  await ask({ kind: 'cancel', id: jobA });
  const { stop, services } = await second.ask(leader);
  expect(stop).toHaveLength(2);
  expect(services).toEqual([]);
  await pass(2, [second]);
  expect(await show(jobA)).toMatchObject({ state: 'cancelled', counts: { cancelled: 2 } });
});

it.each([
  [{}, 'service-taken'],
  [{ name: 'other' }, 'service-taken'],
  [{ name: 'Other', service: { port: 8081 } }, 'service-bad-name'],
  [{ name: 'other', service: { port: 8081 }, timeout_s: 5 }, 'service-ends'],
  [{ name: 'other', service: { port: 8081 }, tasks: { kind: 'count', count: 101 } }, 'service-bad-count'],
  [
    { name: 'other', service: { port: 8081 }, tasks: { kind: 'set', values: { a: [1] } } },
    'service-bad-count',
  ],
])('a service %j is refused beside another one, until that is cancelled', async (change, name) => {
  const { ask } = await dispatcherBed();
  await ask(serviceOf(jobA, 1));
  await expect(ask(serviceOf(jobB, 1, change))).rejects.toMatchObject({ name });
  if (name !== 'service-taken') return;
  await ask({ kind: 'cancel', id: jobA });
  expect(await ask(serviceOf(jobB, 1, change))).toMatchObject([{ tasks: 1 }]);
});

it('says why replicas wait, also while others run', async () => {
  const { ask, pass, show, first, second } = await bed();
  first.replicaSlots = 1;
  await ask(serviceOf(jobA, 2));
  await pass(8, [first]);
  expect(await show(jobA)).toMatchObject({
    counts: { running: 1, queued: 1 },
    waits_for: 'its workers have as many replicas as they run (jobs.replicas in fleet.yaml)',
  });
  await pass(2, [first, second]);
  expect((await show(jobA)).counts).toMatchObject({ running: 2, queued: 0 });
});

it('replicas take no slots of tasks, and tasks none of theirs', async () => {
  const { ask, pass, show, first } = await bed();
  first.slots = 1;
  first.replicaSlots = 2;
  await ask(serviceOf(jobA, 3));
  await ask(submitOf(jobB, 2));
  await pass(8, [first]);
  expect(first.holds.map(({ job }) => job).sort()).toEqual([jobA, jobA, jobB]);
  expect((await show(jobB)).waits_for).toBeNull();
  await first.end(
    first.holds.find(({ job }) => job === jobB),
    'done',
  );
  await pass(2, [first]);
  expect(first.holds.filter(({ job }) => job === jobB)).toMatchObject([{ task: 1 }]);
});

it('a worker of an earlier version, whose replicas took slots, is given none', async () => {
  const { ask, pass, show, first } = await bed();
  first.replicaSlots = 0;
  await ask(serviceOf(jobA, 1));
  await pass(2, [first]);
  expect(first.holds).toEqual([]);
  expect((await show(jobA)).counts).toMatchObject({ queued: 1 });
});
