import { expect, it } from 'vitest';
import { countsOf, job, worker } from '../../../tests/fixtures/planned.js';
import { randomFrom } from '../../random.js';
import { planAssignments, type PlannedJob } from './schedule.js';

const images = (time: number, perBatch: number) => ({ images: { time, perBatch } });
const short = { isShort: true };
const taken = (member: string, more: object = {}) => ({
  ...worker(member, 0),
  slots: 1,
  tasksAhead: 1,
  ...more,
});

it('gives tasks ahead where all slots are taken, while more are queued than there are slots', () => {
  const workers = [taken('a'), taken('b', { slots: 2, tasksAhead: 2 })];
  expect(countsOf(planAssignments([job('x', 100, short)], workers))).toEqual({ x: 3 });
  // Five are queued, and there are three slots: the fourth and the fifth wait nowhere.
  expect(countsOf(planAssignments([job('x', 5, short)], workers))).toEqual({ x: 2 });
  expect(planAssignments([job('x', 3, short)], workers)).toEqual([]);
  // Workers that are about to ask, and those whose slots are free, have slots too, and get theirs first.
  const idle = { ...worker('c', 0), room: 1, slots: 1 };
  expect(planAssignments([job('x', 4, short)], [...workers, idle])).toEqual([]);
  const asks = { ...worker('c', 1), tasksAhead: 1 };
  expect(planAssignments([job('x', 1, short)], [taken('a'), asks])).toEqual([
    { member: 'c', job: 'x', tried: null },
  ]);
  expect(planAssignments([job('x', 9, short)], [asks]).map(({ member }) => member)).toEqual(['c', 'c']);
});

it('gives no tasks ahead of which it is not known that they are short, and none that the worker cannot run', () => {
  expect(planAssignments([job('x', 100)], [taken('a')])).toEqual([]);
  expect(planAssignments([job('x', 100, { ...short, pool: ['gpu'] })], [taken('a')])).toEqual([]);
  expect(planAssignments([job('x', 100, { ...short, ...images(0, 8) })], [taken('a')])).toEqual([]);
  expect(planAssignments([job('x', 100, { ...short, spread: new Map() })], [taken('a')])).toEqual([]);
  expect(planAssignments([job('x', 100, { ...short, running: 2 })], [taken('a')], 2)).toEqual([]);
  const tried = { ...short, again: [{ tried: ['a'], tasks: 9 }] };
  expect(planAssignments([job('x', 9, tried)], [taken('a'), taken('b')])).toMatchObject(
    Array(1).fill({ member: 'b', tried: ['a'] }),
  );
});

it('gives nothing ahead of a job whose turn it is and that may not wait', () => {
  const bob = { owner: 'bob' };
  const busy = job('x', 100, { ...short, running: 1 });
  for (const other of [
    job('y', 100, bob),
    job('y', 1, { ...bob, ...short }),
    job('y', 9, { ...bob, ...images(0, 8) }),
  ])
    expect(planAssignments([busy, other], [taken('a')])).toEqual([]);
  expect(planAssignments([busy, job('y', 9, { ...bob, ...short })], [taken('a')])).toMatchObject([
    { job: 'y' },
  ]);
  // What the worker cannot run is no reason.
  expect(planAssignments([busy, job('y', 9, { ...bob, pool: ['gpu'] })], [taken('a')])).toMatchObject([
    { job: 'x' },
  ]);
});

/** Slots get free at random; each worker has one task ahead. @returns how many tasks of each job began, and what is held then */
function runAhead(jobs: PlannedJob[], { slots, ends, seed }: { slots: number; ends: number; seed: number }) {
  const random = randomFrom(seed);
  const held = Array.from({ length: slots }, (): string[] => []);
  const began: string[] = [];
  let served = 0;
  const plan = () => {
    const workers = held.map((own, at) => ({
      ...worker(String(at), own.length === 0 ? 1 : 0),
      slots: 1,
      tasksAhead: Math.max(0, Math.min(1, 2 - own.length)),
    }));
    for (const { job: id, member } of planAssignments(jobs, workers)) {
      const one = jobs.find((known) => known.id === id);
      const own = held[Number(member)];
      if (one === undefined || own === undefined) continue;
      one.queued -= 1;
      one.running += 1;
      one.served = ++served;
      for (const other of jobs) if (other.owner === one.owner) other.userServed = served;
      own.push(id);
      if (own.length === 1) began.push(id);
    }
  };
  plan();
  for (let end = 0; end < ends; end += 1) {
    const own = held[Math.floor(random() * slots)];
    const ended = own?.shift();
    const one = jobs.find((known) => known.id === ended);
    if (one !== undefined) one.running -= 1;
    if (own?.[0] !== undefined) began.push(own[0]);
    plan();
    expect(held.every(({ length }) => length === 2)).toBe(true);
  }
  const all = held.flat().map((id) => ({ job: id }));
  return { began: countsOf(began.map((id) => ({ job: id }))), held: all };
}

it.each([1, 2, 3])('shares as before while each worker has a task ahead (seed %i)', (seed) => {
  const jobs = [
    job('three', 5000, { ...short, weight: 3 }),
    job('one', 5000, short),
    job('bob', 5000, { ...short, owner: 'bob' }),
  ];
  const { began, held } = runAhead(jobs, { slots: 8, ends: 2000, seed });
  expect(countsOf(held)).toEqual({ three: 6, one: 2, bob: 8 });
  expect((began.bob ?? 0) / 1000).toBeCloseTo(1, 0);
});
