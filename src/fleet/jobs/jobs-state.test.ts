import { expect, it } from 'vitest';
import { JobsState } from './jobs-state.js';
import type { AttemptEnd, JobRecord, TaskRecord } from './record.js';

const at = '2026-11-21T12:00:00Z';
const id = '20261121-120000-aaaaaa';
const [ann, bob] = ['0'.repeat(20), '1'.repeat(20)];

const jobOf = (count: number, other: Partial<JobRecord> = {}): JobRecord => ({
  format: 1,
  id,
  owner: 'ann',
  submitted_at: at,
  definition: {
    name: 'a',
    command: ['true'],
    base: null,
    requirements: null,
    pool: [],
    tasks: { kind: 'count', count },
    attempts: 3,
    timeout_s: null,
    weight: 1,
    notify: null,
    service: null,
    model: null,
  },
  folder: `jobs/${id}`,
  cancelled_at: null,
  retries: 0,
  ended_at: null,
  counts: null,
  notice: null,
  removed_at: null,
  mqtt: null,
  ...other,
});
const endOf = (attempt: number, outcome: AttemptEnd['outcome']): AttemptEnd => ({
  attempt,
  member: ann,
  outcome,
  code: 1,
  reason: outcome === 'done' ? null : 'it failed',
  last_lines: '',
  assigned_at: at,
  ended_at: at,
});
const taskOf = (task: number, outcomes: AttemptEnd['outcome'][], isAssigned = false): TaskRecord => ({
  format: 1,
  job: id,
  task,
  state: isAssigned ? 'assigned' : 'ended',
  attempt: outcomes.length + (isAssigned ? 1 : 0),
  member: ann,
  assigned_at: at,
  restarts: 0,
  ends: outcomes.map((outcome, index) => endOf(index + 1, outcome)),
});

/** A job with some tasks, applied in this order. */
function stateOf(job: JobRecord, tasks: readonly TaskRecord[]) {
  const state = new JobsState();
  const live = state.applyJob(job, 1);
  if (live === null) throw new Error('it has ended');
  live.isLoaded = true;
  tasks.forEach((record) => state.applyTask(id, record.task, record, record.task + 10));
  return { state, live };
}

const tasks = [
  taskOf(0, ['done']),
  taskOf(1, ['failed', 'lost', 'failed']),
  taskOf(2, ['failed']),
  taskOf(3, ['lost'], true),
  taskOf(5, ['failed', 'done']),
];

it('counts the same in any order of the tasks', () => {
  for (const order of [tasks, [...tasks].reverse()]) {
    const { live, state } = stateOf(jobOf(100), order);
    expect(live.counts).toEqual({ queued: 96, running: 1, done: 2, failed: 1, cancelled: 0 });
    expect([0, 1, 2, 3, 4, 5, 99].map((task) => live.stateOf(task))).toEqual([
      'done',
      'failed',
      'queued',
      'running',
      'queued',
      'done',
      'queued',
    ]);
    expect(state.held.of(ann).map(({ record }) => record.task)).toEqual([3]);
    expect(state.statusOf(id)).toMatchObject({ state: 'running', tasks: 100, waits_for: null });
  }
});

it('ignores older records, and those of tasks and jobs that are not', () => {
  const { live, state } = stateOf(jobOf(6), tasks);
  expect(state.applyTask(id, 0, taskOf(0, [], true), 9)).toBe(false);
  expect(state.applyTask(id, 6, taskOf(6, ['done']), 99)).toBe(false);
  expect(state.applyTask('20261121-120000-bbbbbb', 0, taskOf(0, ['done']), 99)).toBe(false);
  expect(state.applyJob(jobOf(6, { cancelled_at: at }), 1)).toBeNull();
  expect(live.counts).toEqual({ queued: 2, running: 1, done: 2, failed: 1, cancelled: 0 });
});

it('takes tasks to be tried again and the others in order, each once', () => {
  const { live } = stateOf(jobOf(8), tasks);
  expect(live.again).toEqual([{ tried: [ann], tasks: 1 }]);
  expect([1, 2].map(() => live.take([ann], bob))).toEqual([2, null]);
  expect([1, 2, 3, 4].map(() => live.take(null, bob))).toEqual([4, 6, 7, null]);
  expect(live.again).toEqual([]);
  expect(live.counts).toEqual({ queued: 0, running: 5, done: 2, failed: 1, cancelled: 0 });
  live.putBack(7);
  live.putBack(4);
  live.putBack(2);
  live.putBack(0);
  expect(live.counts.queued).toBe(3);
  expect([1, 2].map(() => live.take([ann], bob))).toEqual([2, null]);
  expect([1, 2, 3].map(() => live.take(null, bob))).toEqual([4, 7, null]);
});

it('takes tasks of a job of 100 000 in order', () => {
  const { live } = stateOf(jobOf(100_000), []);
  let sequence = 10;
  const taken: (number | null)[] = [];
  for (let task = 0; task < 50_000; task += 1) {
    taken.push(live.take(null, bob));
    live.apply(task, taskOf(task, [], true), ++sequence);
    live.apply(task, taskOf(task, ['done']), ++sequence);
  }
  expect(taken).toEqual([...taken.keys()]);
  expect(live.counts).toEqual({ queued: 50_000, running: 0, done: 50_000, failed: 0, cancelled: 0 });
});

it('tries a lost task again, unless it was the last attempt', () => {
  const { live, state } = stateOf(jobOf(6), tasks);
  const first = live.runningOf(3);
  if (first === null) throw new Error('it does not run');
  live.lose(first, 'it was silent', at);
  expect(live.stateOf(3)).toBe('queued');
  expect(state.held.of(ann)).toEqual([]);
  expect(live.lostOf(3)?.end).toMatchObject({ attempt: 2, member: ann, outcome: 'lost' });
  expect(live.over).toEqual([]);
  // Its worker is there again, and nobody else has it yet.
  expect(live.reclaim(3, 2, bob)).toBe(false);
  expect(live.reclaim(3, 1, ann)).toBe(false);
  expect(live.reclaim(3, 2, ann)).toBe(true);
  expect(live.stateOf(3)).toBe('running');

  live.apply(3, taskOf(3, ['lost', 'failed'], true), 50);
  const last = live.runningOf(3);
  if (last === null) throw new Error('it does not run');
  live.lose(last, 'it was silent', at);
  expect(live.over).toEqual([3]);
  expect(live.stateOf(3)).toBe('running');
  expect(live.reclaim(3, 3, ann)).toBe(false);
  live.apply(3, taskOf(3, ['lost', 'failed', 'lost']), 51);
  expect(live.stateOf(3)).toBe('failed');
  expect(live.over).toEqual([]);
});

it('counts what is queued as cancelled once the job is', () => {
  const { live, state } = stateOf(jobOf(10), tasks);
  state.applyJob(jobOf(10, { cancelled_at: at }), 50);
  expect(live.counts).toEqual({ queued: 0, running: 1, done: 2, failed: 1, cancelled: 6 });
  expect(live.take(null, bob)).toBeNull();
  live.apply(3, taskOf(3, ['lost', 'cancelled']), 51);
  expect(live.counts).toEqual({ queued: 0, running: 0, done: 2, failed: 1, cancelled: 7 });
  expect(state.statusOf(id)?.state).toBe('running');
  state.applyJob(jobOf(10, { cancelled_at: at, ended_at: at, counts: live.counts }), 52);
  expect(state.statusOf(id)).toMatchObject({ state: 'cancelled', counts: { cancelled: 7 } });
  expect(state.live(id)).toBeNull();
});

it('writes that a task of a cancelled job was lost, so that a late end cannot count', () => {
  const { live, state } = stateOf(jobOf(10), tasks);
  const held = live.runningOf(3);
  if (held === null) throw new Error('it does not run');
  live.lose(held, 'it was silent', at);
  state.applyJob(jobOf(10, { cancelled_at: at }), 50);
  expect(live.over).toEqual([3]);
  expect(live.counts.running).toBe(1);
});

it('tries failed tasks again after a retry, whether it was loaded before or after it', () => {
  const { live, state } = stateOf(jobOf(6), tasks);
  state.applyJob(jobOf(6, { retries: 1 }), 50);
  const expected = { queued: 3, running: 1, done: 2, failed: 0, cancelled: 0 };
  expect(live.counts).toEqual(expected);
  expect(stateOf(jobOf(6, { retries: 1 }), tasks).live.counts).toEqual(expected);
  live.apply(1, taskOf(1, ['failed', 'lost', 'failed', 'failed', 'failed', 'failed']), 51);
  expect(live.stateOf(1)).toBe('failed');
});

it('takes a record that nobody can read for a failed task', () => {
  const { live } = stateOf(jobOf(6), []);
  live.apply(0, null, 10);
  expect(live.counts).toMatchObject({ failed: 1, queued: 5 });
});

it('lists jobs by submission, and shortens their commands', () => {
  const { state } = stateOf(jobOf(6), []);
  const older = { id: '20261121-110000-bbbbbb', submitted_at: '2026-11-21T11:00:00Z' };
  const definition = { ...jobOf(6).definition, command: ['run', 'x'.repeat(5000), 'y'] };
  state.applyJob(jobOf(6, { ...older, definition }), 60);
  const [first, second] = state.list(() => 'no worker is there');
  expect(first).toMatchObject({ id: older.id, state: 'queued', waits_for: 'no worker is there' });
  expect(first?.command.join(' ').length).toBeLessThan(2100);
  expect(second?.id).toBe(id);
});

it('knows where a task went wrong, until it is tried again by a retry', () => {
  const { live, state } = stateOf(jobOf(2), [taskOf(0, ['failed']), taskOf(1, [], true)]);
  const held = live.runningOf(1);
  if (held === null) throw new Error('it does not run');
  live.lose(held, 'it was silent', at);
  expect(live.again).toEqual([{ tried: [ann], tasks: 2 }]);
  expect(live.reclaim(1, 1, ann)).toBe(true);
  expect(live.again).toEqual([{ tried: [ann], tasks: 1 }]);
  live.apply(0, taskOf(0, ['failed', 'lost', 'failed']), 50);
  live.apply(
    1,
    { ...taskOf(1, ['failed', 'cancelled']), ends: [{ ...endOf(1, 'failed'), member: bob }] },
    51,
  );
  expect(live.again).toEqual([{ tried: [bob], tasks: 1 }]);
  state.applyJob(jobOf(2, { retries: 1 }), 52);
  expect(live.again).toEqual([
    { tried: [bob], tasks: 1 },
    { tried: [], tasks: 1 },
  ]);
  live.apply(0, taskOf(0, ['failed', 'lost', 'failed', 'failed']), 53);
  expect(live.again).toEqual([
    { tried: [bob], tasks: 1 },
    { tried: [ann], tasks: 1 },
  ]);
  // Read by a new leader, it is the same.
  const loaded = stateOf(jobOf(2, { retries: 1 }), [taskOf(0, ['failed', 'lost', 'failed', 'failed'])]).live;
  expect(loaded.again).toEqual([{ tried: [ann], tasks: 1 }]);
});

it('replicas of a service are never done, and rest before they are tried again', () => {
  const job = jobOf(3);
  const service: JobRecord = { ...job, definition: { ...job.definition, service: { port: 8080 } } };
  const { live, state } = stateOf(service, [
    { ...taskOf(0, ['failed', 'failed', 'failed', 'failed']), restarts: 3 },
    taskOf(1, ['done']),
    taskOf(2, [], true),
  ]);
  expect(live.counts).toEqual({ queued: 2, running: 1, done: 0, failed: 0, cancelled: 0 });
  expect([...(live.spread ?? [])]).toEqual([[ann, 1]]);
  const queuedAt = (nowMs: number) => state.planned(nowMs)[0]?.queued;
  expect([0, 999, 1000, 3999, 4000].map(queuedAt)).toEqual([0, 0, 1, 1, 2]);
  expect(live.again).toEqual([{ tried: [], tasks: 2 }]);
  expect(state.take(id, [], bob)).toBe(1);
  expect([...(live.spread ?? [])]).toEqual([
    [ann, 1],
    [bob, 1],
  ]);
  live.putBack(1);
  expect(live.spread?.get(bob)).toBeUndefined();
  state.applyTask(id, 2, taskOf(2, ['failed']), 100);
  state.applyJob({ ...service, cancelled_at: at }, 200);
  expect(live.counts).toEqual({ queued: 0, running: 0, done: 0, failed: 0, cancelled: 3 });
});

it('a replica that is lost is tried again at once, any number of times', () => {
  const job = jobOf(1);
  const { live, state } = stateOf({ ...job, definition: { ...job.definition, service: { port: 8080 } } }, [
    taskOf(0, ['lost', 'lost', 'lost', 'lost'], true),
  ]);
  const held = live.runningOf(0);
  if (held === null) throw new Error('it does not run');
  live.lose(held, 'its worker was silent', at);
  expect(state.planned(0)).toMatchObject([{ queued: 1, again: [{ tried: [], tasks: 1 }] }]);
  expect(live.spread?.size).toBe(0);
});
