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

it('hands out the tasks of a job, and ends it when the last one has ended', async () => {
  const { leader, ask, show, worker, taskOf } = await dispatcherBed();
  expect(await ask(submitOf(jobA, 3))).toMatchObject([
    { kind: 'changed', tasks: 3, job: { id: jobA, owner: 'ann', state: 'queued', folder: `jobs/${jobA}` } },
  ]);
  const first = worker(one);
  first.slots = 2;
  const { run, stop } = await first.ask(leader);
  expect(stop).toEqual([]);
  expect(run).toMatchObject([
    { job: jobA, task: 0, attempt: 1, owner: 'ann', folder: `jobs/${jobA}`, command: ['run', '0'], ends: [] },
    { job: jobA, task: 1, attempt: 1, command: ['run', '1'] },
  ]);
  expect(await taskOf(jobA, 0)).toMatchObject({ state: 'assigned', member: one, attempt: 1 });
  expect(await taskOf(jobA, 2)).toBeNull();
  expect(await show(jobA)).toMatchObject({ state: 'running', counts: { queued: 1, running: 2 } });
  // It has no slot left.
  expect((await first.ask(leader)).run).toEqual([]);

  for (const assignment of run) await first.end(assignment, 'done');
  const { run: rest } = await first.ask(leader);
  expect(rest).toMatchObject([{ task: 2 }]);
  expect((await show(jobA)).ended_at).toBeNull();
  await first.end(rest[0], 'done');
  await first.ask(leader);
  await look(leader);
  expect(await show(jobA)).toMatchObject({ state: 'done', counts: { done: 3, running: 0, queued: 0 } });
  expect((await show(jobA)).ended_at).not.toBeNull();
});

it('a task whose command has ended takes no slot', async () => {
  const { leader, ask, worker } = await dispatcherBed();
  await ask(submitOf(jobA, 3));
  const first = worker(one);
  const { run } = await first.ask(leader);
  expect((await first.ask(leader)).run).toEqual([]);
  first.ending = run;
  expect((await first.ask(leader)).run).toMatchObject([{ task: 1 }]);
  expect((await first.ask(leader)).run).toEqual([]);
});

it('gives the tasks of a worker that is killed to another one', async () => {
  const { leader, ask, pass, show, worker, taskOf, lines } = await dispatcherBed();
  await ask(submitOf(jobA, 1));
  const [killed, other] = [worker(one), worker(two)];
  const { run } = await killed.ask(leader);
  expect(run).toHaveLength(1);
  await pass(5, [other]);
  expect(other.holds).toEqual([]);
  await pass(3, [other]);
  expect(lines).toEqual([expect.stringContaining(`the worker ${one} is silent`)]);
  expect(other.holds).toMatchObject([
    { task: 0, attempt: 2, ends: [{ attempt: 1, member: one, outcome: 'lost', code: null }] },
  ]);
  expect(await taskOf(jobA, 0)).toMatchObject({
    state: 'assigned',
    member: two,
    ends: [{ outcome: 'lost' }],
  });

  // Meanwhile the first one has ended it nevertheless.
  expect(await killed.end(run[0], 'done')).toBe(false);
  await killed.ask(leader);
  expect(await show(jobA)).toMatchObject({ counts: { running: 1, done: 0 } });
  expect(await other.end(other.holds[0], 'done')).toBe(true);
  await pass(1, [other]);
  expect(await show(jobA)).toMatchObject({ state: 'done', counts: { done: 1 } });
  expect((await taskOf(jobA, 0))?.ends).toMatchObject([
    { outcome: 'lost' },
    { outcome: 'done', member: two },
  ]);
});

it('stops what was given to another worker, and lets a worker go on whose tasks nobody has yet', async () => {
  const { leader, ask, pass, worker } = await dispatcherBed();
  await ask(submitOf(jobA, 1));
  const [silent, other] = [worker(one), worker(two)];
  const [assignment] = (await silent.ask(leader)).run;
  await pass(8);
  expect((await silent.ask(leader)).stop).toEqual([]);
  await pass(1, [silent, other]);
  expect(other.holds).toEqual([]);

  await pass(8, [other]);
  expect(other.holds).toMatchObject([{ attempt: 2 }]);
  const { stop, run } = await silent.ask(leader);
  expect({ stop, run }).toEqual({ stop: [{ job: jobA, task: 0, attempt: 1 }], run: [] });
  // While it stops it, it is not answered at once again and again.
  if (assignment !== undefined) silent.holds.push(assignment);
  const again = await silent.ask(leader);
  expect(again.stop).toHaveLength(1);
});

it('loses at once what a worker does not have any more after it was started again', async () => {
  const { leader, ask, worker, taskOf } = await dispatcherBed();
  await ask(submitOf(jobA, 2));
  const restarted = worker(one);
  restarted.slots = 2;
  await restarted.ask(leader);
  restarted.session = 'second';
  restarted.holds.splice(0, 1);
  const answer = await restarted.ask(leader);
  expect(answer.stop).toEqual([]);
  expect(answer.run).toMatchObject([{ task: 0, attempt: 2, ends: [{ outcome: 'lost' }] }]);
  expect(await taskOf(jobA, 1)).toMatchObject({ attempt: 1, state: 'assigned' });
});

it('counts what a worker ended before it was started again, though it never said so', async () => {
  const { leader, ask, show, worker } = await dispatcherBed();
  await ask(submitOf(jobA, 1));
  const restarted = worker(one);
  const { run } = await restarted.ask(leader);
  await restarted.end(run[0], 'done');
  restarted.ended = [];
  restarted.session = 'second';
  expect((await restarted.ask(leader)).run).toEqual([]);
  await look(leader);
  expect(await show(jobA)).toMatchObject({ state: 'done' });
});

it('gives a task again whose answer did not arrive, as the same attempt', async () => {
  const { leader, ask, pass, worker } = await dispatcherBed();
  await ask(submitOf(jobA, 1));
  const deaf = worker(one);
  const { run } = await deaf.ask(leader);
  deaf.holds.length = 0;
  expect((await deaf.ask(leader)).run).toEqual([]);
  await pass(3, [deaf]);
  expect(deaf.holds).toEqual(run);
});

it('fails a task whose workers are lost each time, and says so in its record', async () => {
  const { leader, ask, pass, show, worker, taskOf } = await dispatcherBed();
  await ask(submitOf(jobA, 1, { attempts: 2 }));
  for (const member of [one, two]) {
    expect((await worker(member).ask(leader)).run).toHaveLength(1);
    await pass(8);
  }
  expect(await show(jobA)).toMatchObject({ state: 'failed', counts: { failed: 1 } });
  expect(await taskOf(jobA, 0)).toMatchObject({
    state: 'ended',
    ends: [
      { attempt: 1, member: one, outcome: 'lost' },
      { attempt: 2, member: two, outcome: 'lost' },
    ],
  });
});

it('believes no worker what it says of another one', async () => {
  const { ask, leader, worker, show } = await dispatcherBed();
  await ask(submitOf(jobA, 1));
  const [honest, liar] = [worker(one), worker(two)];
  const [assignment] = (await honest.ask(leader)).run;
  const place = { job: jobA, task: 0, attempt: 1 };
  if (assignment !== undefined) liar.holds.push(assignment);
  liar.ended = [place, { job: jobA, task: 7, attempt: 1 }, { job: jobB, task: 0, attempt: 1 }];
  expect((await liar.ask(leader)).stop).toEqual([place]);
  expect(await show(jobA)).toMatchObject({ counts: { running: 1 } });
  expect((await honest.ask(leader)).stop).toEqual([]);
});

it('tries a task on another worker than the one on which it failed', async () => {
  const { ask, leader, worker, show } = await dispatcherBed();
  await ask(submitOf(jobA, 1));
  const [first, second] = [worker(one), worker(two)];
  const { run } = await first.ask(leader);
  await second.ask(leader);
  await first.end(run[0], 'failed');
  // The other one is alive, and gets it though it asks later.
  expect((await first.ask(leader)).run).toEqual([]);
  const again = await second.ask(leader);
  expect(again.run).toMatchObject([{ task: 0, attempt: 2 }]);
  await second.end(again.run[0], 'failed');
  // Now it has failed on both.
  expect((await second.ask(leader)).run).toMatchObject([{ task: 0, attempt: 3 }]);
  expect((await show(jobA)).counts).toMatchObject({ running: 1 });
});

it('ends a task that kills its workers, and lets others go on', async () => {
  const { ask, leader, pass, worker, show, taskOf } = await dispatcherBed();
  const ids = ['1', '2', '3', '4'].map((digit) => digit.repeat(20));
  const workers = ids.map((id) => worker(id));
  await ask(submitOf(jobA, 1));
  const killed: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    const alive = () => workers.filter(({ member }) => !killed.includes(member));
    for (const one of alive()) if (one.holds.length === 0) await one.ask(leader);
    const [holder] = alive().filter(({ holds }) => holds.length > 0);
    if (holder === undefined) throw new Error('nobody has the task');
    killed.push(holder.member);
    await pass(8, alive());
  }
  expect(new Set(killed).size).toBe(3);
  expect(await show(jobA)).toMatchObject({ state: 'failed', counts: { failed: 1 } });
  expect((await taskOf(jobA, 0))?.ends.map(({ member, outcome }) => [member, outcome])).toEqual(
    killed.map((member) => [member, 'lost']),
  );
  const [left] = workers.filter(({ member }) => !killed.includes(member));
  await ask(submitOf(jobB, 1));
  expect((await left?.ask(leader))?.run).toMatchObject([{ job: jobB }]);
});
