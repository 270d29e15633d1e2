import { expect, it } from 'vitest';
import { countsOf, job, worker } from '../../../tests/fixtures/planned.js';
import { randomFrom } from '../../random.js';
import { planAssignments, type PlannedJob } from './schedule.js';

/** Slots get free at random, one after the other. @returns running tasks by job, while no job runs out of tasks */
function runFor(jobs: PlannedJob[], { slots, ends, seed }: { slots: number; ends: number; seed: number }) {
  const random = randomFrom(seed);
  const running: string[] = [];
  const assign = (free: number) => {
    for (const { job: id } of planAssignments(jobs, [worker('a', free)])) {
      const one = jobs.find((known) => known.id === id);
      if (one === undefined) continue;
      one.queued -= 1;
      one.running += 1;
      running.push(id);
    }
  };
  assign(slots);
  for (let end = 0; end < ends; end += 1) {
    const [id] = running.splice(Math.floor(random() * running.length), 1);
    const one = jobs.find((known) => known.id === id);
    if (one !== undefined) one.running -= 1;
    assign(1);
  }
  return countsOf(running.map((id) => ({ job: id })));
}

it.each([1, 2, 3])('gives a job of ten half of the slots beside one of ten thousand (seed %i)', (seed) => {
  const first = [job('big', 10_000), job('small', 10, { submittedAt: '2026-11-21T13:00:00Z' })];
  expect(countsOf(planAssignments(first, [worker('a', 8)]))).toEqual({ big: 4, small: 4 });
  const other = [job('big', 10_000), job('small', 10, { owner: 'bob' })];
  expect(countsOf(planAssignments(other, [worker('a', 8)]))).toEqual({ big: 4, small: 4 });
  // It comes later, when all slots are taken: each that gets free is its own, up to a half.
  const late = [job('big', 10_000, { running: 8 }), job('small', 10)];
  expect(countsOf(planAssignments(late, [worker('a', 3)]))).toEqual({ small: 3 });
  const long = [job('big', 10_000), job('small', 1000, { owner: 'bob' })];
  expect(runFor(long, { slots: 8, ends: 500, seed })).toEqual({ big: 4, small: 4 });
});

it.each([1, 2, 3])('divides the share of a user by weights (seed %i)', (seed) => {
  const jobs = () => [
    job('three', 5000, { weight: 3 }),
    job('one', 5000),
    job('bob', 5000, { owner: 'bob', weight: 100 }),
  ];
  expect(countsOf(planAssignments(jobs(), [worker('a', 16)]))).toEqual({ three: 6, one: 2, bob: 8 });
  expect(runFor(jobs(), { slots: 16, ends: 600, seed })).toEqual({ three: 6, one: 2, bob: 8 });
});

it('gives a user with many jobs no more than one with a single job', () => {
  const many = Array.from({ length: 50 }, (_, at) => job(`m${String(at).padStart(2, '0')}`, 100));
  const plan = planAssignments([...many, job('single', 100, { owner: 'bob' })], [worker('a', 20)]);
  expect(countsOf(plan).single).toBe(10);
  expect(Math.max(...Object.values(countsOf(plan.filter(({ job: id }) => id !== 'single'))))).toBe(1);
});

it('leaves no slot empty while a task may run there', () => {
  const jobs = [job('big', 100), job('small', 2, { owner: 'bob' })];
  expect(countsOf(planAssignments(jobs, [worker('a', 5), worker('b', 5)]))).toEqual({ big: 8, small: 2 });
  expect(planAssignments(jobs, [])).toEqual([]);
  expect(planAssignments([], [worker('a', 5)])).toEqual([]);
  expect(planAssignments([job('none', 0)], [worker('a', 5)])).toEqual([]);
});

it('spreads the tasks of a job over the workers', () => {
  const plan = planAssignments([job('one', 4)], [worker('a', 2), worker('b', 4), worker('c', 3)]);
  expect(plan.map(({ member }) => member).sort()).toEqual(['a', 'b', 'b', 'c']);
});

it('puts tasks only where all tags of their pool are', () => {
  const jobs = [
    job('gpu', 10, { pool: ['gpu', 'arm'] }),
    job('none', 10, { pool: ['tpu'], owner: 'bob' }),
    job('any', 10, { owner: 'cid' }),
  ];
  const workers = [worker('a', 3, ['gpu']), worker('b', 3, ['arm', 'gpu', 'x']), worker('c', 3)];
  const plan = planAssignments(jobs, workers);
  expect(countsOf(plan).none).toBeUndefined();
  expect(plan).toHaveLength(9);
  for (const { job: id, member } of plan) if (id === 'gpu') expect(member).toBe('b');
  // What no worker can run keeps nobody from working.
  expect(countsOf(planAssignments(jobs.slice(1), workers))).toEqual({ any: 9 });
});

/** A single slot, in which nothing runs whenever it is given out: each task ends at once. @returns jobs in turn */
function turnsOf(jobs: PlannedJob[], count: number): string[] {
  const users = new Map<string, number>();
  return Array.from({ length: count }, (_, at) => {
    for (const one of jobs) one.userServed = users.get(one.owner) ?? 0;
    const [next] = planAssignments(jobs, [worker('a', 1)]);
    const one = jobs.find(({ id }) => id === next?.job);
    if (one === undefined) return '';
    one.served = at + 1;
    users.set(one.owner, at + 1);
    // Of `poison`, each attempt fails, and its task is queued again.
    if (one.id !== 'poison') one.queued -= 1;
    return one.id;
  });
}

it('takes turns if there is only one slot', () => {
  const ofOne = [job('big', 10_000), job('small', 10)];
  expect(countsOf(turnsOf(ofOne, 20).map((id) => ({ job: id })))).toEqual({ big: 10, small: 10 });
  const ofTwo = [job('big', 10_000), job('more', 10_000), job('small', 10, { owner: 'bob' })];
  expect(countsOf(turnsOf(ofTwo, 20).map((id) => ({ job: id })))).toEqual({ big: 5, more: 5, small: 10 });
});

it('does not let a job whose tasks fail at once keep others waiting', () => {
  for (const owner of ['ann', 'bob']) {
    const turns = turnsOf([job('poison', 1), job('good', 10, { owner })], 20);
    expect(countsOf(turns.map((id) => ({ job: id })))).toEqual({ poison: 10, good: 10 });
  }
});

it('gives a task to a worker on which it failed only if no other one could have it', () => {
  const tried = job('tried', 3, { again: [{ tried: ['a'], tasks: 2 }] });
  const other = job('other', 5, { owner: 'bob' });
  // The fresh task may go to `a`; the two others wait for `b`, which is busy.
  const plan = planAssignments([tried], [worker('a', 3), worker('b', 0)]);
  expect(plan).toEqual([{ member: 'a', job: 'tried', tried: null }]);
  expect(planAssignments([tried], [worker('a', 1), worker('b', 3)]).map((one) => one.tried)).toEqual([
    ['a'],
    ['a'],
    null,
  ]);
  // They keep nobody else from working there.
  expect(countsOf(planAssignments([tried, other], [worker('a', 4), worker('b', 0)]))).toEqual({
    tried: 1,
    other: 3,
  });
  // Alone, or when all others failed too, it is tried there again.
  expect(planAssignments([tried], [worker('a', 3)])).toHaveLength(3);
  const twice = job('twice', 1, { again: [{ tried: ['a', 'b'], tasks: 1 }] });
  expect(planAssignments([twice], [worker('a', 1), worker('b', 1)])).toEqual([
    { member: 'a', job: 'twice', tried: ['a', 'b'] },
  ]);
  // A worker without the tags of the pool is no other one.
  const pool = job('pool', 1, { pool: ['x'], again: [{ tried: ['a'], tasks: 1 }] });
  expect(planAssignments([pool], [worker('a', 1, ['x']), worker('b', 1)])).toMatchObject([{ member: 'a' }]);
});

it('runs no more tasks of a user than are allowed', () => {
  const jobs = [job('one', 10, { running: 1 }), job('more', 10), job('bob', 10, { owner: 'bob' })];
  expect(countsOf(planAssignments(jobs, [worker('a', 12)], 3))).toEqual({ one: 1, more: 1, bob: 3 });
  expect(planAssignments([job('full', 10, { running: 3 })], [worker('a', 2)], 3)).toEqual([]);
});

it('replicas of a service go to as many workers as there are', () => {
  const service = job('s', 5, { spread: new Map([['a', 1]]) });
  const plan = planAssignments([service], [worker('a', 3), worker('b', 3), worker('c', 3)]);
  const members = plan.map(({ member }) => member);
  expect(members.slice(0, 2).sort()).toEqual(['b', 'c']);
  expect(members.sort()).toEqual(['a', 'b', 'b', 'c', 'c']);
});

it('a replica waits for a worker that has room and does not ask at the moment, and not for one that is full', () => {
  const service = job('s', 1, { spread: new Map([['a', 1]]) });
  const silent = { ...worker('b', 0), room: 1 };
  expect(planAssignments([service], [worker('a', 1), silent])).toEqual([]);
  const full = { ...worker('b', 0), room: 0 };
  expect(planAssignments([service], [worker('a', 1), full])).toMatchObject([{ member: 'a', job: 's' }]);
  const other = { ...worker('b', 1), tags: ['other'] };
  const tagged = { ...worker('a', 1), tags: ['x'] };
  expect(planAssignments([{ ...service, pool: ['x'] }], [tagged, other])).toMatchObject([{ member: 'a' }]);
});

const images = (time: number, perBatch: number) => ({ images: { time, perBatch } });

it('shares slots between jobs with a model by images', () => {
  const jobs = [job('large', 100, images(0, 8)), job('small', 100, images(0, 1))];
  expect(countsOf(planAssignments(jobs, [worker('a', 9)]))).toEqual({ large: 1, small: 8 });
  // It is behind by three batches.
  const late = [job('a', 100, images(24, 8)), job('b', 100, images(0, 8))];
  expect(countsOf(planAssignments(late, [worker('a', 5)]))).toEqual({ a: 1, b: 4 });
});

it('shares slots between jobs with a model and others by running tasks', () => {
  const jobs = [job('a', 100, images(0, 8)), job('b', 100, images(0, 8)), job('task', 100, { owner: 'bob' })];
  expect(countsOf(planAssignments(jobs, [worker('a', 8)]))).toEqual({ a: 2, b: 2, task: 4 });
});

it('gives batches ahead where all slots are taken, to the job whose turn it is', () => {
  const busy = (member: string) => ({ ...worker(member, 0), batchSlots: 1, batches: 1, ahead: 1 });
  const jobs = [job('a', 100, images(8, 8)), job('b', 100, images(0, 8))];
  expect(planAssignments(jobs, [busy('x')])).toEqual([{ member: 'x', job: 'b', tried: null }]);
  // One that works on a task, and one that no batch fits, get none; nor does anybody while tasks wait.
  expect(planAssignments(jobs, [{ ...busy('x'), batches: 0 }])).toEqual([]);
  expect(planAssignments([job('a', 9, { ...images(0, 8), pool: ['gpu'] })], [busy('x')])).toEqual([]);
  expect(planAssignments([...jobs, job('task', 1)], [busy('x')])).toEqual([]);
  expect(planAssignments(jobs, [busy('x')], 0)).toEqual([]);
  // A slot that is free comes first, also that of a worker that is about to ask.
  const idle = { ...worker('y', 0), room: 1 };
  const last = [job('a', 1, images(0, 8))];
  expect(planAssignments(last, [busy('x'), idle])).toEqual([]);
  expect(planAssignments(last, [busy('x'), worker('y', 1)])).toEqual([
    { member: 'y', job: 'a', tried: null },
  ]);
});
