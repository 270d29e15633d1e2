import { expect, it, vi } from 'vitest';
import {
  dispatcherBed,
  jobA,
  jobB,
  one,
  submitOf,
  two,
  look,
} from '../../../tests/fixtures/dispatcher-bed.js';

it('goes on under another leader, and gives nobody a task that a worker still has', async () => {
  const { ask, lead, leader, stop, show, pass, worker, taskOf } = await dispatcherBed();
  await ask(submitOf(jobA, 3));
  await ask(submitOf(jobB, 1));
  const [kept, killed, other] = [worker(one), worker(two), worker('3'.repeat(20))];
  await kept.ask(leader);
  await killed.ask(leader);
  await other.ask(leader);
  expect([kept, killed, other].map(({ holds }) => holds.length)).toEqual([1, 1, 1]);
  await other.end(other.holds[0], 'done');
  stop.abort();
  const next = (await lead()).leader;
  // It hears of the end, and of what the first one holds; of the second one it knows by the records.
  await pass(5, [kept, other], next);
  const held = new Set(
    [...kept.holds, ...other.holds, ...killed.holds].map(({ job, task }) => `${job} ${task}`),
  );
  expect(held.size).toBe(3);
  expect(kept.holds).toHaveLength(1);
  await other.end(other.holds[0], 'done');
  await pass(5, [kept, other], next);
  expect(other.holds).toMatchObject([{ attempt: 2, ends: [{ outcome: 'lost', member: two }] }]);
  for (const one of [kept, other]) await one.end(one.holds[0], 'done');
  await pass(2, [kept, other], next);
  expect(await show(jobA, next)).toMatchObject({ state: 'done', counts: { done: 3 } });
  expect(await show(jobB, next)).toMatchObject({ state: 'done', counts: { done: 1 } });
  expect(await taskOf(jobA, 0)).toMatchObject({ attempt: 1 });
});

it('reads what another leader has written, instead of writing over it', async () => {
  const { ask, lead, leader, worker, show, taskOf } = await dispatcherBed();
  await ask(submitOf(jobA, 2));
  const { leader: rival } = await lead();
  const [first, second] = [worker(one), worker(two)];
  await first.ask(rival);
  // This one believes that nothing of the job is assigned.
  const { run } = await second.ask(leader);
  expect(run).toEqual([]);
  expect((await second.ask(leader)).run).toMatchObject([{ task: 1 }]);
  expect(await taskOf(jobA, 0)).toMatchObject({ member: one, attempt: 1 });
  // What it was given by the rival is its own.
  expect((await first.ask(leader)).stop).toEqual([]);

  await ask({ kind: 'cancel', id: jobA }, 'ann', rival);
  expect((await show(jobA)).cancelled_at).toBeNull();
  // Over the record that it knows, it could not cancel it.
  expect(await ask({ kind: 'cancel', id: jobA })).toMatchObject([{ tasks: 0 }]);
  expect((await show(jobA)).cancelled_at).not.toBeNull();
  await ask(submitOf(jobB, 1), 'ann', rival);
  await expect(ask(submitOf(jobB, 2))).rejects.toThrow('there is a job');
  expect(await show(jobB)).toMatchObject({ tasks: 1 });
});

it('takes the tasks of a silent worker while the store does not say what other leaders wrote', async () => {
  const { ask, broker, clock, leader, worker } = await dispatcherBed();
  await ask(submitOf(jobA, 1));
  const [first, second] = [worker(one), worker(two)];
  await first.ask(leader);
  // As when a consumer is placed on a server that has just died.
  vi.spyOn(broker, 'scan').mockImplementation(async function* () {
    await new Promise(() => undefined);
    yield* [];
  });
  let moved: unknown[] = [];
  for (let passed = 0; passed < 9; passed += 1) {
    await clock.sleep(1000);
    void leader.read();
    leader.watch();
    await leader.look();
    moved = moved.concat((await second.ask(leader)).run);
  }
  expect(moved).toMatchObject([{ task: 0, attempt: 2 }]);
});

it('does not take workers for silent while it was away itself', async () => {
  const { ask, clock, leader, worker, show } = await dispatcherBed();
  await ask(submitOf(jobA, 1));
  const first = worker(one);
  await first.ask(leader);
  await clock.sleep(20_000);
  await look(leader);
  expect((await show(jobA)).counts.running).toBe(1);
  expect((await first.ask(leader)).stop).toEqual([]);
});

it('is not brought down by records that cannot be read', async () => {
  const { broker, lead, ask, worker, lines } = await dispatcherBed();
  await ask(submitOf(jobA, 2));
  await broker.publish(`j.${jobB}`, Buffer.from('{'));
  await broker.publish(`j.${jobA}.0`, Buffer.from('nothing'));
  await broker.publish(`j.${jobA}.1.late.1`, Buffer.from('nothing'));
  const { leader } = await lead();
  expect(lines).toEqual([expect.stringContaining(`j.${jobB} cannot be read`)]);
  const first = worker(one);
  const { run } = await first.ask(leader);
  expect(run).toMatchObject([{ task: 1 }]);
  await ask({ kind: 'retry', id: jobA }, 'ann', leader);
  first.slots = 2;
  expect((await first.ask(leader)).run).toMatchObject([{ task: 0, attempt: 1 }]);
});
