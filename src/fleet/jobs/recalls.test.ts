import { expect, it } from 'vitest';
import { planRecalls, type WaitingAttempt } from './recalls.js';
import type { PlannedWorker } from './schedule.js';

const job = '20261121-120000-aaaaaa';
const worker = (member: string, free: number, tags: string[] = []): PlannedWorker => ({
  member,
  tags,
  runs: 'process',
  bases: [],
  free,
  room: free,
  slots: 1,
  batchSlots: 0,
  batches: 0,
  ahead: 0,
  tasksAhead: 0,
});
const waiting = (member: string, task: number, more: Partial<WaitingAttempt> = {}): WaitingAttempt => ({
  member,
  place: { job, task, attempt: 1 },
  definition: { pool: [], base: null },
  tried: [],
  ...more,
});
const tasksOf = (all: readonly WaitingAttempt[]) => all.map(({ place }) => place.task);

it('asks for as many as there are free slots elsewhere', () => {
  const all = [waiting('a', 1), waiting('a', 2), waiting('b', 3)];
  expect(tasksOf(planRecalls(all, [worker('a', 0), worker('b', 0), worker('c', 2)]))).toEqual([1, 2]);
  expect(planRecalls(all, [worker('a', 0), worker('b', 0), worker('c', 0)])).toEqual([]);
  expect(planRecalls([waiting('a', 1)], [worker('a', 1)])).toEqual([]);
});

it('asks for none that the other worker cannot run, or on which it went wrong', () => {
  const gpu = { definition: { pool: ['gpu'], base: null } };
  expect(planRecalls([waiting('a', 1, gpu)], [worker('b', 1)])).toEqual([]);
  expect(tasksOf(planRecalls([waiting('a', 1, gpu)], [worker('b', 1, ['gpu'])]))).toEqual([1]);
  expect(planRecalls([waiting('a', 1, { tried: ['b'] })], [worker('b', 1)])).toEqual([]);
});
