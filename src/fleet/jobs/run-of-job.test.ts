import { describe, expect, test } from 'vitest';
import { endOf, jobOf, member, taskOf } from '../../../tests/fixtures/asked-leader.js';
import { applyEvent, type JournalEvent, type RunRecord } from '../../logs/index.js';
import type { StampedEvent } from '../../events.js';
import type { JobPlace } from './job-place.js';
import type { JobStatus, TaskStatus } from './questions.js';
import { runOfJob } from './run-of-job.js';

const other = 'fedcba9876543210fedc';
const names: Record<string, string> = { [member]: 'nano1', [other]: 'nano2' };
const place: JobPlace = {
  fleet: 'lab',
  lan: null,
  nameOf: (id) => names[id] ?? id,
  runtime: 'process',
  samplingS: 1,
  askedAt: '2026-11-21T13:00:00.000Z',
};
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 12, 53, seconds)).toISOString();

const recordsWith = (
  tasks: readonly TaskStatus[],
  job: Partial<JobStatus> = {},
  change: Partial<JobPlace> = {},
) =>
  runOfJob(
    { job: jobOf({ tasks: tasks.length, ...job }), tasks, contentId: 'abc', folder: '/logs/x' },
    { ...place, ...change },
  );
const ended = { ended_at: at(30), state: 'done' } as const;
const end = (attempt: number, outcome: TaskStatus['ends'][number]['outcome'], on = member) => ({
  ...endOf(attempt, 'done'),
  outcome,
  member: on,
  code: outcome === 'done' ? 0 : null,
  reason: outcome === 'done' ? null : `it is ${outcome}`,
  assigned_at: at(attempt * 2),
  ended_at: at(attempt * 2 + 1),
});
const replayed = (events: readonly StampedEvent<JournalEvent>[]) =>
  events.reduce<RunRecord | null>(
    (run, event) =>
      run === null ? (event.kind === 'run.started' ? event.record : null) : applyEvent(run, event),
    null,
  );

test('tasks are trials with their parameters, and workers are devices by their names', () => {
  const { record } = recordsWith(
    [
      taskOf(0, { parameters: { rate: 1 } }),
      taskOf(1, { parameters: { rate: 2 }, ends: [end(1, 'done', other)] }),
    ],
    { ...ended, command: ['sh', './run.sh', '{rate}'], pool: ['gpu'] },
  );
  expect(record).toMatchObject({
    state: 'complete',
    experiment: {
      name: 'fit',
      id: 'abc',
      definition: { name: 'fit', command: ['sh', './run.sh', '{rate}'], pool: ['gpu'], samplingS: 1 },
    },
    job: { owner: 'ann', fleet: 'lab', asked_at: place.askedAt },
    started_at: '2026-11-21T12:53:01.000Z',
    ended_at: at(30),
    placement: [
      { role: 'task', rank: 0, device: 'nano1' },
      { role: 'task', rank: 0, device: 'nano2' },
    ],
  });
  expect(record.trials).toMatchObject([
    { number: 1, parameters: { rate: 1 }, state: 'complete', placement: [{ device: 'nano1' }] },
    { number: 2, parameters: { rate: 2 }, state: 'complete', placement: [{ device: 'nano2' }] },
  ]);
});

test('what nobody recorded is not there', () => {
  const { record } = recordsWith([taskOf(0)], ended, { samplingS: null });
  expect(record.devices).toEqual([{ name: 'nano1', id: member, address: '', facts: {}, clock: null }]);
  expect(record).toMatchObject({ versions: {}, git: null, images: [] });
  expect(record.controller).toBeUndefined();
  expect(record.experiment.definition).not.toHaveProperty('samplingS');
});

test('tasks with the same parameters are repeats', () => {
  const { record } = recordsWith([
    taskOf(0, { parameters: { a: 1 } }),
    taskOf(1, { parameters: { a: 2 } }),
    taskOf(2, { parameters: { a: 1 } }),
  ]);
  expect(record.trials.map(({ repeat }) => repeat)).toEqual([0, 0, 1]);
});

describe('attempts', () => {
  test('the one that is done counts, and those before say how they ended', () => {
    const { record } = recordsWith(
      [taskOf(0, { ends: [end(1, 'lost', other), end(2, 'failed'), end(3, 'done')] })],
      ended,
    );
    expect(record.trials[0]).toMatchObject({
      state: 'complete',
      attempt: 3,
      started_at: at(6),
      ended_at: at(7),
    });
    expect(record.trials[0]?.earlier).toMatchObject([
      {
        attempt: 1,
        state: 'lost',
        failure: { role: 'task', rank: 0, device: 'nano2', reason: 'it is lost' },
      },
      { attempt: 2, state: 'failed', failure: { device: 'nano1', reason: 'it is failed' } },
    ]);
    expect(record.trials[0]?.failure).toBeUndefined();
  });

  test('none counts that ended after one was done', () => {
    const { record, events } = recordsWith(
      [taskOf(0, { ends: [end(1, 'done'), end(2, 'lost', other)] })],
      ended,
    );
    expect(record.trials[0]).toMatchObject({ state: 'complete', placement: [{ device: 'nano1' }] });
    expect(record.trials[0]?.attempt).toBeUndefined();
    expect(events.filter(({ kind }) => kind === 'trial.started')).toHaveLength(1);
  });

  test('a task that failed says why, and on which device', () => {
    const { record } = recordsWith([taskOf(0, { state: 'failed', ends: [end(1, 'failed', other)] })], ended);
    expect(record).toMatchObject({ state: 'failed', failure: { what: '1 of 1 tasks are not done.' } });
    expect(record.trials[0]).toMatchObject({
      state: 'failed',
      failure: { role: 'task', device: 'nano2', reason: 'it is failed' },
    });
  });

  test('a task whose record cannot be read has failed, and nobody knows how', () => {
    const { record } = recordsWith([taskOf(0, { state: 'failed', ends: [] })], ended);
    expect(record.trials[0]).toMatchObject({
      state: 'failed',
      started_at: null,
      error: { name: 'job-task-unread' },
    });
  });
});

describe('a job that goes on', () => {
  const tasks = [
    taskOf(0),
    taskOf(1, { state: 'running', attempt: 2, member: other, assigned_at: at(9), ends: [end(1, 'lost')] }),
    taskOf(2, { state: 'queued', ends: [] }),
    taskOf(3, { state: 'queued', ends: [end(1, 'lost')] }),
  ];

  test('has trials that run, that were lost, and that have not begun', () => {
    const { record, events } = recordsWith(tasks, { state: 'running' });
    expect(record).toMatchObject({ state: 'running', ended_at: null });
    expect(record.trials.map(({ state }) => state)).toEqual(['complete', 'running', 'pending', 'lost']);
    expect(record.trials[1]).toMatchObject({
      attempt: 2,
      started_at: at(9),
      ended_at: null,
      placement: [{ device: 'nano2' }],
      earlier: [{ attempt: 1, state: 'lost' }],
    });
    expect(events.some(({ kind }) => kind === 'run.ended')).toBe(false);
  });

  test('or was cancelled, and is interrupted', () => {
    const cancelled = tasks.map((task) =>
      task.state === 'done' ? task : { ...task, state: 'cancelled' as const, attempt: null, member: null },
    );
    const { record } = recordsWith(cancelled, { ended_at: at(30), cancelled_at: at(20), state: 'cancelled' });
    expect(record).toMatchObject({ state: 'interrupted', failure: { name: 'job-cancelled' } });
    expect(record.trials.map(({ state }) => state)).toEqual(['complete', 'lost', 'pending', 'lost']);
  });
});

test('some tasks failed: the run is partial', () => {
  const failed = taskOf(1, { state: 'failed', ends: [end(1, 'failed')] });
  expect(recordsWith([taskOf(0), failed], ended).record.state).toBe('partial');
});

describe('the journal', () => {
  const late = { ...end(2, 'done', other), assigned_at: at(4), ended_at: at(3) };
  const tasks = [taskOf(0, { ends: [end(1, 'lost'), late] }), taskOf(1, { ends: [end(3, 'done')] })];

  test('gives the record, to the byte', () => {
    const { record, events } = recordsWith(tasks, ended);
    expect(JSON.stringify(replayed(events))).toBe(JSON.stringify(record));
  });

  test('keeps the events of a task in order where the clocks of leader and worker differ', () => {
    const { events } = recordsWith(tasks, ended, { lan: 'shelf' });
    const own = events.filter((event) => 'trial' in event && event.trial === 1);
    expect(own.map(({ kind }) => kind)).toEqual([
      'trial.started',
      'trial.ended',
      'trial.started',
      'trial.ended',
    ]);
  });

  test('says how long tasks took only where there is one clock', () => {
    const took = (where: { lan: string | null }) =>
      recordsWith(tasks, ended, where).events.flatMap((event) =>
        event.kind === 'trial.ended' || event.kind === 'run.ended' ? [event.seconds] : [],
      );
    expect(took({ lan: null })).toEqual([1, -1, 1, 29]);
    expect(took({ lan: 'shelf' })).toEqual([undefined, undefined, undefined, undefined]);
  });
});
